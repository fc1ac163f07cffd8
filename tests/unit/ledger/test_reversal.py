"""Returns take awards back: by their stored shares, from the right points, and exactly."""

from __future__ import annotations

from fractions import Fraction

import pytest

from loyalty_engine.activity.activity import ReturnLine
from loyalty_engine.errors import InsufficientPoints, OverReturn
from loyalty_engine.ledger.account import Balance
from loyalty_engine.ledger.consumption import DeficitPolicy
from loyalty_engine.ledger.entry import Allocation
from loyalty_engine.ledger.returned_lines import BoughtLine
from loyalty_engine.ledger.reversal import GivenBack, due_back
from loyalty_engine.ledger.standing import Expiring, Standing
from loyalty_engine.ledger.terms import CurrencyTerms
from tests.unit.ledger.bookkeeper import POINTS, Bookkeeper, grant, lives

CREDITS = CurrencyTerms("credits", mirrors="points", expiry=lives(365))
THREE = (BoughtLine("1", 1000, 100), BoughtLine("2", 1000, 100), BoughtLine("3", 1000, 100))
EQUAL = (("1", 1), ("2", 1), ("3", 1))


def reversals(books: Bookkeeper) -> list[tuple[int | None, int, int | None]]:
    """(reverses, points, reversed points) of every reversal."""
    return [(e.reverses, e.points, e.reversed_points) for e in books.entries if e.kind == "reversal"]


def moves_of_last(books: Bookkeeper) -> list[tuple[int, str, int]]:
    """(lot, bucket, points) that the last entry took."""
    return [(a.lot, a.source, a.points) for a in books.allocations if a.seq == books.entries[-1].seq]


def test_returns_in_parts_close_exactly() -> None:
    books = Bookkeeper()
    purchase = books.buy(grant(10, weights=EQUAL, available_at=5), at=5, lines=THREE)
    for line in THREE:
        books.give_back(purchase, ReturnLine(line.id), at=6)
    assert [points for _, points, _ in reversals(books)] == [-3, -3, -4]
    assert books.show(6) == Standing()


def test_shares_follow_the_weights_and_the_part_that_comes_back() -> None:
    books = Bookkeeper()
    lines = (BoughtLine("1", 3000, 7950), BoughtLine("2", 1000, 2000))
    purchase = books.buy(grant(99, weights=(("1", 7950), ("2", 2000)), available_at=5), at=5, lines=lines)
    books.give_back(purchase, ReturnLine("1", quantity=1000), at=6)  # 99 * 7950/9950 / 3 = 26.36...
    books.give_back(purchase, ReturnLine("1", quantity=1000), at=7)  # 52.73... in all
    books.give_back(purchase, ReturnLine("2", amount=500), at=8)  # + 4.97... = 57.70... in all
    books.give_back(purchase, at=9)
    assert [points for _, points, _ in reversals(books)] == [-26, -26, -5, -42]


def test_a_reversal_names_its_award_and_counts_at_the_purchase() -> None:
    books = Bookkeeper()
    purchase = books.buy(grant(10, rule="gold", available_at=5), at=5)
    books.give_back(purchase, at=9)
    entry = books.entries[-1]
    assert (entry.kind, entry.rule, entry.rulebook, entry.reverses) == ("reversal", "gold", 1, 1)
    assert (entry.effective_at, entry.counts_at, entry.activity, entry.request) == (9, 5, 2, "return-2")


def test_one_reversal_per_award_and_per_mirrored_credit() -> None:
    books = Bookkeeper(POINTS, CREDITS)
    awards = (grant(10, available_at=5), grant(7, rule="gold", available_at=5))
    purchase = books.buy(*awards, at=5)
    done = books.give_back(purchase, ReturnLine("1", quantity=500), at=6)
    assert reversals(books) == [(1, -5, 5), (2, -5, 5), (3, -3, 3), (4, -3, 3)]
    assert done.given_back == (GivenBack(1, "base", "points", 5), GivenBack(3, "gold", "points", 3))
    assert not done.whole
    assert books.show(6, "credits").available == 9


def test_an_award_with_nothing_to_take_back_yet_gets_no_entry() -> None:
    books = Bookkeeper()
    purchase = books.buy(grant(1, available_at=5), grant(9, rule="gold", available_at=5), at=5)
    done = books.give_back(purchase, ReturnLine("1", quantity=500), at=6)
    assert reversals(books) == [(2, -4, 4)]
    assert done.given_back == (GivenBack(2, "gold", "points", 4),)


def test_the_whole_purchase_has_come_back_only_with_its_last_line() -> None:
    books = Bookkeeper()
    purchase = books.buy(grant(10, weights=EQUAL, available_at=5), at=5, lines=THREE)
    assert not books.give_back(purchase, ReturnLine("1"), ReturnLine("2"), at=6).whole
    assert books.give_back(purchase, ReturnLine("3", amount=100), at=6).whole
    with pytest.raises(OverReturn):
        books.give_back(purchase, at=7)


