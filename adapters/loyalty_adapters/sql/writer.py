"""The one writer of a database of ours: callers bring commands, and whoever has the turn serves all who wait.

There is no thread of the writer's own, so a lone caller pays for no change of thread. The turn passes from
caller to caller: its holder settles its own command together with every other that waits, in one
transaction, and hands the turn to the first that came meanwhile. Work that wants a transaction of its own
always runs in its own caller's thread.

Every step of the state is one assignment, and what an interrupted holder leaves behind says how far it got:
so a KeyboardInterrupt anywhere leaves a writer that works on. Only the interrupted caller's own outcome is
unknown; it may try again with the same key.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from copy import copy
from itertools import islice
from typing import Any, Protocol, TypeVar

from loyalty_adapters.sql.call import Attempt, Call
from loyalty_engine.engine.ports.driver import Settle, WriteSession
from loyalty_engine.errors import InvariantViolation, StoreFailure

Result = TypeVar("Result")
LARGEST_GROUP = 256


class Ground(Protocol):
    """What a writer writes to: one connection, one transaction at a time."""

    @property
    def open(self) -> bool:
        """Whether a transaction has begun and is neither committed nor rolled back."""
        ...

    def begin(self) -> WriteSession:
        """Begin a transaction. Raises StoreFailure; then nothing was begun."""
        ...

    def commit(self) -> None:
        """Make it durable. Raises StoreFailure; then it is to be rolled back."""
        ...

    def rollback(self) -> None:
        """Undo it; nothing to undo is fine."""
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...


class _NotBegun(Exception):
    """No transaction could begin, so no command is to blame: trying each alone would only wait again."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


