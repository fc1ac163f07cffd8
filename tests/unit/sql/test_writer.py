"""The writer at each step where an interrupt or a failure can hit it, on a ground that does nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from loyalty_adapters.sql.call import ThreadCall
from loyalty_adapters.sql.turn import Turn
from loyalty_adapters.sql.writer import Writer
from loyalty_engine.engine.ports.driver import Settle
from loyalty_engine.errors import DatabaseBusy, StoreFailure


class ScriptedGround:
    """Keeps what is committed; raises at the named steps, once each."""

    def __init__(self) -> None:
        self.open = False
        self.closed = False
        self.pending: list[str] = []
        self.kept: list[str] = []
        self.trouble: dict[str, BaseException] = {}

    def begin(self) -> Any:
        self._step("before begin")
        self.open, self.pending = True, []
        self._step("after begin")
        return self

    def commit(self) -> None:
        self._step("before commit")
        self.open = False
        self.kept += self.pending
        self._step("after commit")

    def rollback(self) -> None:
        self._step("before rollback")
        self.open, self.pending = False, []
        self._step("after rollback")

    def close(self) -> None:
        self.closed = True

    def _step(self, name: str) -> None:
        if name in self.trouble:
            raise self.trouble.pop(name)


def keep(session: Any, commands: Sequence[str]) -> list[str]:
    session.pending += commands
    return [f"kept {command}" for command in commands]


def waiting_with(writer: Writer, *commands: str, settle: Settle = keep) -> list[Future[Any]]:
    """Bring commands from threads that all wait, then let them go: the first one serves them together."""
    entered, opened = threading.Event(), threading.Event()

    def hold() -> None:
        entered.set()
        assert opened.wait(10)

    with ThreadPoolExecutor(len(commands) + 1) as threads:
        held = threads.submit(writer.alone, hold)
        assert entered.wait(10)
        futures = []
        for place, command in enumerate(commands, start=1):
            futures.append(threads.submit(writer.submit, settle, command))
            while len(writer.turn.waiting()) < place:
                assert not opened.wait(0.001)
        opened.set()
        held.result(10)
    return futures


def outcome(future: Future[Any]) -> str:
    error = future.exception(10)
    return type(error).__name__ if error else str(future.result(10))


@pytest.mark.parametrize("step", ["before begin", "after begin", "before commit"])
def test_an_interrupt_before_the_commit_keeps_nothing_and_the_others_are_settled_after_all(step: str) -> None:
    ground = ScriptedGround()
    writer = Writer(ground)
    ground.trouble = {step: KeyboardInterrupt()}

    futures = waiting_with(writer, "a", "b", "c")

    assert [outcome(future) for future in futures] == ["KeyboardInterrupt", "kept b", "kept c"]
    assert ground.kept == ["b", "c"]
    assert not ground.open


def test_an_interrupt_after_the_commit_gives_the_others_their_outcomes_once() -> None:
    ground = ScriptedGround()
    writer = Writer(ground)
    ground.trouble = {"after commit": KeyboardInterrupt()}

    futures = waiting_with(writer, "a", "b", "c")

    assert [outcome(future) for future in futures] == ["KeyboardInterrupt", "kept b", "kept c"]
    assert ground.kept == ["a", "b", "c"]


@pytest.mark.parametrize("again", ["before rollback", "after rollback"])
@pytest.mark.parametrize("step", ["after begin", "before commit"])
def test_a_second_interrupt_while_clearing_up_changes_nothing(step: str, again: str) -> None:
    ground = ScriptedGround()
    writer = Writer(ground)
    ground.trouble = {step: KeyboardInterrupt(), again: KeyboardInterrupt()}

    futures = waiting_with(writer, "a", "b", "c")

    assert [outcome(future) for future in futures] == ["KeyboardInterrupt", "kept b", "kept c"]
    assert ground.kept == ["b", "c"]
    assert not ground.open


@pytest.mark.parametrize("step", ["before rollback", "after rollback"])
def test_an_interrupt_while_a_failed_commit_is_undone_delivers_nothing_that_was_not_kept(step: str) -> None:
    ground = ScriptedGround()
    writer = Writer(ground)
    ground.trouble = {"before commit": StoreFailure("disk"), step: KeyboardInterrupt()}

    futures = waiting_with(writer, "a", "b", "c")

    assert [outcome(future) for future in futures] == ["KeyboardInterrupt", "kept b", "kept c"]
    assert ground.kept == ["b", "c"]


def test_an_interrupt_while_each_is_tried_alone_does_not_settle_anybody_twice() -> None:
    ground = ScriptedGround()
    writer = Writer(ground)
    alone: list[str] = []

    def fails_together(session: Any, commands: Sequence[str]) -> list[str]:
        if len(commands) > 1:
            raise StoreFailure("not all at once")
        alone.extend(commands)
        if alone == ["a", "b"]:
            ground.trouble = {"before commit": KeyboardInterrupt()}
        return keep(session, commands)

    futures = waiting_with(writer, "a", "b", "c", settle=fails_together)

    assert [outcome(future) for future in futures] == ["KeyboardInterrupt", "kept b", "kept c"]
    assert ground.kept == ["a", "b", "c"]


@pytest.mark.parametrize("step", ["before commit", "after begin"])
def test_a_failure_is_tried_again_one_by_one(step: str) -> None:
    ground = ScriptedGround()
    writer = Writer(ground)
    ground.trouble = {step: StoreFailure("disk")}

    futures = waiting_with(writer, "a", "b", "c")

    expected = ["kept a", "kept b", "kept c"] if step == "before commit" else ["StoreFailure"] * 3
    assert [outcome(future) for future in futures] == expected
    assert ground.kept == (["a", "b", "c"] if step == "before commit" else [])


def test_nobody_is_to_blame_when_no_transaction_can_begin() -> None:
    ground = ScriptedGround()
    writer = Writer(ground)
    ground.trouble = {"before begin": DatabaseBusy("locked")}

    futures = waiting_with(writer, "a", "b")

    assert [outcome(future) for future in futures] == ["DatabaseBusy"] * 2
    assert writer.submit(keep, "c") == "kept c"


def test_the_rest_of_those_tried_alone_are_told_when_no_transaction_can_begin() -> None:
    ground = ScriptedGround()
    writer = Writer(ground)
    begun: list[str] = []

    def fails_then_busy(session: Any, commands: Sequence[str]) -> list[str]:
        begun.extend(commands)
        if len(commands) > 1:
            raise StoreFailure("not all at once")
        ground.trouble = {"before begin": DatabaseBusy("locked")}
        return keep(session, commands)

    outcomes = writer.submit_many(fails_then_busy, ["a", "b", "c"])

    assert [str(one) for one in outcomes] == ["kept a", "locked", "locked"]
    assert begun == ["a", "b", "c", "a"]


@pytest.mark.parametrize(
    "call",
    [
        lambda writer: writer.submit(keep, "a"),
        lambda writer: writer.submit_many(keep, ["a", "b"]),
        lambda writer: writer.transact(lambda session: keep(session, ["a"])),
    ],
    ids=["submit", "submit_many", "transact"],
)
@pytest.mark.parametrize("step", ["before begin", "after begin", "before commit", "after commit"])
def test_every_call_survives_an_interrupt_at_every_step(call: Callable[[Writer], Any], step: str) -> None:
    ground = ScriptedGround()
    writer = Writer(ground)
    ground.trouble = {step: KeyboardInterrupt()}

    with pytest.raises(KeyboardInterrupt):
        call(writer)

    assert not ground.open
    assert writer.submit(keep, "z") == "kept z"
    writer.close()
    assert ground.closed


class Startled(ThreadCall):
    """A call that is interrupted when it is about to be woken, as often as it says."""

    __slots__ = ("left",)

    def __init__(self, command: str, interrupts: int) -> None:
        super().__init__(keep, command)
        self.left = interrupts

    def wake(self) -> None:
        if self.left:
            self.left -= 1
            raise KeyboardInterrupt
        super().wake()


@pytest.mark.parametrize("interrupts", [1, 2, 3])
def test_an_interrupt_while_the_turn_is_handed_on_does_not_lose_it(interrupts: int) -> None:
    turn = Turn(lambda: None)
    holder, next_one = ThreadCall(keep, "a"), Startled("b", interrupts)
    assert turn.wait(holder)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(turn.wait, next_one, 10)
        while len(turn.waiting()) < 2:
            pass
        turn.take([holder])
        holder.conclude("kept a")
        with pytest.raises(KeyboardInterrupt):
            turn.leave(holder)
        assert waiting.result(10)
    turn.leave(next_one)


@pytest.mark.parametrize("fate", ["kept", "failed"])
def test_an_interrupt_while_outcomes_are_told_leaves_nobody_asleep(fate: str) -> None:
    ground = ScriptedGround()
    writer = Writer(ground)
    calls = [ThreadCall(keep, "a"), Startled("b", 1), ThreadCall(keep, "c")]
    if fate == "failed":
        ground.trouble = {"before begin": DatabaseBusy("locked")}
    with ThreadPoolExecutor(2) as threads:
        assert writer.turn.wait(calls[0])
        sleeping = [threads.submit(writer.turn.wait, call, 10) for call in calls[1:]]
        while len(writer.turn.waiting()) < 3:
            pass
        with pytest.raises(KeyboardInterrupt):
            try:
                writer._serve_waiting(calls[0])
            finally:
                writer.turn.leave(calls[0])
        assert [future.result(10) for future in sleeping] == [False, False]  # settled by somebody else
    if fate == "kept":
        assert [call.result() for call in calls] == ["kept a", "kept b", "kept c"]
    else:
        assert {type(call.outcome.error) for call in calls} == {DatabaseBusy}
    assert writer.submit(keep, "z") == "kept z"


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    before = threading.active_count()
    yield
    assert threading.active_count() == before