def test_the_awards_own_pending_points_go_first() -> None:
    books = Bookkeeper()
    books.buy(grant(50, available_at=1, expires_at=90), at=1)
    purchase = books.buy(grant(40, available_at=20), at=5)
    books.give_back(purchase, ReturnLine("1", quantity=500), at=6)
    assert moves_of_last(books) == [(2, "pending", 20)]
    assert books.show(6) == Standing(available=50, pending=20, expiring=(Expiring(90, 50),))


def test_then_the_awards_own_available_points_even_when_others_expire_sooner() -> None:
    books = Bookkeeper()
    books.buy(grant(50, available_at=1, expires_at=90), at=1)
    purchase = books.buy(grant(40, available_at=5), at=5)
    books.give_back(purchase, at=6)
    assert moves_of_last(books) == [(2, "available", 40)]


def test_what_was_spent_comes_from_other_lots_and_then_becomes_deficit() -> None:
    books = Bookkeeper()
    purchase = books.buy(grant(40, available_at=5, expires_at=50), at=5)
    books.adjust(-30, at=6)
    books.buy(grant(8, available_at=7), grant(9, available_at=7, expires_at=60), at=7)
    books.give_back(purchase, at=8)
    assert reversals(books) == [(1, -40, 40)]
    assert moves_of_last(books) == [(1, "available", 10), (3, "available", 8), (4, "available", 9)]
    assert books.show(8) == Standing(deficit=13)


def test_what_had_expired_is_forgiven() -> None:
    books = Bookkeeper()
    purchase = books.buy(grant(40, available_at=5, expires_at=50), at=5)
    books.adjust(-30, at=6)
    books.adjust(100, at=7)
    done = books.give_back(purchase, at=60)
    assert books.kinds()[-2:] == [("expiry", -10), ("reversal", -30)]
    assert reversals(books) == [(1, -30, 40)]
    assert done.given_back == (GivenBack(1, "base", "points", 40),)
    assert books.show(60) == Standing(available=70)


def test_over_partial_returns_expired_points_are_forgiven_once_and_before_spent_ones() -> None:
    books = Bookkeeper()
    purchase = books.buy(grant(40, available_at=5, expires_at=50), at=5)
    books.adjust(-25, at=6)  # 25 spent, 15 will expire
    books.adjust(100, at=7)
    for at in (60, 61, 62, 63):
        books.give_back(purchase, ReturnLine("1", quantity=250), at=at)
    assert reversals(books) == [(1, 0, 10), (1, -5, 10), (1, -10, 10), (1, -10, 10)]
    assert books.show(63) == Standing(available=75)
    assert books.findings == []


def test_a_lot_that_dies_between_two_returns() -> None:
    books = Bookkeeper()
    purchase = books.buy(grant(40, available_at=5, expires_at=50), at=5)
    books.give_back(purchase, ReturnLine("1", quantity=250), at=10)
    books.give_back(purchase, at=60)
    assert reversals(books) == [(1, -10, 10), (1, 0, 30)]
    assert books.show(60) == Standing()


def test_an_expiry_posted_by_the_return_itself_is_forgiven_too() -> None:
    books = Bookkeeper()
    purchase = books.buy(grant(40, available_at=5, expires_at=50), at=5)
    books.give_back(purchase, at=50)
    assert books.kinds() == [("accrual", 40), ("expiry", -40), ("reversal", 0)]
    assert books.show(50) == Standing()


def test_points_that_paid_off_a_deficit_count_as_spent() -> None:
    books = Bookkeeper()
    books.adjust(-30, at=1)
    purchase = books.buy(grant(40, available_at=5), at=5)
    assert books.show(5) == Standing(available=10)
    books.give_back(purchase, at=6)
    assert books.show(6) == Standing(deficit=30)


def test_clamped_a_return_takes_what_is_there_and_forgives_the_rest() -> None:
    books = Bookkeeper(policy=DeficitPolicy.CLAMP)
    purchase = books.buy(grant(40, available_at=5), at=5)
    books.adjust(-30, at=6)
    books.give_back(purchase, ReturnLine("1", quantity=500), at=7)
    books.adjust(100, at=8)
    books.give_back(purchase, at=9)
    assert reversals(books) == [(1, -10, 20), (1, -20, 20)]
    assert books.show(9) == Standing(available=80)


def test_refused_a_return_changes_nothing() -> None:
    books = Bookkeeper(policy=DeficitPolicy.REFUSE)
    purchase = books.buy(grant(40, available_at=5), grant(2, available_at=5, expires_at=7), at=5)
    books.adjust(-30, at=6)
    before = books.shelf
    with pytest.raises(InsufficientPoints):
        books.give_back(purchase, at=8)
    assert books.shelf == before
    assert books.purchases[purchase].returned == {}


