"""The laws of the engine, for any history of a small shop, through its public calls only."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from loyalty_adapters import open_engine
from loyalty_engine.engine.loyalty_engine import LoyaltyEngine
from loyalty_engine.engine.receipt import Receipt
from loyalty_engine.engine.replay import Replay
from loyalty_engine.errors import LoyaltyError, UnknownMember
from loyalty_engine.ledger.entry import entry_id
from tests.engine.shop import rows_of
from tests.property.engine_history import (
    MEMBERS,
    Clock,
    Step,
    answer,
    histories,
    lines,
    publish,
    record,
)

RECORDED_AT = 1_800_000_000_000_000  # the second clock stands still, so that dumps can be compared

few = settings(max_examples=60)
many = settings(max_examples=150)


class Stores:
    """Databases of one test function: each is new, made by copying one that has the rules already."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = 0
        self._empty = folder / "empty.db"
        publish(open_engine(f"sqlite:///{self._empty}", clock=Clock(), synchronous="OFF")).close()

    @contextmanager
    def sqlite(self, clock: Callable[[], int]) -> Iterator[tuple[LoyaltyEngine, Callable[[], object]]]:
        """An engine on a new database, and what dumps it."""
        self._made += 1
        file = self._folder / f"{self._made}.db"
        shutil.copyfile(self._empty, file)
        url = f"sqlite:///{file}"
        with open_engine(url, clock=clock, recording_clock=lambda: RECORDED_AT, synchronous="OFF") as engine:
            yield engine, lambda: rows_of(file)
        for left in self._folder.glob(f"{file.name}*"):
            left.unlink()


@contextmanager
def in_memory(clock: Callable[[], int]) -> Iterator[tuple[LoyaltyEngine, Callable[[], object]]]:
    """An engine on a new store in memory, and what dumps it."""
    engine = publish(open_engine("memory://", clock=clock, recording_clock=lambda: RECORDED_AT))
    yield engine, lambda: deepcopy(engine._driver._state)  # type: ignore[attr-defined]
    engine.close()


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Stores:
    """Where databases come from."""
    return Stores(tmp_path_factory.mktemp("laws"))


def one_by_one(engine: LoyaltyEngine, clock: Clock, history: list[Step]) -> list[Receipt | LoyaltyError]:
    """Record each activity by itself, the clock following; then post what is due."""
    outcomes = []
    for step in history:
        clock.follow(step)
        outcomes.append(record(engine, step.raw))
    engine.expire(clock.now)
    return outcomes


def standing(engine: LoyaltyEngine) -> list[dict[str, Any]]:
    """What every member has now."""
    found = []
    for member in MEMBERS:
        try:
            found.append(engine.balance(member)["currencies"])
        except UnknownMember:
            found.append({})
    return found


@many
@given(histories(), lines, st.lists(st.sampled_from("abc"), max_size=3, unique=True))
def test_buying_and_returning_everything_leaves_the_balances_before(
    history: list[Step], basket: list[dict[str, Any]], first: list[str]
) -> None:
    """In any parts; and caps and limits have as much left as before."""
    clock = Clock()
    with in_memory(clock) as (engine, _):
        one_by_one(engine, clock, history)
        head = {"source": "web", "member": "M-1", "at": "2026-01-05T09:00:00Z"}
        engine.record(head | {"type": "purchase", "id": "first", "amount": "1.00"})
        clock.now += 3_600_000_000
        head["at"] = engine.balance("M-1")["at"]
        before = standing(engine)
        bought = engine.record(head | {"type": "purchase", "id": "new", "lines": basket})
        left = [line["id"] for line in basket]
        for part in first:
            if part in left and len(left) > 1:
                left.remove(part)
                engine.record(head | {"type": "return", "id": part, "of": "new", "lines": [{"id": part}]})
        engine.record(head | {"type": "return", "id": "rest", "of": "new"})
        assert standing(engine) == before
        again = engine.quote(head | {"type": "purchase", "id": "again", "lines": basket})
        assert again.totals == bought.totals
        assert engine.verify().sound


@few
@given(histories())
def test_the_same_inputs_and_clocks_give_the_same_rows(stores: Stores, history: list[Step]) -> None:
    dumps = []
    for _ in range(2):
        clock = Clock()
        with stores.sqlite(clock) as (engine, dump):
            one_by_one(engine, clock, history)
            dumps.append(dump())
    assert dumps[0] == dumps[1]


