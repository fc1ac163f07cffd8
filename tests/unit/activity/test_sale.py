"""What becomes of a basket: nets, sums, tenders, order of lines."""

from __future__ import annotations

import pytest

from loyalty_engine.activity.activity import Line, Tender
from tests.unit.activity.examples import basket, line, parsed, problems, program, purchase, recharge, usage

TRILLION = "10000000000.00"  # 10^12 cents


def nets(*amounts: str, discount: str | None = None) -> list[int]:
    """Nets of lines with these amounts under an order's discount."""
    activity = parsed(basket(*[{"amount": amount} for amount in amounts], discount=discount))
    return [line.net for line in activity.lines]


def test_the_basket_of_the_documentation() -> None:
    activity = parsed(purchase())
    assert activity.lines == (
        Line(
            id="1",
            quantity=2000,
            amount=8450,
            discount=500,
            tax=720,
            net=7650,
            sku="900",
            category="grocery",
            brand="own",
        ),
    )
    assert (activity.amount, activity.total, activity.shipping, activity.discount) == (8450, 7650, 0, 300)
    assert (activity.channel, activity.store, activity.partner) == ("store", "457", None)
    assert activity.tenders == (Tender("card", 7650),)
    assert activity.attributes == {"bag": "own"}
    assert activity.has_lines


def test_what_a_line_leaves_out_has_a_default() -> None:
    (only,) = parsed(basket({"amount": "9.90"})).lines
    assert only == Line(id="1", quantity=1000, amount=990, discount=0, tax=0, net=990)


def test_an_activity_without_lines_is_one_line_with_its_amount() -> None:
    activity = parsed(recharge())
    assert activity.lines == (Line(id="1", quantity=1000, amount=2000, discount=0, tax=0, net=2000),)
    assert (activity.has_lines, activity.amount, activity.total) == (False, 2000, 2000)


def test_an_activity_without_money_is_one_line_of_nothing() -> None:
    activity = parsed(usage())
    assert activity.lines == (Line(id="1", quantity=1000, amount=0, discount=0, tax=0, net=0),)
    assert (activity.has_lines, activity.total) == (False, 0)


@pytest.mark.parametrize(
    ("quantity", "thousandths"), [(0, 0), (3, 3000), ("3", 3000), ("0.75", 750), ("1.005", 1005)]
)
def test_quantities_are_whole_thousandths(quantity: int | str, thousandths: int) -> None:
    assert parsed(basket(line(quantity=quantity))).lines[0].quantity == thousandths


# The order's discount --------------------------------------------------------------------------------


def test_the_net_is_the_amount_without_the_lines_own_discount() -> None:
    assert parsed(basket(line(amount="84.50", discount="5.00"))).lines[0].net == 7950


def test_the_orders_discount_is_shared_by_what_the_lines_cost() -> None:
    assert nets("75.00", "25.00", discount="10.00") == [6750, 2250]


def test_the_lines_own_discount_counts_before_the_order_is_shared() -> None:
    activity = parsed(basket({"amount": "50.00", "discount": "25.00"}, {"amount": "75.00"}, discount="10.00"))
    assert [line.net for line in activity.lines] == [2250, 6750]


def test_the_largest_remainders_get_the_odd_cents() -> None:
    # of 1.00 over 10, 20 and 40: 14.28, 28.57 and 57.14 cents
    assert nets("0.10", "0.20", "0.40", discount="0.10") == [9, 17, 34]
    assert nets("1.00", "2.00", "4.00", discount="1.00") == [86, 171, 343]


def test_equal_remainders_go_by_line_id() -> None:
    lines = [{"id": id_, "amount": "1.00"} for id_ in ("c", "a", "b")]
    activity = parsed(basket(*lines, discount="0.02"))
    assert [(line.id, line.net) for line in activity.lines] == [("a", 99), ("b", 99), ("c", 100)]


def test_only_positive_lines_share() -> None:
    assert nets("10.00", "-5.00", "0.00", "10.00", discount="3.00") == [850, -500, 0, 850]


def test_a_discount_may_exceed_what_it_lowers() -> None:
    assert nets("1.00", "3.00", discount="8.00") == [-100, -300]


@pytest.mark.parametrize("amounts", [["0.00"], ["-1.00"], ["0.00", "-1.00"]])
def test_a_discount_without_a_positive_line_is_refused(amounts: list[str]) -> None:
    found = problems(basket(*[{"amount": amount} for amount in amounts], discount="1.00"))
    assert "no line has an amount above 0" in found["discount"]


def test_a_discount_lowers_an_activity_without_lines() -> None:
    activity = parsed(recharge(discount="1.50"))
    assert (activity.lines[0].amount, activity.lines[0].net, activity.total) == (2000, 1850, 1850)


# What is payable -------------------------------------------------------------------------------------


def test_the_total_is_nets_and_shipping() -> None:
    assert parsed(basket(line(), {"amount": "-9.50"}, shipping="4.00")).total == 7950 - 950 + 400


def test_tax_comes_on_top_where_prices_exclude_it() -> None:
    raw = basket(line(), shipping="4.00")
    assert parsed(raw, program(include_tax=True)).total == 7950 + 400
    assert parsed(raw, program(include_tax=False)).total == 7950 + 400 + 720


