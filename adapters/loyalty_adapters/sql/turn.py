"""Whose turn it is to write: it passes from caller to caller, in the order they came.

Every step of the state is one assignment, and what an interrupted holder leaves behind says how far it got:
so a KeyboardInterrupt anywhere leaves a turn that passes on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

from loyalty_adapters.sql.call import Call, TaskCall, ThreadCall
from loyalty_engine.errors import InvariantViolation, StoreFailure


class Turn:
    """Who waits, and who holds the turn. The holder takes its own call, and any others, out of the queue."""

    def __init__(self, clear_up: Callable[[], None]) -> None:
        """`clear_up` is called when a holder leaves: it undoes what an interrupt left unfinished."""
        self._clear_up = clear_up
        self._gate = threading.Lock()  # guards what follows; held for moments only
        self._queue: list[Call] = []  # the first one holds the turn or is about to
        self._holder: Call | None = None
        self._taken: list[Call] = []  # by the holder, out of the queue
        self.refusal: str | None = None  # why nobody is let in any more
        self._held = ThreadCall(None, None)  # the call that stopped everything for a fork

    def wait(self, call: ThreadCall, seconds: float = -1) -> bool:
        """Queue up; True when the turn is the call's, False when another caller has settled it.

        Also False when so many seconds have passed (-1: there is no limit). Raises StoreFailure when nobody
        is let in, InvariantViolation for a call from inside a transaction: it would wait for itself.
        """
        with self._gate:
            self._admit(even_closed=call.even_closed)
            self._queue.append(call)
            if self._holder is None:
                self._holder = call
        while self._holder is not call and not call.done:
            if not call.sleep(seconds):
                return False
        return not call.done

    def enqueue(self, calls: Sequence[TaskCall]) -> None:
        """Queue up for tasks; the turn may pass to one of them, and is then used in another thread.

        Raises as `wait` does.
        """
        with self._gate:
            self._admit()
            self._queue += calls
            if self._holder is None:
                calls[0].wake()  # before it holds the turn: an interrupt in between leaves the turn free
                self._holder = calls[0]

    def begin(self, call: TaskCall) -> bool:
        """Whether the turn is the call's, in the thread that will use it for the task and then `leave`."""
        with self._gate:
            if self._holder is not call:
                return False
            call.thread = threading.get_ident()
            return True

    def withdraw(self, call: TaskCall) -> None:
        """Wait no longer for a task that is gone; if its turn has come already, its command is settled."""
        with self._gate:
            if self._holder is not call and call in self._queue:
                self._queue.remove(call)

    def waiting(self) -> list[Call]:
        """Who waits now, the holder's own call first if it was not taken yet."""
        return list(self._queue)

    def take(self, calls: list[Call]) -> None:
        """Take calls out of the queue, to be settled; what is not done when the holder leaves waits again."""
        chosen = set(calls)
        with self._gate:
            self._taken = calls
            self._queue = [call for call in self._queue if call not in chosen]

    def leave(self, call: Call) -> None:
        """Hand on the turn if it is the call's; wait no longer if it is not."""
        interrupt = None
        while True:
            try:
                if interrupt is not None or self._holder is call or not call.done:
                    self._hand_on(call)
                break
            except KeyboardInterrupt as again:
                interrupt = again
        if interrupt is not None:
            raise interrupt

    def refuse(self, reason: str, last: ThreadCall) -> None:
        """Let nobody in any more but `last`; who waits already is served. Raises as `wait` does."""
        with self._gate:
            self._admit(even_closed=last.even_closed)
            self.refusal = self.refusal or reason

    def hold(self, seconds: float) -> bool:
        """Stop everything for a fork; False when somebody still holds the turn after so many seconds.

        Either way `resume` in the parent and `restart` in the child must follow.
        """
        call = ThreadCall(None, None, even_closed=True)
        # InvariantViolation: this very thread is writing, so there is no use in waiting. An interrupt would
        # be lost in a fork's hooks; here it ends the wait.
        with suppress(InvariantViolation, KeyboardInterrupt):
            self.wait(call, seconds)
        self._gate.acquire()  # released by resume or restart
        self._held = call
        return self._holder is call

    def resume(self) -> None:
        """Go on after `hold`."""
        self._gate.release()
        self.leave(self._held)

    def restart(self, refusal: str | None) -> None:
        """Go on after `hold` in a child process, where nobody who waited exists; or refuse to."""
        self.refusal = self.refusal or refusal
        self._queue, self._taken, self._holder = [], [], None
        self._gate.release()

    def _admit(self, *, even_closed: bool = False) -> None:
        if self.refusal is not None and not even_closed:
            raise StoreFailure(self.refusal)
        if self._holder is not None and self._holder.thread == threading.get_ident():
            raise InvariantViolation("a call was made from inside a transaction of the same engine")

    def _hand_on(self, call: Call) -> None:
        """May be repeated, from any point where it was interrupted."""
        with self._gate:
            if self._holder is call:
                self._clear_up()
                self._put_back(call)
                self._holder = self._queue[0] if self._queue else None
            elif call in self._queue:
                self._queue.remove(call)
            if self._holder is not None:
                self._holder.wake()

    def _put_back(self, holder: Call) -> None:
        """Who was taken and is not done waits again, first in line; there is somebody after an interrupt."""
        undone = [call for call in self._taken if not (call.done or call is holder or call in self._queue)]
        if undone or holder in self._queue:
            self._queue = undone + [call for call in self._queue if call is not holder]
        self._taken = []
