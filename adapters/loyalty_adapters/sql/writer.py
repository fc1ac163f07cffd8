"""The one writer of a database of ours: callers bring commands, and whoever has the turn serves all who wait.

Threads are served without a thread of the writer's own, so a lone caller pays for no change of thread. The
holder of the turn settles its own command together with every other that waits, in one transaction, and hands
the turn to the first that came meanwhile. Work that wants a transaction of its own runs in its own caller's
thread. A task waits in the same queue; when the turn is its own, a thread of the writer's uses it, because
the loop must go on.

A caller that is interrupted by KeyboardInterrupt does not know the outcome of its own command, and may try
again with the same key; the commands of others that it was settling are delivered if they were committed,
and wait again if not.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any, TypeVar

from loyalty_adapters.sql.attempt import Attempt
from loyalty_adapters.sql.call import Call, Failed, ThreadCall
from loyalty_adapters.sql.ground import Ground
from loyalty_adapters.sql.task_desk import TaskDesk
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
    """Calls may come from any thread, and from tasks of any loop."""

    def __init__(self, ground: Ground, largest_group: int = LARGEST_GROUP) -> None:
        self.groups = 0  # transactions committed for commands
        self.postings = 0  # commands settled in them
        self.turn = Turn(self._clear_up)
        self._ground = ground
        self._largest_group = largest_group
        self._attempt: Attempt | None = None  # the transaction for commands that is under way
        self._crowd = 0  # calls in the last group
        self.tasks = TaskDesk(self.turn, self._serve_waiting)

    def submit(self, settle: Settle, command: Any) -> Any:
        """See `Driver.submit`."""
        call = ThreadCall(settle, command)
        try:
            if self.turn.wait(call):
                self._serve_waiting(call)
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
        outcomes = [call.outcome for call in calls]
        return [outcome.error if isinstance(outcome, Failed) else outcome for outcome in outcomes]

    def transact(self, work: Callable[[WriteSession], Result]) -> Result:
        """See `Driver.transact`."""
        try:
            return self.alone(lambda: self._transaction(work))
        except _NotBegun as failure:
            raise failure.error from None

    def alone(self, work: Callable[[], Result]) -> Result:
        """Run work in this thread while nobody else writes; it begins transactions itself, or none."""
        return self._alone(ThreadCall(None, None), work)

    def close(self) -> None:
        """Serve who waits already, then let go of the connection; later calls raise StoreFailure."""
        last = ThreadCall(None, None, even_closed=True)
        self.turn.refuse("the engine is closed", last)
        self._alone(last, self._ground.close)
        self.tasks.close()

    def restart(self, refusal: str | None) -> None:
        """Go on in a forked child, after `turn.hold`, where no thread and no task exists; or refuse to."""
        self.tasks.forsake()
        self.turn.restart(refusal)

    def _alone(self, call: ThreadCall, work: Callable[[], Result]) -> Result:
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

    def _serve_waiting(self, holder: Call) -> None:
        """Settle what waits, for the call that has the turn."""
        calls = self._group(holder)
        try:
            self._settle_all(calls)
        except _NotBegun as failure:
            self._deliver(Attempt.failed(calls, failure.error))

    def _settle_all(self, calls: list[Call]) -> None:
        """Settle calls together; if that fails, each alone, so that the guilty one fails alone."""
        try:
            self._settle(calls)
        except _NotBegun:
            raise
        except Exception as error:  # noqa: BLE001 whatever it is, it is its caller's
            if len(calls) == 1:
                self._deliver(Attempt.failed(calls, error))
            else:
                self._settle_each(calls)

    def _settle_each(self, calls: list[Call]) -> None:
        for position, call in enumerate(calls):
            try:
                self._settle([call])
            except _NotBegun as failure:
                self._deliver(Attempt.failed(calls[position:], failure.error))
                return
            except Exception as error:  # noqa: BLE001 whatever it is, it is its caller's
                self._deliver(Attempt.failed([call], error))

    def _settle(self, calls: list[Call]) -> None:
        self._attempt = attempt = Attempt(calls)
        self._transaction(attempt.settle)
        self.groups += 1
        self.postings += len(calls)
        self._deliver(attempt)

    def _deliver(self, attempt: Attempt) -> None:
        """Tell the callers of what is over. An interrupt on the way has it done again by who clears up."""
        self._attempt = attempt
        attempt.deliver()
        self._attempt = None

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
