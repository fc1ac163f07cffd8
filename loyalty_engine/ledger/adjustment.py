"""Adjustment: a correction by hand, up or down, with a reason and an actor."""

from __future__ import annotations

from loyalty_engine.errors import InvalidCommand
from loyalty_engine.ledger.absorption import absorb
from loyalty_engine.ledger.consumption import Debit, DeficitPolicy, debit
from loyalty_engine.ledger.draft import Draft
from loyalty_engine.ledger.due import post_due
from loyalty_engine.ledger.entry import Entry, EntryKind
from loyalty_engine.ledger.occasion import Occasion
from loyalty_engine.ledger.terms import CurrencyTerms


def post_adjustment(
    draft: Draft, terms: CurrencyTerms, points: int, occasion: Occasion, *, reason: str, policy: DeficitPolicy
) -> Entry:
    """Post +N or -N points; what is due at `occasion.now` must have been posted. Gives the entry.

    Up: a lot, available at once, that lives as the currency's lots do; a deficit is paid off from it.
    Down: open lots in order of consumption, then what `policy` says. Never mirrored to other currencies.
    Raises InvalidCommand for 0 points or without reason or actor, InsufficientPoints when refused.
    """
    if points == 0:
        raise InvalidCommand("an adjustment of 0 points changes nothing", points=points)
    if not reason or not occasion.actor:
        raise InvalidCommand("an adjustment needs a reason and an actor", reason=reason, actor=occasion.actor)
    if points < 0:
        entry = _lower(draft, debit(draft, terms.name, -points, policy), terms.name, reason, occasion)
    else:
        entry = _raise(draft, terms, points, reason, occasion)
    draft.credit(terms.name, entry.counts_at, entry.effective_at, entry.points)
    return entry


def _raise(draft: Draft, terms: CurrencyTerms, points: int, reason: str, occasion: Occasion) -> Entry:
    at = occasion.effective_at
    entry = draft.post(
        EntryKind.ADJUSTMENT,
        terms.name,
        points,
        effective_at=at,
        counts_at=at,
        recorded_at=occasion.recorded_at,
        available_at=at,
        expires_at=terms.expiry(at),
        activity=occasion.activity,
        rulebook=occasion.rulebook,
        actor=occasion.actor,
        reason=reason,
        request=occasion.request,
    )
    absorb(draft, entry.seq, terms.name, at, occasion.recorded_at)
    post_due(draft, occasion.now, occasion.recorded_at)  # dated back, the lot may be dead on arrival
    return entry


def _lower(draft: Draft, taken: Debit, currency: str, reason: str, occasion: Occasion) -> Entry:
    return draft.post(
        EntryKind.ADJUSTMENT,
        currency,
        -taken.points,
        effective_at=occasion.effective_at,
        counts_at=occasion.effective_at,
        recorded_at=occasion.recorded_at,
        moves=taken.moves,
        activity=occasion.activity,
        rulebook=occasion.rulebook,
        actor=occasion.actor,
        reason=reason,
        request=occasion.request,
    )
