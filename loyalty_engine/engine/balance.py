"""Use case: what a member has, as of any instant, as it was known at any other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from loyalty_engine.activity.activity import MemberRef
from loyalty_engine.calendar import LATEST
from loyalty_engine.engine.lookup import known_member
from loyalty_engine.engine.ports.reader import Reader
from loyalty_engine.engine.rulebooks import Rulebooks
from loyalty_engine.engine.tier_history import tier_at
from loyalty_engine.ledger.balance import balance_at
from loyalty_engine.ledger.standing import Standing

EMPTY = Standing()


def balance_of(
    reader: Reader, ref: MemberRef, at: int, known_at: int | None, rulebooks: Rulebooks
) -> dict[str, Any]:
    """The balance document; `known_at` None: as it is known now. Raises UnknownMember."""
    membership = known_member(reader, ref)
    record = reader.record(membership.account)
    standings = balance_at(record.entries, record.allocations, at, LATEST if known_at is None else known_at)
    program = rulebooks.newest.program
    names = dict.fromkeys([*(currency.name for currency in program.currencies), *standings])
    text = program.calendar.text
    return {
        "member": membership.member,
        "at": text(at),
        "tier": tier_at(reader, membership.account, at, known_at, rulebooks),
        "currencies": {
            name: standing_data(standings.get(name, EMPTY), ((text(e.at), e.points) for e in expiring))
            for name in names
            for expiring in [standings.get(name, EMPTY).expiring]
        },
    }


def standing_data(standing: Standing, expiring: Iterable[tuple[str, int]]) -> dict[str, Any]:
    """One currency of the balance document."""
    return {
        "available": standing.available,
        "pending": standing.pending,
        "held": standing.held,
        "deficit": standing.deficit,
        "expiring": [{"at": at, "points": points} for at, points in expiring],
    }
