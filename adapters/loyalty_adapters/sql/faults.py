"""What no account's ledger shows: rows of no account, lots that time would pass over, dropped guards."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Table, and_, case, column, exists, literal_column, or_, select, table

from loyalty_adapters.sql.reads import PROGRAM
from loyalty_adapters.sql.schema import guards
from loyalty_adapters.sql.sqlite_executor import SqliteExecutor
from loyalty_adapters.sql.statement import Statement
from loyalty_adapters.sql.tables import METADATA, account, lot
from loyalty_engine.ledger.finding import Finding


def _strays(of: Table) -> Statement:
    """The accounts that rows name and that are not there, or are another program's."""
    owner = exists().where(account.c.account_id == of.c.account_id)
    if "program" in of.c:
        owner = owner.where(account.c.program == of.c.program)
    return Statement(select(of.c.account_id).distinct().where(~owner).order_by(of.c.account_id))


_STRAYS = {
    one.name: _strays(one) for one in METADATA.sorted_tables if one is not account and "account_id" in one.c
}
_ZERO: ColumnElement[int] = literal_column("0")
# Written from what due_at means, not by the code that posts.
_NEXT = case(
    (
        lot.c.pending > _ZERO,
        case((lot.c.expires_at <= lot.c.available_at, lot.c.expires_at), else_=lot.c.available_at),
    ),
    (lot.c.available > _ZERO, lot.c.expires_at),
)
_MISTIMED = Statement(
    select(lot.c.account_id, lot.c.number, _NEXT, lot.c.due_at)
    .where(
        lot.c.due_at.is_distinct_from(_NEXT),
        or_(
            PROGRAM.is_(None),
            exists().where(and_(account.c.account_id == lot.c.account_id, account.c.program == PROGRAM)),
        ),
    )
    .order_by(lot.c.account_id, lot.c.number)
)
_MASTER = table("sqlite_master", column("type"), column("name"))
_TRIGGERS = Statement(select(_MASTER.c.name).where(_MASTER.c.type == literal_column("'trigger'")))


def faults(executor: SqliteExecutor, program: str | None) -> Iterator[Finding]:
    """See `Reader.faults`. Rows without an account have no program either, so they are found for any."""
    standing = {name for (name,) in executor.rows(_TRIGGERS)}
    for name in guards():
        if name not in standing:
            yield Finding("guard-missing", 0, name, name, None)
    for name, statement in _STRAYS.items():
        for (number,) in executor.stream(statement):
            yield Finding("account-missing", number, f"rows of {name}", number, None)
    for number, lot_number, expected, found in executor.stream(_MISTIMED, program=program):
        yield Finding("lot-differs", number, f"lot {lot_number} due_at", expected, found)
