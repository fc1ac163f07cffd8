"""Which accounts have a lot that is due: two ways to the same answer, chosen by how much is due.

Little is due: its index entries by instant are few, and sorting them is nothing. Much is due: walking the
accounts in order finds a page soon, while the way by instant would sort all of it again for each page.
"""

from __future__ import annotations

from sqlalchemy import bindparam, exists, func, literal_column, or_, select

from loyalty_adapters.sql.reads import NOW, PROGRAM
from loyalty_adapters.sql.sqlite_executor import SqliteExecutor
from loyalty_adapters.sql.statement import Statement
from loyalty_adapters.sql.tables import DUE, NUMBER, OPEN, account, indexed_by, lot

MUCH = 20_000  # due lots

_AFTER = bindparam("after", type_=NUMBER)
_LIMIT = bindparam("limit", type_=NUMBER)
_OURS = or_(
    PROGRAM.is_(None),
    exists().where(account.c.account_id == lot.c.account_id, account.c.program == PROGRAM),
)


_PAGE = (
    select(lot.c.account_id)
    .distinct()
    .where(_OURS, lot.c.due_at <= NOW, lot.c.account_id > _AFTER)
    .order_by(lot.c.account_id)
    .limit(_LIMIT)
    .offset(literal_column("0"))
)
due_accounts_by_instant = Statement(_PAGE.where(DUE).with_hint(lot, indexed_by("lot_due"), "sqlite"))
due_accounts_in_order = Statement(_PAGE.where(OPEN).with_hint(lot, indexed_by("lot_open"), "sqlite"))
due_up_to = Statement(
    select(func.count()).select_from(
        select(lot.c.account_id)
        .where(DUE, lot.c.due_at <= NOW)
        .limit(_LIMIT)
        .offset(literal_column("0"))
        .subquery()
    )
)


def due_accounts(
    executor: SqliteExecutor, program: str | None, now: int, after: int, limit: int
) -> list[int]:
    """See `Store.due_accounts`."""
    much = executor.value(due_up_to, now=now, limit=MUCH) == MUCH
    statement = due_accounts_in_order if much else due_accounts_by_instant
    rows = executor.rows(statement, program=program, now=now, after=after, limit=limit)
    return [number for (number,) in rows]
