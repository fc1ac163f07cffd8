"""Corrections by hand."""

from __future__ import annotations

import pytest

from loyalty_engine.errors import InvalidCommand
from loyalty_engine.ledger.account import Account
from loyalty_engine.ledger.adjustment import post_adjustment
from loyalty_engine.ledger.consumption import DeficitPolicy
from loyalty_engine.ledger.draft import Draft
from loyalty_engine.ledger.occasion import Occasion
from loyalty_engine.ledger.standing import Expiring, Standing
from loyalty_engine.ledger.terms import CurrencyTerms
from tests.unit.ledger.bookkeeper import POINTS, Bookkeeper, grant, lives

MORTAL = CurrencyTerms("points", expiry=lives(100))
CREDITS = CurrencyTerms("credits", mirrors="points")


def test_up_opens_a_lot_that_is_available_at_once_and_lives_as_the_currency_says() -> None:
    books = Bookkeeper(MORTAL)
    entry = books.adjust(40, at=10)
    assert (entry.kind, entry.points, entry.effective_at, entry.expires_at) == ("adjustment", 40, 10, 110)
    assert (entry.actor, entry.reason, entry.request) == ("anna", "goodwill", "desk-1")
    assert books.show(10) == Standing(available=40, expiring=(Expiring(110, 40),))


def test_up_pays_off_a_deficit_first() -> None:
    books = Bookkeeper()
    books.adjust(-30, at=10)
    books.adjust(40, at=11)
    assert books.kinds() == [("adjustment", -30), ("adjustment", 40), ("absorption", 0)]
    assert books.show(11) == Standing(available=10)


def test_down_carries_reason_and_actor_too() -> None:
    books = Bookkeeper()
    books.buy(grant(50, available_at=5), at=5)
    entry = books.adjust(-30, at=10)
    assert (entry.points, entry.actor, entry.reason) == (-30, "anna", "goodwill")
    assert books.show(10) == Standing(available=20)


def test_an_adjustment_is_not_mirrored() -> None:
    books = Bookkeeper(POINTS, CREDITS)
    books.adjust(40, at=10)
    books.adjust(-10, at=10)
    assert books.show(10, "credits") == Standing()


def test_dated_back_beyond_its_life_it_arrives_dead() -> None:
    books = Bookkeeper(MORTAL)
    books.adjust(40, at=10, now=200)
    assert books.kinds() == [("adjustment", 40), ("expiry", -40)]
    assert books.show(200) == Standing()


@pytest.mark.parametrize(
    ("points", "reason", "actor"), [(0, "goodwill", "anna"), (5, "", "anna"), (5, "goodwill", None)]
)
def test_it_needs_points_a_reason_and_an_actor(points: int, reason: str, actor: str | None) -> None:
    draft = Draft(Account(7))
    with pytest.raises(InvalidCommand):
        post_adjustment(
            draft, POINTS, points, Occasion(1, 1, 1, actor=actor), reason=reason, policy=DeficitPolicy.ALLOW
        )
    assert draft.entries == []


def test_a_correction_counts_at_its_own_date_by_what_it_brought_or_took() -> None:
    books = Bookkeeper(policy=DeficitPolicy.CLAMP)
    books.adjust(40, at=10)
    books.adjust(-50, at=12, now=14)
    assert books.credits == {("points", 10, 10): 40, ("points", 12, 12): -40}