class Writer:
    """See the module. Calls may come from any thread; another kind of caller joins with its own `Call`."""

    def __init__(self, ground: Ground, largest_group: int = LARGEST_GROUP) -> None:
        self.groups = 0  # transactions committed
        self.postings = 0  # commands settled in them
        self._ground = ground
        self._largest_group = largest_group
        self._gate = threading.Lock()  # guards what follows; held for moments only
        self._queue: list[Call] = []  # the first one holds the turn or is about to
        self._holder: Call | None = None
        self._taken: list[Call] = []  # by the holder, out of the queue
        self._attempt: Attempt | None = None  # the transaction under way
        self._refusal: str | None = None  # why nobody may write any more
        self._held = Call(None, None)  # the call that stopped everything for a fork

    def submit(self, settle: Settle, command: Any) -> Any:
        """See `Driver.submit`."""
        call = Call(settle, command)
        try:
            if self._wait_for_turn(call):
                self._serve(self._take_group(call))
        finally:
            self._leave(call)
        return call.result()

    def submit_many(self, settle: Settle, commands: Sequence[Any]) -> list[Any]:
        """See `Driver.submit_many`. An exception is the outcome of the command that caused it.

        Raises StoreFailure when no transaction can begin at all.
        """
        return self.alone(lambda: self._settle_together(settle, list(commands)))

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
        call = Call(None, None, even_closed=True)
        with self._gate:
            self._admit(call)
            self._refusal = self._refusal or "the engine is closed"
        self._alone(call, self._ground.close)

    def hold(self, seconds: float) -> bool:
        """Stop everything for a fork; False when somebody is still writing after so many seconds.

        Either way `resume` in the parent and `restart` in the child must follow.
        """
        call = Call(None, None, even_closed=True)
        with suppress(InvariantViolation):  # this very thread is writing: no use in waiting
            self._wait_for_turn(call, seconds)
        self._gate.acquire()  # released by resume or restart
        self._held = call
        return self._holder is call

    def resume(self) -> None:
        """Go on after `hold`."""
        self._gate.release()
        self._leave(self._held)

    def restart(self, refusal: str | None) -> None:
        """Go on after `hold` in a child process, where nobody who waited exists; or refuse to."""
        self._refusal = self._refusal or refusal
        self._queue, self._taken = [], []
        self._holder, self._attempt = None, None
        self._gate.release()

    # -- the turn ---------------------------------------------------------------------------------------

    def _alone(self, call: Call, work: Callable[[], Result]) -> Result:
        try:
            self._wait_for_turn(call)
            self._take([call])
            return work()
        finally:
            self._leave(call)

    def _wait_for_turn(self, call: Call, seconds: float = -1) -> bool:
        """Queue up; True when the turn is the call's, False when another caller has settled it."""
        with self._gate:
            self._admit(call)
            self._queue.append(call)
            if self._holder is None:
                self._holder = call
        while self._holder is not call and not call.done:
            if not call.sleep(seconds):
                return False
        return not call.done

    def _admit(self, call: Call) -> None:
        if self._refusal is not None and not call.even_closed:
            raise StoreFailure(self._refusal)
        if self._holder is not None and self._holder.thread == call.thread:
            raise InvariantViolation("a call was made from inside a transaction of the same engine")

    def _leave(self, call: Call) -> None:
        """Hand on the turn if it is the call's, clearing up what an interrupt left; may be repeated."""
        interrupt = None
        while True:
            try:
                self._hand_on(call)
                break
            except KeyboardInterrupt as again:
                interrupt = again
        if interrupt is not None:
            raise interrupt

    def _hand_on(self, call: Call) -> None:
        if call.done and self._holder is not call:
            return
        with self._gate:
            if self._holder is call:
                self._clear_up(call)
                self._holder = self._queue[0] if self._queue else None
                if self._holder is not None:
                    self._holder.wake()
            elif call in self._queue:
                self._queue.remove(call)

    def _clear_up(self, holder: Call) -> None:
        """Settle the fate of what the holder had taken; there is something only after an interrupt."""
        if self._ground.open:
            if self._attempt is not None:
                self._attempt.outcomes = None
            self._ground.rollback()
        if self._attempt is not None:
            self._attempt.deliver()
        waiting = [call for call in self._taken if not (call.done or call is holder or call in self._queue)]
        if waiting or holder in self._queue:
            self._queue = waiting + [call for call in self._queue if call is not holder]
        self._taken, self._attempt = [], None

    # -- the holder of the turn -------------------------------------------------------------------------

    def _take(self, calls: list[Call]) -> list[Call]:
        chosen = set(calls)
        with self._gate:
            self._taken = calls
            self._queue = [call for call in self._queue if call not in chosen]
        return calls

    def _take_group(self, holder: Call) -> list[Call]:
        """The holder's call and all that wait to be settled by the same function, as many as fit."""
        if len(self._queue) > 1:
            time.sleep(0)  # whoever the last group woke may bring the next command yet
        alike = (call for call in list(self._queue) if call.settle == holder.settle)
        return self._take(list(islice(alike, self._largest_group)))

    def _serve(self, calls: list[Call]) -> None:
        """Settle calls together; if that fails, each alone, so that the guilty one fails alone."""
        try:
            self._settle(calls)
        except _NotBegun as failure:
            _fail(calls, failure.error)
        except Exception as error:  # noqa: BLE001 whatever it is, it is its caller's
            if len(calls) == 1:
                calls[0].fail(error)
            else:
                self._serve_each(calls)

    def _serve_each(self, calls: list[Call]) -> None:
        for position, call in enumerate(calls):
            try:
                self._settle([call])
            except _NotBegun as failure:
                _fail(calls[position:], failure.error)
                return
            except Exception as error:  # noqa: BLE001 as above
                call.fail(error)

    def _settle(self, calls: list[Call]) -> None:
        settle = calls[0].settle
        assert settle is not None
        self._attempt = attempt = Attempt(calls)

        def work(session: WriteSession) -> None:
            attempt.outcomes = _outcomes(settle, session, [call.command for call in calls])

        try:
            self._transaction(work)
        except Exception:
            attempt.outcomes = None
            raise
        self.groups += 1
        self.postings += len(calls)
        attempt.deliver()

    def _settle_together(self, settle: Settle, commands: list[Any]) -> list[Any]:
        if not commands:
            return []
        try:
            return self._settle_batch(settle, commands)
        except _NotBegun as failure:
            raise failure.error from None
        except Exception as error:  # noqa: BLE001 whatever it is, it is one command's
            if len(commands) == 1:
                return [error]
        return self._settle_each(settle, commands)

    def _settle_each(self, settle: Settle, commands: list[Any]) -> list[Any]:
        outcomes: list[Any] = []
        for command in commands:
            try:
                outcomes += self._settle_batch(settle, [command])
            except _NotBegun as failure:
                return outcomes + [copy(failure.error) for _ in commands[len(outcomes) :]]
            except Exception as error:  # noqa: BLE001 as above
                outcomes.append(error)
        return outcomes

    def _settle_batch(self, settle: Settle, commands: list[Any]) -> list[Any]:
        outcomes = self._transaction(lambda session: _outcomes(settle, session, commands))
        self.groups += 1
        self.postings += len(commands)
        return outcomes

    def _transaction(self, work: Callable[[WriteSession], Result]) -> Result:
        try:
            session = self._ground.begin()
        except Exception as error:
            raise _NotBegun(error) from error
        try:
            result = work(session)
            self._ground.commit()
        except Exception:
            self._ground.rollback()
            raise
        return result


def _outcomes(settle: Settle, session: WriteSession, commands: list[Any]) -> list[Any]:
    outcomes = settle(session, commands)
    if len(outcomes) != len(commands):
        raise InvariantViolation(f"{len(commands)} commands were settled with {len(outcomes)} outcomes")
    return outcomes


def _fail(calls: Sequence[Call], error: Exception) -> None:
    """The same failure for each caller, as an exception of its own."""
    for call in calls:
        call.fail(copy(error))
