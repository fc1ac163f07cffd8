"""The rulebook versions that an engine decides by: read from the shelf, and again when one is published."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from loyalty_engine.engine.ports.driver import Driver, ReadSession, WriteSession
from loyalty_engine.engine.ports.rulebook_shelf import PublishedRulebook
from loyalty_engine.engine.rulebooks import CompiledRulebook, Rulebooks, compile_published, compile_rulebook
from loyalty_engine.errors import UnknownProgram


class Versions:
    """Swaps its `current` as one reference, so that a decision is made by the versions it began with.

    Another process may publish at any time: whoever has a session open asks `refresh`.
    """

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        # Of swapping `current`, which never runs back to an older reading. Nobody waits for a store while
        # holding it: a task that waits lets others of its thread run, and they would stand here for ever.
        self._lock = threading.Lock()
        self._candidate: CompiledRulebook | None = None
        self.current = Rulebooks.of(())

    def at(self, instant: int) -> CompiledRulebook:
        """See Rulebooks.at."""
        return self.current.at(instant)

    def by_number(self, number: int) -> CompiledRulebook:
        """See Rulebooks.by_number; what was published since a command was made is found too."""
        return self.current.by_number(number)

    def refresh(self, session: ReadSession | WriteSession) -> bool:
        """Read again when something was published since; one cheap look. Whether anything was.

        Raises UnknownProgram when there are several programs and none was chosen.
        """
        if self._candidate is not None:
            return False
        latest = session.latest()
        if latest <= self.current.latest_seen:
            return False
        published = session.published(self._driver.program)
        with self._lock:
            if latest > self.current.latest_seen:
                self._take_over(published, latest)
        return True

    def try_out(self, candidate: CompiledRulebook) -> None:
        """Decide by an unpublished rulebook as if it had been published last; nothing is stored."""
        with self._lock:
            self._candidate = candidate
            self.current = Rulebooks.of([*self.current.versions, candidate], self.current.latest_seen)

    def publish(
        self, compiled: CompiledRulebook, at: int, actor: str | None, again: bool
    ) -> PublishedRulebook | None:
        """Store a rulebook under the next number and, once it is stored, decide by it.

        With `again` False nothing happens when this content was published before; None is given back.
        """
        program, files = compiled.program, compiled.rulebook.files
        publication = PublishedRulebook(
            0, program.name, compiled.hash, program.effective_at, at, actor, dict(files)
        )

        def work(session: WriteSession) -> PublishedRulebook | None:
            self.refresh(session)
            if not again and compiled.hash in self.current.hashes:
                return None
            return session.publish(publication)

        stored = self._driver.transact(work)
        if stored is not None:
            self._add(compiled, stored.number)
        return stored

    def _add(self, compiled: CompiledRulebook, number: int) -> None:
        numbered = compile_rulebook(compiled.rulebook, number)
        with self._lock:
            known = self.current.versions
            if all(version.number != number for version in known):  # another thread may have read it
                seen = max(number, self.current.latest_seen)
                self.current = Rulebooks.of([*known, numbered], seen)

    def _take_over(self, published: Sequence[PublishedRulebook], latest: int) -> None:
        programs = sorted({one.program for one in published})
        if len(programs) > 1:
            raise UnknownProgram(f"the database has several programs; name one of: {', '.join(programs)}")
        if programs and self._driver.program is None:
            self._driver.program = programs[0]
        self.current = compile_published(published, latest, self.current)
