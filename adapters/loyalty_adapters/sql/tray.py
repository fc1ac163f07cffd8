"""What a loop's tasks bring in one iteration, handed to the writer together."""

from __future__ import annotations

import weakref
from asyncio import AbstractEventLoop

from loyalty_adapters.sql.attempt import Attempt
from loyalty_adapters.sql.call import TaskCall
from loyalty_adapters.sql.turn import Turn
from loyalty_engine.errors import LoyaltyError


class Tray:
    """Belongs to one loop and is used in its thread only.

    Without it the first task of many would be settled alone, while the others come too late by a moment.
    """

    def __init__(self, turn: Turn, loop: AbstractEventLoop) -> None:
        self._turn = turn
        self._loop = weakref.ref(loop)
        self._calls: list[TaskCall] = []

    def belongs_to(self, loop: AbstractEventLoop) -> bool:
        """Whether this is the loop's."""
        return self._loop() is loop

    def add(self, call: TaskCall) -> None:
        """Have a call handed in when everything else that is ready in its loop has run."""
        if not self._calls:
            call.future.get_loop().call_soon(self._hand_in)
        self._calls.append(call)

    def _hand_in(self) -> None:
        calls = [call for call in self._calls if not call.future.done()]  # some were cancelled
        self._calls = []
        try:
            if calls:
                self._turn.enqueue(calls)
        except LoyaltyError as refusal:
            Attempt.failed(calls, refusal).deliver()
