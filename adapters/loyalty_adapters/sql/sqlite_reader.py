"""The read path in SQLite, inside one snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from loyalty_adapters.program import chosen
from loyalty_adapters.sql import cold_reads, journal, loading, original_reads, reads, shelf
from loyalty_adapters.sql.faults import faults
from loyalty_adapters.sql.outstanding import outstanding
from loyalty_adapters.sql.rows import to_activity, to_award, to_counter, to_hold
from loyalty_adapters.sql.sqlite_executor import Row, SqliteExecutor
from loyalty_adapters.sql.statement import Statement
from loyalty_engine.activity.activity import ActivityKey, MemberRef
from loyalty_engine.decision import CounterKey
from loyalty_engine.engine.ports.reader import AccountRecord, RuleTotals
from loyalty_engine.engine.ports.rulebook_shelf import PublishedRulebook
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
from loyalty_engine.ledger.finding import Finding
from loyalty_engine.ledger.hold import Hold


class SqliteReader:
    """Of one program; of every program where none is chosen. What names a member needs a chosen one."""

    def __init__(self, executor: SqliteExecutor, program: str | None) -> None:
        self._executor = executor
        self._program = program

    def member(self, ref: MemberRef) -> Membership | None:
        """See `Reader.member`. Raises UnknownProgram when none is chosen."""
        return loading.memberships(self._executor, chosen(self._program), {ref}).get(ref)

    def member_of(self, account: int) -> Membership | None:
        """See `Reader.member_of`."""
        rows = self._rows(cold_reads.membership_of, number=account)
        return Membership(*rows[0]) if rows else None

    def attributes(self, account: int) -> Sequence[Attribute]:
        """See `Reader.attributes`."""
        return [Attribute(*row[1:]) for row in self._executor.rows_of(reads.attributes, [account])]

    def links(self, account: int) -> Sequence[IdentityLink]:
        """See `Reader.links`."""
        return [IdentityLink(*row) for row in self._executor.rows_of(reads.links, [account])]

    def record(self, account: int) -> AccountRecord:
        """See `Reader.record`; empty for an account that does not exist."""
        found = journal.records(self._executor, self._program, account, account)
        return next(found, AccountRecord(Account(account), [], [], [], {}))

    def records(self) -> Iterator[AccountRecord]:
        """See `Reader.records`."""
        return journal.records(self._executor, self._program)

    def faults(self) -> Iterator[Finding]:
        """See `Reader.faults`."""
        return faults(self._executor, self._program)

    def account_count(self) -> int:
        """See `Reader.account_count`."""
        count: int = self._rows(cold_reads.account_count)[0][0]
        return count

    def activity(self, account: int, number: int) -> StoredActivity | None:
        """See `Reader.activity`."""
        rows = self._executor.rows(cold_reads.activity_of, account=account, number=number)
        return to_activity(rows[0]) if rows else None

    def find_activity(self, key: ActivityKey) -> StoredActivity | None:
        """See `Reader.find_activity`. Raises UnknownProgram when none is chosen."""
        program = chosen(self._program)
        rows = self._executor.rows(cold_reads.activity_by_key, program=program, **key._asdict())
        return self.activity(*rows[0]) if rows else None

    def awards(self, account: int, seqs: Sequence[int]) -> Mapping[int, RecordedAward]:
        """See `Reader.awards`."""
        rows = self._executor.rows_of(original_reads.awards, [(account, seq) for seq in set(seqs)])
        return {seq: to_award(seq, weights) for _, seq, weights in rows}

    def counters(self, account: int) -> Mapping[CounterKey, int]:
        """See `Reader.counters`."""
        rows = self._executor.rows(cold_reads.counters_of, number=account)
        return {to_counter(row): row[6] for row in rows}

    def holds(self, account: int) -> Sequence[Hold]:
        """See `Reader.holds`."""
        return [to_hold(row) for row in self._rows(cold_reads.holds, low=account, high=account)]

    def tier_record(self, account: int) -> TierRecord:
        """See `Reader.tier_record`; empty for an account that does not exist."""
        found = journal.tier_records(self._executor, self._program, account, account)
        return next((record for _, record in found), TierRecord())

    def tier_records(self) -> Iterator[tuple[Membership, TierRecord]]:
        """See `Reader.tier_records`."""
        return journal.tier_records(self._executor, self._program)

    def context(self, ask: Ask) -> Batch:
        """See `Reader.context`. Raises UnknownProgram when none is chosen."""
        return loading.load(self._executor, chosen(self._program), [ask])

    def totals(self) -> Sequence[RuleTotals]:
        """See `Reader.totals`."""
        return [RuleTotals(*row) for row in self._rows(cold_reads.totals)]

    def counts(self) -> Mapping[str, int]:
        """See `Reader.counts`."""
        return {name: self._rows(statement)[0][0] for name, statement in cold_reads.counts.items()}

    def outstanding(self, at: int) -> Mapping[str, Balance]:
        """See `Reader.outstanding`."""
        return outstanding(self._executor, self._program, at)

    def last_activity_at(self) -> int | None:
        """See `Reader.last_activity_at`."""
        latest: int | None = self._rows(cold_reads.last_activity_at)[0][0]
        return latest

    def latest(self) -> int:
        """See `RulebookShelf.latest`."""
        return shelf.latest(self._executor)

    def published(self, program: str | None = None) -> Sequence[PublishedRulebook]:
        """See `RulebookShelf.published`."""
        return shelf.published(self._executor, program)

    def _rows(self, statement: Statement, **parameters: object) -> list[Row]:
        return self._executor.rows(statement, program=self._program, **parameters)
