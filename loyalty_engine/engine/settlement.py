"""Settling batches of an engine's commands by the rules in force: one object, whichever door they came by."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from loyalty_engine.engine.command import OUTDATED, Command, Outcome
from loyalty_engine.engine.ports.driver import WriteSession
from loyalty_engine.engine.settle import settle
from loyalty_engine.engine.versions import Versions


class Settlement:
    """Called by a driver inside its transaction. Callers share a group only if they bring the same one."""

    def __init__(self, versions: Versions, recording_clock: Callable[[], int]) -> None:
        self.versions = versions
        self._recording_clock = recording_clock

    def __call__(self, session: WriteSession, commands: Sequence[Command]) -> list[Outcome]:
        """One outcome each, in order; all are outdated when rules were published since they were made."""
        if self.versions.refresh(session):
            return [OUTDATED] * len(commands)
        return settle(session, commands, self._recording_clock, self.versions.current)
