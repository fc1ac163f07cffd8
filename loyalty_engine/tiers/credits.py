"""Dated credits: how many points count towards a tier, by the day that they belong to."""

from __future__ import annotations


class CreditsNotLoaded(Exception):
    """Credits dated before those that were loaded are needed: those from `since` on."""

    def __init__(self, since: int) -> None:
        super().__init__(f"credits dated from {since} on are needed")
        self.since = since
