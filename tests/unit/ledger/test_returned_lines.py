"""Which lines have come back, exactly, and what cannot come back."""

from __future__ import annotations

from fractions import Fraction

import pytest

from loyalty_engine.activity.activity import ReturnLine
from loyalty_engine.errors import OverReturn, UnknownLine
from loyalty_engine.ledger.account import ReturnedLine
from loyalty_engine.ledger.returned_lines import BoughtLine, fraction_back, take_back

SHIRTS = BoughtLine("1", 3000, 9999)
VOUCHER = BoughtLine("2", 1000, 0)
FEE = BoughtLine("3", 0, 500)
REBATE = BoughtLine("4", 0, -200)
BOUGHT = (SHIRTS, VOUCHER, FEE, REBATE)


def test_a_quantity_comes_back_as_its_part_of_the_line() -> None:
    after = take_back(BOUGHT, {}, [ReturnLine("1", quantity=1000)])
    assert after == {"1": ReturnedLine(1000, 0, False)}
    assert fraction_back(SHIRTS, after["1"]) == Fraction(1, 3)


def test_an_amount_comes_back_as_its_part_of_the_net() -> None:
    after = take_back(BOUGHT, {}, [ReturnLine("3", amount=125)])
    assert fraction_back(FEE, after["3"]) == Fraction(1, 4)


def test_quantity_and_amount_mix_over_successive_returns_and_close_exactly() -> None:
    before = {"1": ReturnedLine(1000, 3333)}
    assert fraction_back(SHIRTS, before["1"]) == Fraction(2, 3)
    after = take_back(BOUGHT, before, [ReturnLine("1", amount=3333)])
    assert after == {"1": ReturnedLine(1000, 6666, True)}


def test_one_cent_beyond_what_is_left_is_refused() -> None:
    with pytest.raises(OverReturn):
        take_back(BOUGHT, {"1": ReturnedLine(1000, 3333)}, [ReturnLine("1", amount=3334)])


def test_one_thousandth_beyond_what_is_left_is_refused() -> None:
    assert take_back(BOUGHT, {"1": ReturnedLine(2000)}, [ReturnLine("1", quantity=1000)])["1"].complete
    with pytest.raises(OverReturn):
        take_back(BOUGHT, {"1": ReturnedLine(2000)}, [ReturnLine("1", quantity=1001)])


def test_the_same_line_twice_in_one_return_adds_up() -> None:
    twice = [ReturnLine("1", quantity=1000), ReturnLine("1", quantity=2000)]
    assert take_back(BOUGHT, {}, twice) == {"1": ReturnedLine(3000, 0, True)}
    with pytest.raises(OverReturn):
        take_back(BOUGHT, {}, [*twice, ReturnLine("1", quantity=1)])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (ReturnedLine(), ReturnedLine(3000, 0, True)),
        (ReturnedLine(1000, 0), ReturnedLine(3000, 0, True)),
        (ReturnedLine(0, 100), ReturnedLine(0, 9999, True)),
        (ReturnedLine(1000, 100), ReturnedLine(1000, 100, True)),
    ],
)
def test_a_line_named_alone_is_all_that_is_left_of_it(before: ReturnedLine, after: ReturnedLine) -> None:
    assert take_back(BOUGHT, {"1": before}, [ReturnLine("1")]) == {"1": after}
    assert fraction_back(SHIRTS, after) == 1


def test_no_lines_are_all_that_is_left_of_the_purchase() -> None:
    after = take_back(BOUGHT, {"2": ReturnedLine(1000, 0, True)}, [])
    assert {line: back.complete for line, back in after.items()} == {"1": True, "3": True, "4": True}


@pytest.mark.parametrize("lines", [[], [ReturnLine("1")], [ReturnLine("1", quantity=0)]])
def test_what_has_come_back_does_not_come_back_again(lines: list[ReturnLine]) -> None:
    with pytest.raises(OverReturn):
        take_back((SHIRTS,), {"1": ReturnedLine(3000, 0, True)}, lines)


@pytest.mark.parametrize(
    "line",
    [
        ReturnLine("2", amount=1),
        ReturnLine("4", amount=1),
        ReturnLine("3", quantity=1),
        ReturnLine("1", quantity=-1),
        ReturnLine("1", amount=-1),
    ],
    ids=["no net", "negative net", "no quantity", "negative quantity", "negative amount"],
)
def test_a_measure_that_the_line_does_not_have_is_refused(line: ReturnLine) -> None:
    with pytest.raises(OverReturn):
        take_back(BOUGHT, {}, [line])


@pytest.mark.parametrize("line", [VOUCHER, FEE, REBATE])
def test_any_line_can_come_back_as_all_that_is_left(line: BoughtLine) -> None:
    after = take_back(BOUGHT, {}, [ReturnLine(line.id)])
    assert fraction_back(line, after[line.id]) == 1


def test_a_line_that_was_not_bought_is_unknown() -> None:
    with pytest.raises(UnknownLine) as refusal:
        take_back(BOUGHT, {}, [ReturnLine("9")])
    assert refusal.value.parameters == {"line": "9"}
