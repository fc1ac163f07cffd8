"""The order in which awards are decided, one sentence of the rule language after the other."""

from __future__ import annotations

from fractions import Fraction

from tests.unit.accrual.shop import line, open_shop, purchase

# -- match -------------------------------------------------------------------------------------------


def test_a_rule_without_conditions_matches_every_activity() -> None:
    shop = open_shop("accrual: {r: {stack: base, earn: 7 points}}")
    assert shop.gives(purchase(amount="1.00")) == {"r": 7}
    assert shop.gives({**purchase(), "type": "visit"}) == {"r": 7}


def test_line_tests_hold_on_one_and_the_same_line() -> None:
    shop = open_shop(
        "accrual: {r: {stack: base, lines: {category: dairy, brand: own}, earn: 1 point per 1.00}}"
    )
    split = purchase(line("5.00", "dairy", brand="acme"), line("7.00", "tv", brand="own"))
    assert shop.gives(split) == {}
    assert shop.gives(purchase(*split["lines"], line("9.00", "dairy", brand="own"))) == {"r": 9}


def test_lines_choose_whether_a_rule_applies_and_the_amount_it_earns_on() -> None:
    shop = open_shop(
        """
        accrual:
          share: {stack: base, lines: {category: dairy}, earn: 1 point per 1.00}
          fixed: {stack: base, lines: {category: dairy}, earn: 50 points}
        """
    )
    assert shop.gives(purchase(line("5.00", "dairy"), line("8.00", "tv"))) == {"share": 5, "fixed": 50}
    assert shop.gives(purchase(line("8.00", "tv"))) == {}


def test_fixed_points_come_once_per_activity_however_many_lines_are_chosen() -> None:
    shop = open_shop("accrual: {r: {stack: base, lines: {category: dairy}, earn: 50 points}}")
    assert shop.gives(purchase(line("5.00", "dairy"), line("8.00", "dairy"))) == {"r": 50}


def test_neither_a_test_nor_its_negation_holds_on_a_missing_field() -> None:
    shop = open_shop(
        """
        accrual:
          web:     {stack: base, when: {channel: web}, earn: 1 point}
          not-web: {stack: base, when: {channel: {not: web}}, earn: 2 points}
          block:   {stack: base, when: {not: {channel: web}}, earn: 4 points}
          either:  {stack: base, when: {any: [{channel: web}, {source: pos}]}, earn: 8 points}
        """
    )
    assert shop.gives(purchase(amount="1.00", channel="web")) == {"web": 1, "either": 8}
    assert shop.gives(purchase(amount="1.00", channel="app")) == {"not-web": 2, "block": 4, "either": 8}
    assert shop.gives(purchase(amount="1.00")) == {"either": 8}
    assert shop.gives(purchase(amount="1.00", channel=None)) == {"either": 8}


def test_weekday_hour_and_date_are_those_of_the_programs_zone() -> None:
    shop = open_shop(
        """
        accrual:
          sunday: {stack: base, when: {weekday: sun, hour: 0, date: 2026-03-15}, earn: 1 point}
        """
    )
    assert shop.gives(purchase(amount="1.00", at="2026-03-14T22:30:00+00:00")) == {"sunday": 1}
    assert shop.gives(purchase(amount="1.00", at="2026-03-15T00:30:00+00:00")) == {}


def test_a_window_lasts_through_the_end_of_its_last_day() -> None:
    shop = open_shop("accrual: {r: {stack: base, active: 2026-03-01 .. 2026-03-28, earn: 1 point}}")
    assert shop.gives(purchase(amount="1.00", at="2026-02-28T23:59:59+02:00")) == {}
    assert shop.gives(purchase(amount="1.00", at="2026-03-01T00:00:00+02:00")) == {"r": 1}
    assert shop.gives(purchase(amount="1.00", at="2026-03-28T23:59:59.999999+02:00")) == {"r": 1}
    assert shop.gives(purchase(amount="1.00", at="2026-03-29T00:00:00+02:00")) == {}


