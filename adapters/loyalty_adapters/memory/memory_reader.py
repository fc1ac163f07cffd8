"""The read path in memory: a committed state never changes, so having it is a snapshot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from loyalty_adapters.memory import reading
from loyalty_adapters.memory.ledger import Ledger, bare
from loyalty_adapters.memory.memory_store import MemoryShelf
from loyalty_adapters.program import chosen
from loyalty_engine.activity.activity import ActivityKey, MemberRef
from loyalty_engine.decision import CounterKey
from loyalty_engine.engine.ports.reader import AccountRecord, RuleTotals
from loyalty_engine.engine.ports.store import (
    Ask,
    Attribute,
    Batch,
    IdentityLink,
    Membership,
    StoredActivity,
    TierRecord,
)
from loyalty_engine.ledger.account import Account, Balance, RecordedAward
from loyalty_engine.ledger.balance import balance_now
from loyalty_engine.ledger.entry import Entry
from loyalty_engine.ledger.finding import Finding
from loyalty_engine.ledger.hold import Hold
from loyalty_engine.ledger.standing import Standing


class MemoryReader(MemoryShelf):
    """Of one program; of every program where none is chosen. What names a member needs a chosen one."""

    def member(self, ref: MemberRef) -> Membership | None:
        """See `Reader.member`. Raises UnknownProgram when none is chosen."""
        return reading.find_member(self._state, chosen(self._program), ref)

    def member_of(self, account: int) -> Membership | None:
        """See `Reader.member_of`."""
        ledger = self._ours().get(account)
        return None if ledger is None else ledger.membership

    def attributes(self, account: int) -> Sequence[Attribute]:
        """See `Reader.attributes`."""
        ledger = self._state.ledgers.get(account)
        return [] if ledger is None else sorted(ledger.attributes.values(), key=lambda one: one[:2])

    def links(self, account: int) -> Sequence[IdentityLink]:
        """See `Reader.links`."""
        ledger = self._state.ledgers.get(account)
        return [] if ledger is None else sorted(ledger.links.values(), key=lambda link: link[:4])

    def record(self, account: int) -> AccountRecord:
        """See `Reader.record`; empty for an account that does not exist."""
        ledger = self._ours().get(account)
        return AccountRecord(Account(account), [], [], [], {}) if ledger is None else _record(ledger)

    def records(self) -> Iterator[AccountRecord]:
        """See `Reader.records`."""
        return (_record(ledger) for _, ledger in sorted(self._ours().items()))

    def faults(self) -> Iterator[Finding]:
        """See `Reader.faults`: every row here stands in its account, and all else is computed."""
        return iter(())

    def account_count(self) -> int:
        """See `Reader.account_count`."""
        return len(self._ours())

    def activity(self, account: int, number: int) -> StoredActivity | None:
        """See `Reader.activity`."""
        ledger = self._state.ledgers.get(account)
        return None if ledger is None else ledger.activities.get(number)

    def find_activity(self, key: ActivityKey) -> StoredActivity | None:
        """See `Reader.find_activity`. Raises UnknownProgram when none is chosen."""
        known = self._state.keys.get((chosen(self._program), key))
        if known is None or known.activity is None:
            return None
        return self.activity(known.known.account, known.activity)

    def awards(self, account: int, seqs: Sequence[int]) -> Mapping[int, RecordedAward]:
        """See `Reader.awards`."""
        ledger = self._state.ledgers.get(account)
        return {} if ledger is None else {seq: ledger.awards[seq] for seq in seqs if seq in ledger.awards}

    def counters(self, account: int) -> Mapping[CounterKey, int]:
        """See `Reader.counters`."""
        ledger = self._state.ledgers.get(account)
        return {} if ledger is None else dict(ledger.counters)

    def holds(self, account: int) -> Sequence[Hold]:
        """See `Reader.holds`."""
        return list(self.record(account).holds.values())

    def tier_record(self, account: int) -> TierRecord:
        """See `Reader.tier_record`; empty for an account that does not exist."""
        ours = self._ours()
        found = reading.tier_records([ours[account]] if account in ours else [])
        return next((record for _, record in found), TierRecord())

    def tier_records(self) -> Iterator[tuple[Membership, TierRecord]]:
        """See `Reader.tier_records`."""
        return reading.tier_records(ledger for _, ledger in sorted(self._ours().items()))

    def context(self, ask: Ask) -> Batch:
        """See `Reader.context`. Raises UnknownProgram when none is chosen."""
        return reading.load(self._state, chosen(self._program), [ask])

    def totals(self) -> Sequence[RuleTotals]:
        """See `Reader.totals`."""
        groups: dict[tuple[str, str | None, str], list[Entry]] = {}
        for ledger in self._ours().values():
            for entry in ledger.entries.values():
                groups.setdefault((str(entry.kind), entry.rule, entry.currency), []).append(entry)
        ordered = sorted(groups.items(), key=lambda pair: (pair[0][0], pair[0][1] or "", pair[0][2]))
        return [
            RuleTotals(
                *key, len(group), sum(e.points for e in group), sum(e.reversed_points or 0 for e in group)
            )
            for key, group in ordered
        ]

    def counts(self) -> Mapping[str, int]:
        """See `Reader.counts`."""
        ledgers = self._ours().values()
        return {
            "members": sum(ledger.membership is not None for ledger in ledgers),
            "activities": sum(len(ledger.activities) for ledger in ledgers),
            "entries": sum(len(ledger.entries) for ledger in ledgers),
            "lots": sum(len(ledger.lots) for ledger in ledgers),
        }

    def outstanding(self, at: int) -> Mapping[str, Balance]:
        """See `Reader.outstanding`."""
        sums: dict[str, Counter[str]] = {}
        for ledger in self._ours().values():
            for currency, now in _standing(ledger, at).items():
                buckets = {"available": now.available, "pending": now.pending}
                buckets |= {"held": now.held, "deficit": now.deficit}
                sums.setdefault(currency, Counter()).update(buckets)
        return {currency: Balance(**buckets) for currency, buckets in sums.items()}

    def last_activity_at(self) -> int | None:
        """See `Reader.last_activity_at`."""
        ledgers = self._ours().values()
        instants = (activity.at for ledger in ledgers for activity in ledger.activities.values())
        return max(instants, default=None)

    def _ours(self) -> dict[int, Ledger]:
        ledgers = self._state.ledgers.items()
        return {number: ledger for number, ledger in ledgers if self._program in (None, ledger.program)}


def _record(ledger: Ledger) -> AccountRecord:
    return AccountRecord(
        account=bare(ledger.account),
        entries=[entry for _, entry in sorted(ledger.entries.items())],
        allocations=sorted(ledger.allocations.values()),
        lots=[lot.copy() for _, lot in sorted(ledger.lots.items())],
        balances={currency: balance.copy() for currency, balance in sorted(ledger.balances.items())},
        holds={number: hold.copy() for number, hold in sorted(ledger.holds.items())},
        credits=dict(ledger.credits),
    )


def _standing(ledger: Ledger, at: int) -> Mapping[str, Balance | Standing]:
    """The stored balances, or what time has made of them where a lot or hold is due."""
    if any(one.due_at is not None and one.due_at <= at for one in reading.timed(ledger)):
        lots = [lot for lot in ledger.lots.values() if lot.remaining]
        return balance_now(lots, ledger.holds.values(), ledger.balances, at)
    return ledger.balances
