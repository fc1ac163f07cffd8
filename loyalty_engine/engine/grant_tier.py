"""Use case: grant a tier by hand: a floor until a date, with a reason and an actor."""

from __future__ import annotations

from dataclasses import dataclass

from loyalty_engine.activity.activity import ActivityKey, MemberRef
from loyalty_engine.engine.arguments import name, optional_name, sentence
from loyalty_engine.engine.desk import Desk
from loyalty_engine.engine.own_key import fingerprint_of, own_key
from loyalty_engine.engine.ports.store import Ask
from loyalty_engine.engine.receipt import Receipt, receipt_text
from loyalty_engine.engine.rulebooks import CompiledRulebook
from loyalty_engine.errors import InvalidCommand, UnknownTier
from loyalty_engine.rulebook.near import did_you_mean
from loyalty_engine.tiers.change import Change, Reason


@dataclass(frozen=True, slots=True)
class GrantTier:
    """One grant; with a key a retry is answered by the first receipt."""

    member: MemberRef
    tier: str | None  # None: what was granted ends
    until: int | None  # microseconds UTC, exclusive; None: a grant that ends another has no end
    reason: str
    actor: str
    rulebook: CompiledRulebook  # in force at `now`
    now: int  # the business clock
    key: str | None = None

    def __post_init__(self) -> None:
        """Raises InvalidCommand without reason or actor, and for a grant without end."""
        sentence("the reason", self.reason)
        name("the actor", self.actor)
        optional_name("the key", self.key)
        optional_name("the tier", self.tier)
        if self.tier is not None and self.until is None:
            raise InvalidCommand("a tier is granted until a time; say which")

    @property
    def _key(self) -> ActivityKey | None:
        return own_key("tier-grant", self.key)

    @property
    def _fingerprint(self) -> str:
        return fingerprint_of("tier-grant", self.tier, self.until, self.reason, self.actor)

    def ask(self) -> Ask:
        """Tiers are loaded for every command."""
        return Ask(member=self.member, now=self.now, key=self._key)

    def decide(self, desk: Desk) -> Receipt:
        """Append the grant, from now on.

        Raises ActivityConflict, UnknownMember, UnknownTier, and InvalidCommand for one that is over.
        """
        key = self._key
        before = desk.replay(key, self._fingerprint, self.member) if key else None
        if before is not None:
            return before
        if self.until is not None and self.until <= self.now:
            raise InvalidCommand("a grant ends in the future", until=self.until)
        work = desk.open(desk.enrolled(self.member), self.now)
        ladder = self.rulebook.ladder
        names = [tier.name for tier in ladder.tiers] if ladder else []
        if work.tier is None or (self.tier is not None and self.tier not in names):
            raise UnknownTier(self._no_such_tier(names), tier=self.tier, tiers=names)
        if self.until is not None and self.until <= work.now:
            raise InvalidCommand("a grant ends in the future", until=self.until)
        until = None if self.tier is None else self.until
        change = Change(work.now, self.tier, until, Reason.GRANTED, decided_at=work.now)
        work.tier.grant(change, self.actor, self.reason)
        receipt = receipt_text(key, work, self.rulebook)
        return desk.accept(work, receipt, key=key, fingerprint=self._fingerprint)

    def _no_such_tier(self, names: list[str]) -> str:
        if not names:
            return "the rules in force have no tiers"
        return f"there is no tier `{self.tier}`; {did_you_mean(self.tier or '', names) or ', '.join(names)}"