def test_the_total_may_be_negative() -> None:
    assert parsed(basket({"amount": "-5.00"})).total == -500


def test_tenders_must_sum_to_what_is_payable() -> None:
    two = [{"kind": "card", "amount": "70.00"}, {"kind": "cash", "amount": "6.50"}]
    assert parsed(purchase(tenders=two)).tenders == (Tender("card", 7000), Tender("cash", 650))
    found = problems(purchase(tenders=two[:1]))
    assert found == {"tenders": "they sum to 70.00 and 76.50 is payable; list every means, or none"}


def test_tenders_pay_the_tax_where_prices_exclude_it() -> None:
    assert "83.70 is payable" in problems(purchase(), program(include_tax=False))["tenders"]
    paid = [{"kind": "card", "amount": "83.70"}]
    assert parsed(purchase(tenders=paid), program(include_tax=False)).total == 8370


def test_the_order_of_tenders_says_nothing() -> None:
    two = [{"kind": "cash", "amount": "6.50"}, {"kind": "card", "amount": "70.00"}]
    assert parsed(purchase(tenders=two)) == parsed(purchase(tenders=two[::-1]))


# Line ids --------------------------------------------------------------------------------------------


def test_line_ids_default_to_the_position() -> None:
    activity = parsed(basket({"amount": "1.00"}, {"amount": "2.00", "id": "gift"}, {"amount": "3.00"}))
    assert [(line.id, line.amount) for line in activity.lines] == [("1", 100), ("3", 300), ("gift", 200)]


def test_lines_are_sorted_by_id_as_text() -> None:
    activity = parsed(basket(*[{"amount": f"{n}.00"} for n in range(1, 12)]))
    assert [line.id for line in activity.lines] == sorted(map(str, range(1, 12)))


@pytest.mark.parametrize(
    "lines",
    [
        [{"id": "a", "amount": "1.00"}, {"id": "a", "amount": "2.00"}],
        [{"amount": "1.00"}, {"id": "1", "amount": "1.00"}],
        [{"id": "b", "amount": "1.00"}, {"id": "a", "amount": "1.00"}, {"id": "b", "amount": "1.00"}],
    ],
)
def test_an_id_that_stands_twice_is_refused(lines: list[dict[str, str]]) -> None:
    assert "stands 2 times" in problems(basket(*lines))["lines"]


# Currencies and limits -------------------------------------------------------------------------------


def test_money_has_the_places_of_the_programs_currency() -> None:
    assert parsed(basket({"amount": "500"}), program("JPY", 0)).amount == 500
    assert parsed(basket({"amount": "1.005"}), program("BHD", 3)).amount == 1005
    assert parsed(basket({"amount": "5"}), program("EUR", 2)).amount == 500
    assert parsed(basket({"amount": "5.5"}), program("EUR", 2)).amount == 550


def test_more_places_than_the_currency_has_are_refused_wherever_they_stand() -> None:
    raw = basket(
        {"amount": "1.001", "discount": "0.001", "tax": "0.100"},
        shipping="1.111",
        discount="1.111",
        tenders=[{"kind": "card", "amount": "1.111"}],
    )
    found = problems(raw)
    assert set(found) == {
        "lines[0].amount",
        "lines[0].discount",
        "lines[0].tax",
        "shipping",
        "discount",
        "tenders[0].amount",
    }
    assert found["shipping"] == "`1.111` has more than 2 decimal places"
    assert (
        "which its currency has not"
        in problems(basket({"amount": "5.00"}), program("JPY", 0))["lines[0].amount"]
    )


def test_a_given_currency_must_be_the_programs() -> None:
    assert parsed(purchase(currency="EUR")) == parsed(purchase())
    assert problems(purchase(currency="USD")) == {"currency": "the program's money is EUR, not USD"}


def test_a_trillion_minor_units_are_the_most() -> None:
    assert parsed(basket({"amount": TRILLION})).total == 10**12
    assert parsed(basket({"amount": f"-{TRILLION}"})).total == -(10**12)
    assert "larger than we book" in problems(basket({"amount": "10000000000.01"}))["lines[0].amount"]
    assert "larger than we book" in problems(basket({"amount": "-10000000000.01"}))["lines[0].amount"]


@pytest.mark.parametrize(
    "raw",
    [
        basket({"amount": TRILLION}, {"amount": "0.01"}),
        basket({"amount": TRILLION}, {"amount": "-0.01"}),
        basket({"amount": TRILLION}, shipping="0.01"),
        basket({"amount": "1.00", "discount": TRILLION}, {"amount": "1.00", "discount": TRILLION}),
        basket({"amount": "1.00", "tax": TRILLION}, {"amount": "1.00", "tax": TRILLION}),
        basket({"amount": TRILLION, "discount": TRILLION}, {"amount": "1.00"}, discount=TRILLION),
    ],
)
def test_sums_are_held_to_the_same_limit(raw: dict[str, object]) -> None:
    assert "more than 10^12 minor units" in problems(raw)[""]


def test_what_is_payable_is_held_to_the_limit_with_its_tax() -> None:
    raw = basket({"amount": TRILLION, "tax": "0.01"})
    assert parsed(raw, program(include_tax=True)).total == 10**12
    assert "payable" in problems(raw, program(include_tax=False))[""]
