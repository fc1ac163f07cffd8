"""What a member has: as of any time, as it was known at any other; and every movement that led there."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import pytest

from loyalty_engine.errors import UnknownMember
from tests.engine.shop import MEMBER, OpenShop, Points, Shop, instant


def known(shop: Shop, at: str, known_at: str) -> int:
    document = shop.engine.balance(MEMBER, at=instant(at), known_at=instant(known_at))
    available: int = document["currencies"]["points"]["available"]
    return available


@pytest.fixture
def corrected(shop: Shop) -> Shop:
    """A purchase of 1 March, told at once; one of 5 March and a return of the first, told in May."""
    shop.buy("R-1", "20.00", at="2026-03-01")
    shop.wait_until("2026-05-01")
    shop.buy("R-2", "7.00", at="2026-03-05")
    shop.give_back("X-1", "R-1", at="2026-03-06")
    return shop


def test_as_of_a_time_is_what_had_happened_by_then_as_we_know_now(corrected: Shop) -> None:
    days = ["2026-02-28", "2026-03-01", "2026-03-05", "2026-03-06", "2026-05-01"]
    assert [corrected.points(day).available for day in days] == [0, 20, 27, 7, 7]


def test_as_known_at_a_time_is_what_had_been_told_by_then(corrected: Shop) -> None:
    assert known(corrected, at="2026-04-01", known_at="2026-04-01") == 20
    assert known(corrected, at="2026-04-01", known_at="2026-05-01") == 7
    assert known(corrected, at="2026-03-05", known_at="2026-02-01") == 0


def test_what_was_known_then_stays_whatever_is_recorded_later(corrected: Shop) -> None:
    before = corrected.engine.balance(MEMBER, at=instant("2026-05-01"), known_at=instant("2026-05-01"))
    corrected.wait_until("2026-09-01")
    corrected.buy("R-3", "50.00", at="2026-03-02")
    corrected.adjust(-3)
    after = corrected.engine.balance(MEMBER, at=instant("2026-05-01"), known_at=instant("2026-05-01"))
    assert after == before


def test_now_is_what_the_business_clock_says(shop: Shop) -> None:
    shop.buy("R-1")
    shop.wait_until("2028-01-01")
    assert shop.engine.balance(MEMBER)["at"] == "2028-01-01T12:00:00+00:00"
    assert shop.points() == Points(0)


def test_every_currency_of_the_program_is_shown_also_where_there_is_nothing(open_shop: OpenShop) -> None:
    shop = open_shop(points="{points: {expires: 12 months}, stars: {expires: never}}")
    shop.buy("R-1")
    nothing = {"available": 0, "pending": 0, "held": 0, "deficit": 0, "expiring": []}
    assert shop.engine.balance(MEMBER)["currencies"]["stars"] == nothing


def test_times_are_written_on_the_programs_clock(open_shop: OpenShop) -> None:
    shop = open_shop(time_zone="Europe/Riga")
    receipt = shop.buy("R-1", at="2026-07-01")
    assert receipt.balance["at"] == "2026-07-01T15:00:00+03:00"
    assert shop.engine.balance(MEMBER)["at"] == "2026-07-01T15:00:00+03:00"
    assert shop.engine.statement(MEMBER)["entries"][0]["effective_at"] == "2026-07-01T15:00:00+03:00"


@pytest.mark.parametrize("member", ["nobody", {"card": "1"}], ids=str)
def test_of_nobody_nothing_is_known(shop: Shop, member: Any) -> None:
    shop.buy("R-1")
    for question in (shop.engine.balance, shop.engine.statement, shop.engine.member):
        with pytest.raises(UnknownMember):
            question(member)


# -- statements -------------------------------------------------------------------------------------------


def test_a_statement_has_every_movement_with_its_running_balance(open_shop: OpenShop) -> None:
    shop = open_shop(
        points="{points: {expires: 3 months, pending: 1 day}, credits: {spendable: false, mirrors: points}}"
    )
    shop.engine.enrol(MEMBER)
    shop.buy("R-1", "20.00", at="2026-03-01")
    shop.give_back("X-1", "R-1", at="2026-03-10", lines=[{"id": "1", "amount": "5.00"}])
    shop.adjust(-10, reason="a mistake")
    shop.buy("R-2", "8.00", at="2026-07-01")
    statement = shop.engine.statement(MEMBER)
    assert statement["member"] == MEMBER
    entries = statement["entries"]
    assert [entry["id"] for entry in entries] == [f"0000000001-{n:08}" for n in range(1, len(entries) + 1)]
    for currency in ("points", "credits"):
        own = [entry for entry in entries if entry["currency"] == currency]
        assert [entry["balance"] for entry in own] == list(accumulate(entry["points"] for entry in own))
    told = [
        (e["kind"], e["points"], (e["activity"] or {}).get("id"))
        for e in entries
        if e["currency"] == "points"
    ]
    assert told == [
        ("accrual", 20, "R-1"),
        ("release", 0, None),
        ("reversal", -5, "X-1"),
        ("adjustment", -10, None),
        ("expiry", -5, None),
        ("accrual", 8, "R-2"),
    ]
    adjusted = next(entry for entry in entries if entry["kind"] == "adjustment")
    assert (adjusted["reason"], adjusted["actor"]) == ("a mistake", "dana")


def test_a_statement_ends_where_it_is_asked_to(corrected: Shop) -> None:
    entries = corrected.engine.statement(MEMBER, at=instant("2026-03-05"))["entries"]
    assert [entry["points"] for entry in entries] == [20, 7]


def test_entries_are_told_apart_by_when_they_took_effect_and_when_they_were_recorded(corrected: Shop) -> None:
    entry = corrected.engine.statement(MEMBER)["entries"][1]
    assert entry["effective_at"] == "2026-03-05T12:00:00+00:00"
    assert entry["recorded_at"] == "2026-05-01T12:00:00+00:00"


def test_recorded_time_never_runs_back_though_its_clock_does(shop: Shop) -> None:
    shop.wait_until("2026-06-01")
    shop.buy("R-1", at="2026-03-01")
    shop.now = instant("2026-04-01")
    shop.buy("R-2", at="2026-03-02")
    stamps = [entry["recorded_at"] for entry in shop.engine.statement(MEMBER)["entries"]]
    assert stamps == ["2026-06-01T12:00:00+00:00"] * 2