def test_a_late_return_takes_lots_that_are_open_now() -> None:
    books = Bookkeeper()
    purchase = books.buy(grant(40, available_at=5), at=5)
    books.adjust(-40, at=6)
    books.buy(grant(15, available_at=9), at=9)
    books.give_back(purchase, at=7, now=10)
    assert moves_of_last(books) == [(3, "available", 15)]
    assert books.show(10) == Standing(deficit=25)
    assert books.show_at(7) == Standing(deficit=40)


def test_allocations_are_stored_by_lot_in_whichever_order_they_were_consumed() -> None:
    books = Bookkeeper()
    books.buy(grant(5, available_at=1), grant(5, available_at=1, expires_at=90), at=1)
    books.adjust(-8, at=5)
    assert books.allocations == [
        Allocation(7, 3, 1, "available", "out", 3),
        Allocation(7, 3, 2, "available", "out", 5),
    ]


def test_a_bought_and_returned_basket_leaves_the_balance_as_it_was() -> None:
    books = Bookkeeper(POINTS, CREDITS)
    books.buy(grant(25, available_at=1, expires_at=90), at=1)
    books.adjust(-5, at=2)
    before = {name: balance.copy() for name, balance in books.balances.items()}
    purchase = books.buy(grant(40, weights=EQUAL, available_at=20), at=5, lines=THREE)
    books.give_back(purchase, ReturnLine("2"), at=6)
    books.give_back(purchase, at=25)
    assert books.balances == before == {"points": Balance(available=20), "credits": Balance(available=25)}
    assert len(books.entries) == 11  # the journal keeps all of it


class TestDueBack:
    """Points of an award to be reversed in all, by the fractions that have come back."""

    def test_floors_the_sum_of_shares_not_each_share(self) -> None:
        half = {"1": Fraction(1, 2), "2": Fraction(1, 2), "3": Fraction(0)}
        assert due_back(5, EQUAL, half) == 1  # 5/3, where each share by itself would give 0

    def test_shipping_comes_back_with_the_last_line(self) -> None:
        weights = (("", 500), ("1", 500))
        assert due_back(10, weights, {"1": Fraction(1), "2": Fraction(1, 2)}) == 5
        assert due_back(10, weights, {"1": Fraction(1), "2": Fraction(1)}) == 10

    def test_a_negative_line_that_stays_never_takes_more_than_was_granted(self) -> None:
        weights = (("1", 300), ("2", -100))
        assert due_back(20, weights, {"1": Fraction(1), "2": Fraction(0)}) == 20
        assert due_back(20, weights, {"1": Fraction(0), "2": Fraction(1)}) == 0
        assert due_back(20, weights, {"1": Fraction(1, 2), "2": Fraction(0)}) == 15

    @pytest.mark.parametrize("weights", [(("1", 0), ("2", 0)), (("1", 5), ("2", -9))])
    def test_weights_that_sum_to_nothing_share_equally(self, weights: tuple[tuple[str, int], ...]) -> None:
        assert due_back(9, weights, {"1": Fraction(1), "2": Fraction(0)}) == 4

    def test_without_weights_everything_comes_back_with_the_last_line(self) -> None:
        assert due_back(9, (), {"1": Fraction(1, 2)}) == 0
        assert due_back(9, (), {"1": Fraction(1)}) == 9


def test_returning_a_negative_line_later_does_not_grant_points_again() -> None:
    books = Bookkeeper()
    lines = (BoughtLine("1", 1000, 300), BoughtLine("2", 1000, -100), BoughtLine("3", 1000, 100))
    weights = (("1", 300), ("2", -100), ("3", 100))
    purchase = books.buy(grant(30, weights=weights, available_at=5), at=5, lines=lines)
    books.give_back(purchase, ReturnLine("1"), at=6)  # 30 * 300/300 = 30
    books.give_back(purchase, ReturnLine("2"), at=7)  # 20 in all: less than is reversed already
    books.give_back(purchase, ReturnLine("3"), at=8)  # 30 in all
    assert reversals(books) == [(1, -30, 30)]


def test_what_comes_back_counts_no_more_from_when_the_award_did_also_where_it_is_forgiven() -> None:
    books = Bookkeeper(POINTS, CREDITS, policy=DeficitPolicy.CLAMP)
    purchase = books.buy(grant(40, available_at=15), at=5)
    books.redeem(30, at=16)
    books.give_back(purchase, ReturnLine("1", quantity=500), at=20)
    assert books.credits == {("points", 5, 15): 20, ("credits", 5, 15): 20}
    books.give_back(purchase, at=21)
    assert set(books.credits.values()) == {0}
