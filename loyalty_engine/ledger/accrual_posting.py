"""Posting of awards: one entry and one lot each, and the credits that mirror them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from loyalty_engine.decision import Award
from loyalty_engine.ledger.absorption import absorb
from loyalty_engine.ledger.account import CreditKey, RecordedAward
from loyalty_engine.ledger.draft import Draft
from loyalty_engine.ledger.due import post_due
from loyalty_engine.ledger.entry import EntryKind
from loyalty_engine.ledger.occasion import Occasion
from loyalty_engine.ledger.terms import CurrencyTerms


def post_awards(
    draft: Draft, awards: Sequence[Award], currencies: Collection[CurrencyTerms], occasion: Occasion
) -> None:
    """Post each award, pay off a deficit from it, then its mirrored credits (same points, same pending).

    `occasion.at` is the activity's instant: awards count from it, and a mirrored credit's life too. A
    late activity's lots may arrive released or dead: what is due of them at once is posted at the end,
    so they pay off a deficit as any later credit does, and what is left of the dead ones expires.
    """
    if not awards:
        return
    effective_at = occasion.effective_at
    mirrors = [
        (terms.mirrors, terms.name, terms.expiry(occasion.at)) for terms in currencies if terms.mirrors
    ]
    late = False
    for award in awards:
        seq = _post(draft, award, award.currency, occasion, effective_at, expires_at=award.expires_at)
        draft.awards.append(RecordedAward(seq, award.weights))
        late = late or effective_at < award.available_at <= occasion.now
        late = late or _dead(award.expires_at, occasion.now)
        for mirrored, credit, expires_at in mirrors:
            if mirrored == award.currency:
                _post(draft, award, credit, occasion, effective_at, expires_at=expires_at, mirrors=seq)
                late = late or _dead(expires_at, occasion.now)
    if late:
        post_due(draft, occasion.now, occasion.recorded_at)


def credits_of(
    awards: Iterable[Award], currencies: Collection[CurrencyTerms], counts_at: int
) -> dict[CreditKey, int]:
    """The dated credits that posting awards of an instant would bring, mirrored ones too."""
    found: dict[CreditKey, int] = {}
    for award in awards:
        mirrored = [terms.name for terms in currencies if terms.mirrors == award.currency]
        for currency in (award.currency, *mirrored):
            key = (currency, counts_at, award.available_at)
            found[key] = found.get(key, 0) + award.points
    return found


def _post(
    draft: Draft,
    award: Award,
    currency: str,
    occasion: Occasion,
    effective_at: int,
    *,
    expires_at: int | None,
    mirrors: int | None = None,
) -> int:
    """One accrual with its absorption; gives its sequence."""
    seq = draft.post(
        EntryKind.ACCRUAL,
        currency,
        award.points,
        effective_at=effective_at,
        counts_at=occasion.at,
        recorded_at=occasion.recorded_at,
        available_at=award.available_at,
        expires_at=expires_at,
        activity=occasion.activity,
        rulebook=occasion.rulebook,
        rule=award.rule,
        mirrors=mirrors,
        basis=award.basis if mirrors is None and award.basis else None,
        actor=occasion.actor,
        request=occasion.request,
    ).seq
    draft.credit(currency, occasion.at, award.available_at, award.points)
    if award.available_at <= effective_at:
        absorb(draft, seq, currency, effective_at, occasion.recorded_at)
    return seq


def _dead(expires_at: int | None, now: int) -> bool:
    return expires_at is not None and expires_at <= now
