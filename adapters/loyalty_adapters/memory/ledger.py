"""What the memory store keeps of one account."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any

from loyalty_engine.decision import CounterKey
from loyalty_engine.engine.ports.store import Attribute, CreditKey, IdentityLink, Membership, StoredActivity
from loyalty_engine.ledger.account import Account, Balance, RecordedAward, ReturnedLine
from loyalty_engine.ledger.entry import Allocation, Entry
from loyalty_engine.ledger.hold import Hold
from loyalty_engine.ledger.lot import Lot
from loyalty_engine.tiers.change import TierChange


@dataclass(slots=True)
class Ledger:
    """One account's rows by their keys. Never changed once its transaction has committed."""

    program: str
    account: Account  # its counts and digest only
    membership: Membership | None = None
    attributes: dict[tuple[str, int], Attribute] = field(default_factory=dict)
    links: dict[tuple[str, str, int], IdentityLink] = field(default_factory=dict)
    balances: dict[str, Balance] = field(default_factory=dict)
    activities: dict[int, StoredActivity] = field(default_factory=dict)
    entries: dict[int, Entry] = field(default_factory=dict)
    allocations: dict[tuple[int, int, str, str], Allocation] = field(default_factory=dict)
    awards: dict[int, RecordedAward] = field(default_factory=dict)
    lots: dict[int, Lot] = field(default_factory=dict)
    counters: dict[CounterKey, int] = field(default_factory=dict)
    returned: dict[tuple[int, str], ReturnedLine] = field(default_factory=dict)
    holds: dict[int, Hold] = field(default_factory=dict)
    credits: dict[CreditKey, int] = field(default_factory=dict)
    tier_changes: dict[int, TierChange] = field(default_factory=dict)

    def copy(self) -> Ledger:
        """A ledger that can take further rows; the rows themselves are replaced, never changed."""
        own: dict[str, Any] = {name: dict(getattr(self, name)) for name in _DICTS}
        return replace(self, **own)


_DICTS = tuple(f.name for f in fields(Ledger) if f.default_factory is dict)


def bare(account: Account) -> Account:
    """An account's counts and digest, without what else it carries."""
    return Account(
        account.number, account.seq, account.digest, account.recorded_at, account.activities, account.clock
    )
