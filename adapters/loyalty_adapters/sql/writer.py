"""The one writer of a database of ours: callers bring commands, and whoever has the turn serves all who wait.

There is no thread of the writer's own, so a lone caller pays for no change of thread. The holder of the turn
settles its own command together with every other that waits, in one transaction, and hands the turn to the
first that came meanwhile. Work that wants a transaction of its own runs in its own caller's thread.

A caller that is interrupted by KeyboardInterrupt does not know the outcome of its own command, and may try
again with the same key; the commands of others that it was settling are delivered if they were committed,
and wait again if not.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from copy import copy
from itertools import islice
from typing import Any, TypeVar

from loyalty_adapters.sql.call import Attempt, Call
from loyalty_adapters.sql.ground import Ground
from loyalty_adapters.sql.turn import Turn
from loyalty_engine.engine.ports.driver import Settle, WriteSession

Result = TypeVar("Result")
LARGEST_GROUP = 256


class _NotBegun(Exception):
    """No transaction could begin, so no command is to blame: trying each alone would only wait again."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


class Writer:
    """Calls may come from any thread; another kind of caller joins by bringing a `Call` of its own kind."""

    def __init__(self, ground: Ground, largest_group: int = LARGEST_GROUP) -> None:
        self.groups = 0  # transactions committed for commands
        self.postings = 0  # commands settled in them
        self.turn = Turn(self._clear_up)
        self._ground = ground
        self._largest_group = largest_group
        self._attempt: Attempt | None = None  # the transaction for commands that is under way
        self._crowd = 0  # calls in the last group

    def submit(self, settle: Settle, command: Any) -> Any:
        """See `Driver.submit`."""
        call = Call(settle, command)
        try:
            if self.turn.wait(call):
                self._serve(self._group(call))
        finally:
            self.turn.leave(call)
        return call.result()

    def submit_many(self, settle: Settle, commands: Sequence[Any]) -> list[Any]:
        """See `Driver.submit_many`. An exception is the outcome of the command that caused it.

        Raises StoreFailure when no transaction can begin at all.
        """
        calls = [Call(settle, command) for command in commands]
        try:
            if calls:
                self.alone(lambda: self._settle_all(calls))
        except _NotBegun as failure:
            raise failure.error from None
        return [call.outcome if call.error is None else call.error for call in calls]

    def transact(self, work: Callable[[WriteSession], Result]) -> Result:
        """See `Driver.transact`."""
        try:
            return self.alone(lambda: self._transaction(work))
        except _NotBegun as failure:
            raise failure.error from None

    def alone(self, work: Callable[[], Result]) -> Result:
        """Run work in this thread while nobody else writes; it begins transactions itself, or none."""
        return self._alone(Call(None, None), work)

    def close(self) -> None:
        """Serve who waits already, then let go of the connection; later calls raise StoreFailure."""
        last = Call(None, None, even_closed=True)
        self.turn.refuse("the engine is closed", last)
        self._alone(last, self._ground.close)

    def _alone(self, call: Call, work: Callable[[], Result]) -> Result:
        try:
            self.turn.wait(call)
            self.turn.take([call])
            return work()
        finally:
            self.turn.leave(call)

    def _group(self, holder: Call) -> list[Call]:
        """The holder's call and all that wait to be settled by the same function, as many as fit."""
        if self._crowd > 1:
            # Who was served together will come again together, if the interpreter lets them: without this
            # the fastest of them takes the turn for itself, and groups are half as large.
            time.sleep(0)
        alike = (call for call in self.turn.waiting() if call.settle == holder.settle)
        calls = list(islice(alike, self._largest_group))
        self._crowd = len(calls)
        self.turn.take(calls)
        return calls

    def _serve(self, calls: list[Call]) -> None:
        try:
            self._settle_all(calls)
        except _NotBegun as failure:
            _fail(calls, failure.error)

    def _settle_all(self, calls: list[Call]) -> None:
        """Settle calls together; if that fails, each alone, so that the guilty one fails alone."""
        try:
            self._settle(calls)
        except _NotBegun:
            raise
        except Exception as error:  # noqa: BLE001 whatever it is, it is its caller's
            if len(calls) == 1:
                calls[0].fail(error)
            else:
                self._settle_each(calls)

    def _settle_each(self, calls: list[Call]) -> None:
        for position, call in enumerate(calls):
            try:
                self._settle([call])
            except _NotBegun as failure:
                _fail(calls[position:], failure.error)
                return
            except Exception as error:  # noqa: BLE001 whatever it is, it is its caller's
                call.fail(error)

    def _settle(self, calls: list[Call]) -> None:
        self._attempt = attempt = Attempt(calls)
        self._transaction(attempt.settle)
        self.groups += 1
        self.postings += len(calls)
        attempt.deliver()

    def _transaction(self, work: Callable[[WriteSession], Result]) -> Result:
        try:
            session = self._ground.begin()
        except Exception as error:
            raise _NotBegun(error) from error
        try:
            result = work(session)
            self._ground.commit()
        except Exception:
            self._roll_back()
            raise
        return result

    def _clear_up(self) -> None:
        """Decide the fate of what is under way; there is something only after an interrupt."""
        if self._ground.open:
            self._roll_back()
        if self._attempt is not None:
            self._attempt.deliver()
        self._attempt = None

    def _roll_back(self) -> None:
        """Undo the transaction, its outcomes first: an interrupt in between must not deliver them."""
        if self._attempt is not None:
            self._attempt.outcomes = None
        self._ground.rollback()


def _fail(calls: Sequence[Call], error: Exception) -> None:
    """The same failure for each caller, as an exception of its own."""
    for call in calls:
        call.fail(copy(error))
