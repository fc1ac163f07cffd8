"""Examples that redeem: what must be taken, what must be refused, and every mistake at its place."""

from __future__ import annotations

import pytest

from loyalty_engine.engine.rulebook_loading import Checked, check

SHOP = """\
program: shop
effective: 2026-01-01
time_zone: Europe/Riga
currency: EUR
points: {points: {expires: 24 months}, stars: {}}
fields: {plan: {type: choice, of: [gold, plain], on: member}}
stacks: {base: {take: all}}
accrual: {r: {stack: base, earn: 1 point per 1.00}}
redemption:
  pay: {worth: 100 points = 1.00, step: 100 points, at_most: 50% of total}
  voucher: {cost: 300 points, limit: once per member per month}
  cake: {cost: 100 points, when: {plan: gold, channel: web, store: "7"}}
  late: {cost: 100 points, when: {hour: ">= 20"}}
  old: {cost: 100 points, when: {tenure_months: ">= 3"}}
  star: {cost: 5 points, currency: stars}
"""
EARN = "{activity: {at: 2026-03-02T10:00, amount: 1000.00}}"


def checked(*examples: str) -> Checked:
    """The shop with these examples, one a line."""
    named = "".join(f"  e{number}: {example}\n" for number, example in enumerate(examples))
    return check({"shop.yaml": f"{SHOP}examples:\n{named}"})


def said(*steps: str) -> list[str]:
    """Code and message of each error in a sequence that begins with a thousand points."""
    found = checked(f"{{steps: [{', '.join((EARN, *steps))}]}}").diagnostics
    return [f"{one.code}: {one.message}" for one in found if one.severity == "error"]


@pytest.mark.parametrize(
    "step",
    [
        "{redeem: {reward: voucher}, gives: {voucher: -300, total: -300}, balance: {points: 700}}",
        "{redeem: {points: 500, total: 10.00}, gives: {pay: -500, voucher: 0}}",
        "{redeem: {up_to: 9000, total: 10.00}, gives: {pay: -500}}",
        "{redeem: {up_to: 250, total: 10.00}, gives: {pay: -200}, balance: {points: {available: 800}}}",
        "{redeem: {reward: cake, plan: gold, channel: web, store: 7}, gives: {cake: -100}}",
        "{redeem: {reward: late, at: 2026-03-02T20:00}, gives: {late: -100}}",
        "{redeem: {reward: old, tenure_months: 3}, gives: {old: -100}}",
        "{redeem: {reward: old, at: 2026-06-02T10:00}, gives: {old: -100}}",
        "{redeem: {reward: cake, plan: plain, channel: web, store: 7}, refused: NotEligible}",
        "{redeem: {reward: cake, plan: null, channel: web, store: 7}, refused: NotEligible}",
        "{redeem: {reward: old, tenure_months: null, at: 2027-01-01}, refused: NotEligible}",
        "{redeem: {reward: star}, refused: InsufficientPoints, balance: {points: 1000, stars: 0}}",
        "{redeem: {reward: voucher, currency: stars}, refused: UnknownCurrency}",
        "{redeem: {reward: nonsense}, refused: UnknownReward}",
        "{redeem: {points: 600, total: 10.00}, refused: RedemptionNotPermitted}",
        "{redeem: {up_to: 99, total: 10.00}, refused: RedemptionNotPermitted}",
    ],
)
def test_what_it_says_comes_about(step: str) -> None:
    assert said(step) == []


def test_a_limit_counts_from_step_to_step() -> None:
    again = "{redeem: {reward: voucher, at: %s}, refused: LimitReached}"
    assert said("{redeem: {reward: voucher}}", again % "2026-03-31T23:59") == []
    assert said("{redeem: {reward: voucher}}", again % "2026-04-01T00:00") == [
        "R413: example `e0` was not refused with LimitReached"
    ]


def test_without_a_time_it_happens_with_the_step_before_it() -> None:
    assert said("{activity: {at: 2026-03-05T21:00}}", "{redeem: {reward: late}}") == []
    earlier = "{activity: {at: 2026-03-01T09:00}}"  # a late arrival moves no clock back
    assert said("{activity: {at: 2026-03-05T21:00}}", earlier, "{redeem: {reward: late}}") == []


def test_points_that_paid_come_back_with_a_return() -> None:
    paid = "{activity: {id: R-1, at: 2026-03-03T10:00, amount: 10.00, tenders: [{kind: points, up_to: 500}]}}"
    back = "{activity: {type: return, at: 2026-03-04T10:00, of: R-1}, gives: {pay: 500, r: -10, total: 490}}"
    assert said(paid, back) == []


def test_each_part_of_a_return_knows_what_the_parts_before_it_gave_back() -> None:
    """The points were taken of two lots, and each gets back what it gave."""
    more = "{activity: {at: 2026-04-02T10:00, amount: 1000.00}}"
    tenders = "[{kind: points, points: 1500}, {kind: card, amount: 85.00}]"
    paid = f"{{activity: {{id: R-1, at: 2026-04-03T10:00, amount: 100.00, tenders: {tenders}}}}}"
    part = "{activity: {type: return, at: 2026-04-04T10:00, of: R-1, lines: [{id: 1, amount: 50.00}]}%s}"
    assert said(more, paid, part % ", gives: {pay: 750}", part % ", gives: {pay: 750, r: -50}") == []


