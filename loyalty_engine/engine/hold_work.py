"""What ending a hold has in common, by capture or by release: finding it in its member's account."""

from __future__ import annotations

from dataclasses import dataclass

from loyalty_engine.activity.activity import ActivityKey, MemberRef
from loyalty_engine.engine.desk import Desk, Work
from loyalty_engine.engine.ports.store import Ask
from loyalty_engine.engine.rulebooks import CompiledRulebook
from loyalty_engine.errors import UnknownHold
from loyalty_engine.ledger.draft import Draft
from loyalty_engine.ledger.entry import entry_id, parse_entry_id
from loyalty_engine.ledger.hold import Hold


class HoldName:
    """A hold's public id, taken apart."""

    def __init__(self, text: str) -> None:
        """Raises UnknownHold for what is no id at all."""
        place = parse_entry_id(text)
        if place is None:
            raise unknown_hold(text)
        self.account, self.number = place
        self.text = entry_id(self.account, self.number)

    def find(self, draft: Draft) -> Hold:
        """The hold in an account, whatever became of it. Raises UnknownHold when it is not that account's."""
        hold = draft.hold(self.number) if draft.account.number == self.account else None
        if hold is None:
            raise unknown_hold(self.text)
        return hold


def unknown_hold(text: str) -> UnknownHold:
    """The refusal of a name that is of no hold, or of another member's: which of them is not told."""
    return UnknownHold(f"there is no hold `{text[:40]}`", hold=text[:200])


@dataclass(frozen=True, slots=True)
class HoldWork:
    """Which hold is to end, whose it must be, when, and under which version of the rules."""

    member: MemberRef
    name: HoldName
    rulebook: CompiledRulebook  # in force at `now`
    now: int  # the business clock
    actor: str | None = None
    request: str | None = None

    def ask(self, key: ActivityKey | None, *, counters: bool = False) -> Ask:
        """The hold with its lots; with `counters` every count: in which period it counts the hold says."""
        return Ask(member=self.member, now=self.now, key=key, hold=self.name.number, all_counters=counters)

    def open(self, desk: Desk) -> tuple[Work, Hold]:
        """Begin work on the member's account. Raises UnknownMember, UnknownHold."""
        membership = desk.enrolled(self.member)
        work = desk.open(membership, self.now)
        return work, self.name.find(work.draft)
