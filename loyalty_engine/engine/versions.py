"""The rulebook versions that an engine decides by: read from the shelf, refreshed when one is published."""

from __future__ import annotations

from loyalty_engine.engine.ports.driver import Driver, ReadSession, WriteSession
from loyalty_engine.engine.ports.rulebook_shelf import PublishedRulebook
from loyalty_engine.engine.rulebooks import CompiledRulebook, Rulebooks, compile_published, compile_rulebook
from loyalty_engine.errors import UnknownProgram


class Versions:
    """Swaps its `current` as one reference: activities in flight keep the versions they began with."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self.current = Rulebooks.of(())
        self._candidate: CompiledRulebook | None = None

    def load(self) -> None:
        """Read the shelf. Raises UnknownProgram when it holds several programs and none was chosen."""
        with self._driver.reading() as session:
            self._read(session)

    def refresh(self, session: WriteSession) -> None:
        """Read again when something was published since; one cheap look for each batch."""
        if self._candidate is None and session.latest() != self.current.latest_seen:
            self._read(session)

    def try_out(self, candidate: CompiledRulebook) -> None:
        """Decide by an unpublished rulebook as if it had been published last; nothing is stored."""
        self._candidate = candidate
        self.current = Rulebooks.of([*self.current.versions, candidate], self.current.latest_seen)

    def publish(
        self, session: WriteSession, compiled: CompiledRulebook, at: int, actor: str | None
    ) -> PublishedRulebook:
        """Put a rulebook on the shelf under the next number and decide by it from then on."""
        program, files = compiled.program, compiled.rulebook.files
        stored = session.publish(
            PublishedRulebook(0, program.name, compiled.hash, program.effective_at, at, actor, dict(files))
        )
        numbered = compile_rulebook(compiled.rulebook, stored.number)
        self.current = Rulebooks.of([*self.current.versions, numbered], stored.number)
        return stored

    def _read(self, session: ReadSession | WriteSession) -> None:
        published = session.published(self._driver.program)
        programs = sorted({one.program for one in published})
        if len(programs) > 1:
            raise UnknownProgram(f"the database has several programs; name one of: {', '.join(programs)}")
        if programs and self._driver.program is None:
            self._driver.program = programs[0]
        self.current = compile_published(published, session.latest(), self.current)
