"""What recording any activity has in common: the occasion of its entries, and what is stored of it."""

from __future__ import annotations

from typing import Protocol

from loyalty_engine.activity.activity import Activity
from loyalty_engine.engine.desk import Work
from loyalty_engine.engine.ports.store import StoredActivity
from loyalty_engine.engine.rulebooks import CompiledRulebook
from loyalty_engine.ledger.occasion import Occasion


class Recording(Protocol):
    """A command that records an activity."""

    @property
    def activity(self) -> Activity:
        """What happened."""
        ...

    @property
    def content(self) -> str:
        """Its canonical text."""
        ...

    @property
    def rulebook(self) -> CompiledRulebook:
        """The version in force when it happened."""
        ...

    @property
    def now(self) -> int:
        """The business clock."""
        ...

    @property
    def actor(self) -> str | None:
        """Who recorded it."""
        ...

    @property
    def request(self) -> str | None:
        """The host's name of the request."""
        ...


def occasion_of(command: Recording, work: Work, number: int, recorded_at: int) -> Occasion:
    """The occasion of the entries of an activity that gets this number in its account."""
    return Occasion(
        now=work.now,
        recorded_at=recorded_at,
        at=command.activity.at,
        activity=number,
        rulebook=command.rulebook.number,
        actor=command.actor,
        request=command.request,
    )


def stored_activity(
    command: Recording, work: Work, number: int, facts: str, recorded_at: int
) -> StoredActivity:
    """The row of an activity, with the text of the facts that its evaluation read.

    It is stamped as its entries are, and also when it has none.
    """
    activity = command.activity
    return StoredActivity(
        account=work.membership.account,
        number=number,
        key=activity.key,
        at=activity.at,
        offset=activity.offset,
        recorded_at=max(recorded_at, work.draft.recorded_at),
        rulebook=command.rulebook.number,
        content=command.content,
        facts=facts,
    )
