"""Where tasks bring their commands: they wait in the writer's queue while their loops go on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from loyalty_adapters.sql.attempt import Attempt
from loyalty_adapters.sql.call import TaskCall
from loyalty_adapters.sql.serving_thread import ServingThread
from loyalty_adapters.sql.tray import Tray
from loyalty_adapters.sql.turn import Turn
from loyalty_engine.engine.ports.driver import Settle
from loyalty_engine.errors import StoreFailure


class TaskDesk:
    """Tasks may be of several loops, in several threads."""

    def __init__(self, turn: Turn, serve: Callable[[TaskCall], None]) -> None:
        """`serve` settles a call that has the turn, together with who else waits."""
        self._turn = turn
        self._serve = serve
        self._serving = ServingThread()
        self._here = threading.local()  # the tray of the loop that ran last in this thread

    async def submit(self, settle: Settle, command: Any) -> Any:
        """See `Driver.submit`. A task that is cancelled does not know the outcome, as after an interrupt."""
        if self._turn.refusal is not None:
            raise StoreFailure(self._turn.refusal)
        loop = asyncio.get_running_loop()
        inbox = self._serving.inbox()
        call = TaskCall(
            settle, command, loop.create_future(), lambda ready: inbox.put(partial(self._use_turn, ready))
        )
        try:
            self._tray(loop).add(call)
            await call.future
        finally:
            if not call.done:
                self._turn.withdraw(call)
        return call.result()

    def close(self) -> None:
        """Let the thread end, when nobody is let in any more."""
        self._serving.stop()

    def forsake(self) -> None:
        """In a forked child: there is neither the thread nor any task that waited."""
        self._serving.forsake()

    def _tray(self, loop: asyncio.AbstractEventLoop) -> Tray:
        tray: Tray | None = getattr(self._here, "tray", None)
        if tray is None or not tray.belongs_to(loop):
            tray = self._here.tray = Tray(self._turn, loop)
        return tray

    def _use_turn(self, call: TaskCall) -> None:
        """Use the turn that is a task's, in the serving thread; whatever goes wrong is the task's."""
        if not self._turn.begin(call):
            return
        trouble: BaseException | None = None
        try:
            self._serve(call)
        except BaseException as error:  # noqa: BLE001 nobody else could be told
            trouble = error
        finally:
            self._turn.leave(call)
        if trouble is not None and not call.done:
            Attempt.failed([call], trouble).deliver()
