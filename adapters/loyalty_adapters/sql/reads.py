"""The statements of the write path's reads. None of them looks at more of an account than it needs.

Each is hot: its query plan is tested at two table sizes. `rows` is a JSON text, see `given`.
"""

from __future__ import annotations

from sqlalchemy import Text, bindparam, func, literal_column, or_, select

from loyalty_adapters.sql import columns
from loyalty_adapters.sql.statement import Statement, given, given_values
from loyalty_adapters.sql.tables import (
    HOLDS,
    LINKED,
    NUMBER,
    OPEN,
    account,
    activity,
    activity_key,
    attribute,
    balance,
    counter,
    hold,
    identity,
    indexed_by,
    lot,
    member,
    rulebook,
    tier_change,
    tier_credit,
)

PROGRAM = bindparam("program", type_=Text())
NOW = bindparam("now", type_=NUMBER)
AFTER = bindparam("after", type_=NUMBER)
LIMIT = bindparam("limit", type_=NUMBER)
_SAME_ACCOUNT = account.c.account_id == member.c.account_id

own_members = Statement(
    select(member.c.member, member.c.enrolled_at, *columns.ACCOUNT)
    .select_from(given(member.c.member).join(account, _SAME_ACCOUNT))
    .where(member.c.program == PROGRAM)
)
linked_members = Statement(
    select(identity.c.kind, identity.c.value, member.c.member, member.c.enrolled_at, *columns.ACCOUNT)
    .select_from(
        given(identity.c.kind, identity.c.value)
        .join(member, member.c.account_id == identity.c.account_id)
        .join(account, _SAME_ACCOUNT)
    )
    .where(identity.c.program == PROGRAM, LINKED)
    .with_hint(identity, indexed_by("identity_in_force"), "sqlite")
)
highest_account = Statement(select(func.max(account.c.account_id)))
accounts = Statement(select(*columns.ACCOUNT).select_from(given(account.c.account_id)))
balances = Statement(select(*columns.BALANCE).select_from(given(balance.c.account_id)))
open_lots = Statement(
    select(*columns.LOT)
    .select_from(given(lot.c.account_id))
    .where(OPEN)
    .with_hint(lot, indexed_by("lot_open"), "sqlite")
)
due_lots = Statement(
    select(*columns.LOT)
    .select_from(given(lot.c.account_id))
    .where(OPEN, lot.c.due_at <= NOW)
    .with_hint(lot, indexed_by("lot_open"), "sqlite")
)
lots = Statement(select(*columns.LOT).select_from(given(lot.c.account_id, lot.c.number)))
open_holds = Statement(
    select(*columns.HOLD)
    .select_from(given(hold.c.account_id))
    .where(HOLDS)
    .with_hint(hold, indexed_by("hold_open"), "sqlite")
)
holds = Statement(select(*columns.HOLD).select_from(given(hold.c.account_id, hold.c.number)))
known_keys = Statement(
    select(
        activity_key.c.source,
        activity_key.c.type,
        activity_key.c.id,
        activity_key.c.account_id,
        activity_key.c.fingerprint,
        activity_key.c.receipt,
    )
    .select_from(given(activity_key.c.source, activity_key.c.type, activity_key.c.id))
    .where(activity_key.c.program == PROGRAM)
)
counters = Statement(
    select(*columns.COUNTER).select_from(given(counter.c.account_id, counter.c.period, counter.c.starts_at))
)
all_counters = Statement(select(*columns.COUNTER).select_from(given(counter.c.account_id)))
attributes = Statement(
    select(*columns.ATTRIBUTE)
    .select_from(given(attribute.c.account_id))
    .order_by(attribute.c.account_id, attribute.c.name, attribute.c.effective_at)
)
links = Statement(
    select(*columns.LINK)
    .select_from(given(identity.c.account_id))
    .order_by(identity.c.account_id, identity.c.kind, identity.c.value, identity.c.linked_at)
)
page_of_accounts = Statement(
    select(account.c.account_id)
    .where(or_(PROGRAM.is_(None), account.c.program == PROGRAM), account.c.account_id > AFTER)
    .order_by(account.c.account_id)
    .limit(LIMIT)
    .offset(literal_column("0"))
)
memberships = Statement(select(*columns.MEMBERSHIP).select_from(given(member.c.account_id)))
tier_changes = Statement(
    select(*columns.TIER_CHANGE)
    .select_from(given(tier_change.c.account_id))
    .order_by(tier_change.c.account_id, tier_change.c.number)
)
tier_credits = Statement(select(*columns.TIER_CREDIT).select_from(given(tier_credit.c.account_id)))
tier_credits_since = Statement(
    select(*columns.TIER_CREDIT).select_from(given(tier_credit.c.account_id, least=tier_credit.c.counts_at))
)


def _first_of_type() -> Statement:
    """The earliest instant per (account, type) given: one index entry each, however many there are."""
    of_account, of_type = given_values(2)
    of_both = (activity.c.account_id == of_account, activity.c.type == of_type)
    earliest = select(func.min(activity.c.occurred_at)).where(*of_both).scalar_subquery()
    return Statement(select(of_account, of_type, earliest))


first_of_type = _first_of_type()

latest_rulebook = Statement(select(func.coalesce(func.max(rulebook.c.number), literal_column("0"))))
