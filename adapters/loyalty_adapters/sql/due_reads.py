"""Which accounts have a lot or hold that is due: two ways to the same answer, chosen by how much is due.

Little is due: its index entries by instant are few, and sorting them is nothing. Much is due: walking the
accounts in order finds a page soon, while the way by instant would sort all of it again for each page.
"""

from __future__ import annotations

from sqlalchemy import Column, ColumnElement, Select, exists, func, literal_column, or_, select

from loyalty_adapters.sql.reads import AFTER, LIMIT, NOW, PROGRAM
from loyalty_adapters.sql.sqlite_executor import SqliteExecutor
from loyalty_adapters.sql.statement import Statement
from loyalty_adapters.sql.tables import DUE, ENDS, HOLDS, OPEN, account, hold, indexed_by, lot

MUCH = 20_000  # due lots, or holds

_NONE_SKIPPED: ColumnElement[int] = literal_column("0")


def _page(due_at: Column[int]) -> Select[tuple[int]]:
    owner = due_at.table.c.account_id
    ours = exists().where(account.c.account_id == owner, account.c.program == PROGRAM)
    return (
        select(owner)
        .distinct()
        .where(or_(PROGRAM.is_(None), ours), due_at <= NOW, owner > AFTER)
        .order_by(owner)
        .limit(LIMIT)
        .offset(_NONE_SKIPPED)
    )


def _by_index(due_at: Column[int], where: ColumnElement[bool], index: str) -> Statement:
    return Statement(_page(due_at).where(where).with_hint(due_at.table, indexed_by(index), "sqlite"))


def _up_to(due_at: Column[int], where: ColumnElement[bool]) -> Statement:
    due = select(due_at.table.c.account_id).where(where, due_at <= NOW).limit(LIMIT).offset(_NONE_SKIPPED)
    return Statement(select(func.count()).select_from(due.subquery()))


due_lots_by_instant = _by_index(lot.c.due_at, DUE, "lot_due")
due_lots_in_order = _by_index(lot.c.due_at, OPEN, "lot_open")
due_lots_up_to = _up_to(lot.c.due_at, DUE)
due_holds_by_instant = _by_index(hold.c.until, ENDS, "hold_due")
due_holds_in_order = _by_index(hold.c.until, HOLDS, "hold_open")
due_holds_up_to = _up_to(hold.c.until, ENDS)

_WAYS = (
    (due_lots_up_to, due_lots_in_order, due_lots_by_instant),
    (due_holds_up_to, due_holds_in_order, due_holds_by_instant),
)


def due_accounts(
    executor: SqliteExecutor, program: str | None, now: int, after: int, limit: int
) -> list[int]:
    """See `Store.due_accounts`."""
    found: set[int] = set()
    for up_to, in_order, by_instant in _WAYS:
        much = executor.value(up_to, now=now, limit=MUCH) == MUCH
        statement = in_order if much else by_instant
        rows = executor.rows(statement, program=program, now=now, after=after, limit=limit)
        found.update([number for (number,) in rows])
    return sorted(found)[:limit]
