"""Where tasks bring their commands: the thread that serves them, and how it ends."""

from __future__ import annotations

import asyncio
import gc
import threading
from typing import Any

import pytest

from loyalty_adapters.sql.serving_thread import ServingThread
from loyalty_adapters.sql.writer import Writer
from loyalty_engine.errors import StoreFailure
from tests.unit.sql.test_writer import ScriptedGround, keep


def serving() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "loyalty-writer"]


def test_the_thread_ends_when_the_writer_is_let_go_of_without_a_close() -> None:
    writer = Writer(ScriptedGround())
    assert asyncio.run(writer.tasks.submit(keep, "a")) == "kept a"
    (thread,) = serving()

    del writer
    for _ in range(200):  # it may not have got to its rest yet
        gc.collect()
        thread.join(0.05)
        if not thread.is_alive():
            break

    assert serving() == []


def test_a_writer_that_served_no_task_has_no_thread_to_end() -> None:
    writer = Writer(ScriptedGround())
    assert writer.submit(keep, "a") == "kept a"
    writer.close()

    with pytest.raises(StoreFailure, match="closed"):
        asyncio.run(writer.tasks.submit(keep, "b"))
    assert serving() == []


def test_that_no_thread_can_be_started_is_told_to_the_task(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    writer = Writer(ScriptedGround())
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", full)
        with pytest.raises(StoreFailure, match="no thread can be started"):
            asyncio.run(writer.tasks.submit(keep, "a"))

    assert asyncio.run(writer.tasks.submit(keep, "b")) == "kept b"
    writer.close()


def test_loops_that_need_the_thread_at_once_start_one() -> None:
    thread = ServingThread()
    ready = threading.Barrier(8)
    inboxes: list[Any] = []

    def ask() -> None:
        ready.wait()
        inboxes.append(thread.inbox())

    askers = [threading.Thread(target=ask) for _ in range(8)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()

    assert len({id(inbox) for inbox in inboxes}) == len(serving()) == 1
    thread.stop()
    assert serving() == []


def test_a_busy_moment_of_the_loop_is_one_group() -> None:
    writer = Writer(ScriptedGround())

    async def main() -> list[Any]:
        return await asyncio.gather(*[writer.tasks.submit(keep, str(n)) for n in range(300)])

    assert asyncio.run(main()) == [f"kept {n}" for n in range(300)]
    assert (writer.groups, writer.postings) == (2, 300)  # 256 are the most that one takes
    writer.close()