def test_a_used_up_limit_is_no_match_so_the_next_rule_of_a_first_stack_takes() -> None:
    shop = open_shop(
        """
        stacks: {base: {take: first}}
        accrual:
          once:  {stack: base, earn: 100 points, limit: once per member}
          after: {stack: base, earn: 1 point}
        """
    )
    assert shop.records(purchase(amount="1.00")) == {"once": 100}
    assert shop.records(purchase(amount="1.00")) == {"after": 1}


# -- exact amount, then round, then the rule's own cap -----------------------------------------------


def test_the_exact_amount_is_rounded_once_per_rule_unless_said() -> None:
    shop = open_shop("accrual: {r: {stack: base, earn: 1 point per 1.00}}")
    assert shop.gives(purchase(line("0.99"), line("0.99"))) == {"r": 1}


def test_negative_nets_lower_the_basis_and_no_award_goes_below_0() -> None:
    shop = open_shop("accrual: {r: {stack: base, earn: 1 point per 1.00}}")
    assert shop.gives(purchase(line("10.00"), line("-3.00"))) == {"r": 7}
    assert shop.gives(purchase(line("1.00"), line("-3.00"))) == {}


def test_rounding_comes_before_the_rules_own_cap() -> None:
    shop = open_shop(
        """
        rounding: {site: rule, mode: up}
        accrual: {r: {stack: base, earn: 1 point per 1.00, cap: 3 points per activity}}
        """
    )
    assert shop.gives(purchase(amount="2.01")) == {"r": 3}
    assert shop.gives(purchase(amount="3.01")) == {"r": 3}


def test_the_tightest_of_several_own_caps_holds() -> None:
    shop = open_shop(
        """
        accrual:
          r: {stack: base, earn: 9 points, cap: [8 points per activity, 5 points per activity]}
        """
    )
    assert shop.gives(purchase(amount="1.00")) == {"r": 5}


# -- take --------------------------------------------------------------------------------------------


def test_first_takes_the_first_match_even_if_it_grants_0() -> None:
    shop = open_shop(
        """
        stacks: {base: {take: first}}
        accrual:
          never: {stack: base, when: {channel: web}, earn: 9 points}
          small: {stack: base, earn: 1 point per 100.00}
          large: {stack: base, earn: 500 points}
        """
    )
    assert shop.gives(purchase(amount="99.99")) == {}
    assert shop.gives(purchase(amount="100.00")) == {"small": 1}


def test_best_takes_the_most_after_own_caps() -> None:
    shop = open_shop(
        """
        stacks: {base: {take: best}}
        accrual:
          capped: {stack: base, earn: 500 points, cap: 10 points per activity}
          small:  {stack: base, earn: 20 points}
          least:  {stack: base, earn: 15 points}
        """
    )
    assert shop.gives(purchase(amount="1.00")) == {"small": 20}


def test_best_is_decided_before_the_caps_of_the_member() -> None:
    shop = open_shop(
        """
        stacks: {base: {take: best}}
        accrual:
          most:  {stack: base, earn: 50 points, cap: 10 points per member}
          other: {stack: base, earn: 40 points}
        """
    )
    assert shop.gives(purchase(amount="1.00")) == {"most": 10}


def test_of_equals_the_best_is_the_first_of_the_file() -> None:
    shop = open_shop(
        """
        stacks: {base: {take: best}}
        accrual:
          z: {stack: base, earn: 20 points}
          a: {stack: base, earn: 20 points}
        """
    )
    assert shop.gives(purchase(amount="1.00")) == {"z": 20}


def test_all_takes_every_match() -> None:
    shop = open_shop("accrual: {a: {stack: base, earn: 2 points}, b: {stack: base, earn: 3 points}}")
    assert shop.gives(purchase(amount="1.00")) == {"a": 2, "b": 3}


# -- the stack's cap and wider caps ------------------------------------------------------------------