def test_an_activity_may_be_refused_too() -> None:
    unknown = "{activity: {type: return, at: 2026-03-04T10:00, of: R-9}, refused: UnknownActivity}"
    assert said(unknown) == []


def test_a_single_example_redeems_as_a_member_of_whom_nothing_is_known() -> None:
    assert (
        checked(
            "{redeem: {reward: cake}, refused: NotEligible}",
            "{redeem: {reward: old, at: 2029-01-01}, refused: NotEligible}",
            "{redeem: {reward: old, tenure_months: 3}, refused: InsufficientPoints}",
            "{redeem: {reward: voucher}, refused: InsufficientPoints, balance: {points: 0}}",
        ).diagnostics
        == ()
    )


def test_in_steps_somebody_must_be_enrolled_first() -> None:
    assert checked("{steps: [{redeem: {reward: voucher}, refused: UnknownMember}]}").diagnostics == ()


@pytest.mark.parametrize(
    ("step", "mistake"),
    [
        ("{redeem: {reward: voucher}, gives: {voucher: -200}}", "R402: example `e0`: `voucher` gives -300"),
        ("{redeem: {reward: voucher}, balance: {points: 900}}", "R403: example `e0`: `points` is 700"),
        ("{redeem: {reward: voucher}, gives: {vouchers: -300}}", "R404: there is no rule `vouchers`"),
        ("{redeem: {reward: cake}}", "R405: example `e0` was refused: `cake` is not open here"),
        ("{activity: {}, redeem: {reward: voucher}}", "R408: example `e0` has both `activity` and `redeem`"),
        ("{redeem: {}}", "R410: the redemption of example `e0` is not valid: name one of"),
        (
            "{redeem: {points: many, total: 10.00}}",
            "R410: the redemption of example `e0` is not valid: points",
        ),
        ("{redeem: {points: 0, total: 10.00}}", "R410: the redemption of example `e0` is not valid: points"),
        ("{redeem: {points: 500}}", "R410: the redemption of example `e0` is not valid: the total"),
        (
            "{redeem: {points: 500, total: ten}}",
            "R410: the redemption of example `e0` is not valid: the total",
        ),
        ("{redeem: {reward: voucher, at: noon}}", "R410: the redemption of example `e0` is not valid: at"),
        ("{redeem: {reward: cake, plan: red}}", "R410: the redemption of example `e0` is not valid: plan"),
        ("{redeem: {reward: voucher}, refused: Nothing}", "R411: there is no refusal `Nothing`"),
        ("{redeem: {reward: voucher}, refused: Refusal}", "R411: there is no refusal `Refusal`"),
        (
            "{redeem: {reward: cake}, refused: LimitReached}",
            "R412: example `e0` was refused with NotEligible, not LimitReached: `cake` is not open here",
        ),
        ("{redeem: {reward: voucher}, refused: NotEligible}", "R413: example `e0` was not refused"),
        (
            "{redeem: {reward: voucher}, refused: NotEligible, gives: {voucher: 0}}",
            "R408: example `e0` has both `refused` and `gives`",
        ),
        ("{redeem: {rewards: voucher}}", "R022: there is no setting `rewards` in `redeem` of example `e0`"),
        ("{redeem: voucher}", "R025: `redeem` of example `e0` must be a block"),
        ("{gives: {voucher: 0}}", "R023: example `e0` has no `activity`"),
        ("{redeem: {reward: voucher}, refused: [NotEligible]}", "R024: `refused` must be a single value"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(step: str, mistake: str) -> None:
    found = said(step)
    assert len(found) == 1
    assert found[0].startswith(mistake)


def test_a_mistake_stands_at_its_place() -> None:
    found = checked(f"{{steps: [{EARN}, {{redeem: {{reward: voucher}}, refused: NotEligable}}]}}").diagnostics
    assert [(one.code, one.mark.line) for one in found] == [("R411", 17)]
    assert "did you mean `NotEligible`?" in (found[0].help or "")


def test_one_of_activity_redeem_and_steps() -> None:
    both = checked(f"{{redeem: {{reward: voucher}}, steps: [{EARN}]}}").diagnostics
    assert [one.message for one in both] == ["example `e0` has both `redeem` and `steps`"]


def test_an_offer_that_nobody_takes_is_told() -> None:
    taken, refused = "{redeem: {reward: voucher}}", "{redeem: {reward: cake}, refused: NotEligible}"
    found = checked(f"{{steps: [{EARN}, {taken}, {refused}]}}")
    assert found.unreached == ("pay", "cake", "late", "old", "star")
    assert found.examples[0].as_json() == {
        "name": "e0",
        "passed": True,
        "granted": ["r"],
        "redeemed": ["voucher"],
    }