@few
@given(histories(most=20), st.data())
def test_one_by_one_many_at_once_and_a_replay_give_the_same_rows(
    stores: Stores, history: list[Step], data: st.DataObject
) -> None:
    clock = Clock()
    with stores.sqlite(clock) as (engine, dump):
        expected = [answer(outcome) for outcome in one_by_one(engine, clock, history)]
        rows = dump()
    end = clock.now
    raws = [step.raw for step in history]
    with stores.sqlite(Clock()) as (engine, dump):
        cuts = sorted({0, len(raws), *data.draw(st.lists(st.integers(0, len(raws)), max_size=4))})
        following = Clock()
        received = following_of(following, history)
        outcomes = [
            outcome
            for start, stop in pairwise(cuts)
            for outcome in engine.record_many(raws[start:stop], received_at=received)
        ]
        assert [answer(outcome) for outcome in outcomes] == expected
        assert following.now == end
        engine.expire(end)
        assert dump() == rows
    with stores.sqlite(Clock()) as (engine, dump):
        replay = Replay(engine, follow=True)
        assert [answer(outcome) for _, outcome in replay.run(raws)] == expected
        if replay.clock is not None:
            replay.finish()
        assert dump() == rows


def following_of(clock: Clock, history: list[Step]) -> Callable[[int], int]:
    """The business clock as `record_many` asks for it: by an activity's instant."""

    def received_at(at: int) -> int:
        clock.now = max(clock.now, at)
        return clock.now

    return received_at


@few
@given(histories())
def test_memory_and_sqlite_answer_the_same(stores: Stores, history: list[Step]) -> None:
    answers: list[object] = []
    for opening in (in_memory, stores.sqlite):
        clock = Clock()
        with opening(clock) as (engine, _):
            outcomes = [answer(outcome) for outcome in one_by_one(engine, clock, history)]
            statements = [engine.statement(member) for member in MEMBERS if known(engine, member)]
            answers.append((outcomes, statements, standing(engine), engine.status(), engine.verify()))
    assert answers[0] == answers[1]


def known(engine: LoyaltyEngine, member: str) -> bool:
    """Whether anybody is enrolled under an id."""
    try:
        return bool(engine.member(member))
    except UnknownMember:
        return False


@many
@given(histories())
def test_what_is_refused_changes_nothing_and_what_is_quoted_is_recorded(history: list[Step]) -> None:
    clock = Clock()
    with in_memory(clock) as (engine, dump):
        for step in history:
            clock.follow(step)
            before = dump()
            try:
                quoted: Receipt | LoyaltyError = engine.quote(step.raw)
            except LoyaltyError as error:
                quoted = error
            assert dump() == before
            outcome = record(engine, step.raw)
            assert answer(outcome) == answer(quoted)
            if isinstance(outcome, LoyaltyError) or outcome.repeated:
                assert dump() == before
            else:
                assert dump() != before


@many
@given(histories())
def test_explaining_decides_again_exactly_what_was_stored(history: list[Step]) -> None:
    """The awards of the activity with their bases, and the weight of each of their lines."""
    clock = Clock()
    explained = 0
    with in_memory(clock) as (engine, _):
        one_by_one(engine, clock, history)
        with engine._driver.reading() as reader:
            for row in reader.records():
                awards = [one for one in row.entries if one.kind == "accrual" and one.mirrors is None]
                for award in awards:
                    told = engine.explain(entry_id(award.account, award.seq))["rules"]
                    siblings = [one for one in awards if one.activity == award.activity]
                    assert [(one.rule, one.points, one.basis or 0) for one in siblings] == [
                        (rule["rule"], rule["points"], rule["basis"]) for rule in told if rule["points"]
                    ]
                    weights = reader.awards(award.account, [award.seq])[award.seq].weights
                    shown = next(rule["lines"] for rule in told if rule["rule"] == award.rule)
                    assert [(line["line"], line["weight"]) for line in shown] == list(weights)
                    explained += 1
    assume(explained)


@many
@given(lines.filter(lambda found: len(found) > 1), st.randoms(use_true_random=False))
def test_lines_in_any_order_are_the_same_activity(basket: list[dict[str, Any]], chance: Any) -> None:
    head = {"type": "purchase", "id": "1", "source": "pos", "member": "M-1", "at": "2026-01-06T09:00:00Z"}
    shuffled = list(basket)
    chance.shuffle(shuffled)
    with in_memory(Clock()) as (engine, dump):
        first = engine.record(head | {"lines": basket})
        before = dump()
        again = engine.record(head | {"lines": shuffled})
        assert again.repeated
        assert again.text == first.text
        assert dump() == before