def test_the_stacks_cap_cuts_in_file_order_whatever_the_stack_or_rule_is_called() -> None:
    shop = open_shop(
        """
        stacks: {base: {take: all, cap: 10 points per activity}}
        accrual:
          z: {stack: base, earn: 7 points}
          m: {stack: base, earn: 7 points}
          a: {stack: base, earn: 7 points}
        """
    )
    assert shop.gives(purchase(amount="1.00")) == {"z": 7, "m": 3}


def test_the_stacks_cap_comes_after_the_take() -> None:
    shop = open_shop(
        """
        stacks: {base: {take: best, cap: 10 points per activity}}
        accrual:
          fine:   {stack: base, earn: 11 points}
          better: {stack: base, earn: 12 points}
        """
    )
    assert shop.gives(purchase(amount="1.00")) == {"better": 10}


def test_wider_caps_come_last_so_the_stacks_cap_has_cut_before() -> None:
    shop = open_shop(
        """
        stacks: {base: {take: all, cap: 10 points per activity}}
        accrual:
          first:  {stack: base, earn: 8 points, cap: 3 points per member}
          second: {stack: base, earn: 8 points}
        """
    )
    assert shop.gives(purchase(amount="1.00")) == {"first": 3, "second": 2}


def test_of_the_wider_caps_each_rules_own_come_before_the_stacks() -> None:
    shop = open_shop(
        """
        stacks: {base: {take: all, cap: 10 points per member}}
        accrual:
          first:  {stack: base, earn: 8 points, cap: 3 points per member}
          second: {stack: base, earn: 8 points}
        """
    )
    assert shop.records(purchase(amount="1.00")) == {"first": 3, "second": 7}
    assert shop.records(purchase(amount="1.00")) == {}


# -- what stays visible ------------------------------------------------------------------------------


def test_an_award_keeps_the_exact_share_of_each_line() -> None:
    shop = open_shop("accrual: {r: {stack: base, earn: 1 point per 1.00}}")
    shares = shop.shares(purchase(line("1.00"), line("2.50")), "r")
    assert shares == {"1": Fraction(300, 350), "2": Fraction(750, 350)}


def test_a_fixed_award_is_shared_by_the_net_of_its_lines() -> None:
    shop = open_shop("accrual: {r: {stack: base, lines: {category: {not: tv}}, earn: 100 points}}")
    basket = purchase(line("1.00", "a"), line("5.00", "tv"), line("5.00", "b", discount="2.00"))
    assert shop.shares(basket, "r") == {"1": 25, "3": 75}


def test_a_fixed_award_is_shared_equally_where_no_line_has_a_net() -> None:
    shop = open_shop("accrual: {r: {stack: base, earn: 9 points}}")
    assert shop.shares(purchase(line("0.00"), line("0.00"), line("-1.00")), "r") == {"1": 3, "2": 3, "3": 3}


def test_awards_stand_in_file_order_not_in_the_order_of_stacks() -> None:
    shop = open_shop(
        """
        stacks: {promo: {take: all}, base: {take: all}}
        accrual:
          b: {stack: base, earn: 1 point}
          c: {stack: promo, earn: 1 point}
          a: {stack: base, earn: 1 point}
        """
    )
    assert list(shop.gives(purchase(amount="1.00"))) == ["b", "c", "a"]


def test_the_order_of_lines_and_of_keys_decides_nothing() -> None:
    shop = open_shop(
        """
        stacks: {base: {take: best, per: line}}
        rounding: {site: activity, mode: half up}
        accrual:
          a: {stack: base, earn: 1 point per 3.00}
          b: {stack: base, lines: {category: dairy}, earn: 1 point per 2.00}
        """
    )
    lines = [line("1.00", "dairy", id="c"), line("2.00", "tv", id="a"), line("4.00", "dairy", id="b")]
    one = purchase(*lines, discount="1.00")
    other = purchase(*(dict(reversed(item.items())) for item in reversed(lines)), discount="1.00")
    assert shop.decide(one) == shop.decide(dict(reversed(other.items())))
