"""What a return needs of the activity it names: found by id and account, then by (account, number).

Hot, as the statements of `reads` are.
"""

from __future__ import annotations

from sqlalchemy import and_, func, literal_column, select

from loyalty_adapters.sql.columns import ACTIVITY
from loyalty_adapters.sql.reads import PROGRAM
from loyalty_adapters.sql.statement import Statement, given
from loyalty_adapters.sql.tables import (
    OF_ACTIVITY,
    REVERSES,
    SPENDING,
    activity,
    activity_key,
    allocation,
    award,
    entry,
    indexed_by,
    returned_line,
)

originals = Statement(
    select(
        activity_key.c.id,
        activity_key.c.source,
        activity_key.c.type,
        activity_key.c.account_id,
        activity_key.c.activity,
    )
    .select_from(given(activity_key.c.id, activity_key.c.account_id))
    .where(activity_key.c.program == PROGRAM, activity_key.c.activity.is_not(None))
    .order_by(activity_key.c.id, activity_key.c.source, activity_key.c.type)
)
activities = Statement(select(*ACTIVITY).select_from(given(activity.c.account_id, activity.c.number)))
entries = Statement(
    select(entry)
    .select_from(given(entry.c.account_id, entry.c.activity))
    .where(OF_ACTIVITY)
    .with_hint(entry, indexed_by("entry_by_activity"), "sqlite")
)
reversals = Statement(
    select(entry)
    .select_from(given(entry.c.account_id, entry.c.reverses))
    .where(REVERSES)
    .with_hint(entry, indexed_by("entry_by_reversed"), "sqlite")
)
payments = Statement(
    select(allocation.c.account_id, allocation.c.seq, allocation.c.lot, allocation.c.points)
    .select_from(given(allocation.c.account_id, allocation.c.seq))
    .where(SPENDING)
    .order_by(allocation.c.account_id, allocation.c.seq, allocation.c.lot)
    .with_hint(allocation, indexed_by("allocation_of_spending"), "sqlite")
)
awards = Statement(
    select(award.c.account_id, award.c.seq, award.c.weights).select_from(
        given(award.c.account_id, award.c.seq)
    )
)
returned = Statement(
    select(
        returned_line.c.account_id,
        returned_line.c.activity,
        returned_line.c.line,
        returned_line.c.quantity,
        returned_line.c.amount,
        returned_line.c.complete,
    ).select_from(given(returned_line.c.account_id, returned_line.c.activity))
)
_SAME_ENTRY = and_(entry.c.account_id == allocation.c.account_id, entry.c.seq == allocation.c.seq)
expired = Statement(
    select(allocation.c.account_id, allocation.c.lot, func.sum(allocation.c.points))
    .select_from(given(allocation.c.account_id, allocation.c.lot).join(entry, _SAME_ENTRY))
    .where(
        allocation.c.target == literal_column("'out'"),
        entry.c.kind == literal_column("'expiry'"),
    )
    .group_by(allocation.c.account_id, allocation.c.lot)
)
