"""Examples that say which tier a member has after a step, and every mistake at its place."""

from __future__ import annotations

import pytest

from loyalty_engine.engine.rulebook_loading import Checked, check

SHOP = """\
program: shop
effective: 2026-01-01
time_zone: Europe/Riga
currency: EUR
points: {points: {expires: 24 months, pending: 7 days}, credits: {spendable: false, mirrors: points}}
stacks: {base: {take: all}}
accrual: {r: {stack: base, earn: 1 point per 1.00}}
redemption: {pay: {worth: 1 points = 0.01}, cake: {cost: 10 points, when: {tier: gold}}}
"""
LADDER = """\
tiers:
  count: credits
  period: calendar year
  ladder: {silver: {reach: 100 credits}, gold: {reach: 500 credits}}
"""
EARN = "{activity: {id: R-1, at: 2026-03-02T10:00, amount: 120.00}%s}"


def checked(example: str, ladder: str = LADDER) -> Checked:
    """The shop with one example."""
    return check({"shop.yaml": f"{SHOP}{ladder}examples:\n  e: {example}\n"})


def said(*steps: str, ladder: str = LADDER) -> list[str]:
    """Code and message of each error in a sequence."""
    found = checked(f"{{steps: [{', '.join(steps)}]}}", ladder).diagnostics
    return [f"{one.code}: {one.message}" for one in found if one.severity == "error"]


@pytest.mark.parametrize(
    "step",
    [
        "{activity: {at: 2026-03-09T09:59, amount: 1.00}, tier: none}",
        "{activity: {at: 2026-03-09T10:00, amount: 1.00}, tier: silver}",
        "{activity: {at: 2027-12-31T23:59}, tier: silver}",
        "{activity: {at: 2028-01-01T00:00}, tier: none}",
        "{activity: {type: return, at: 2026-04-01T10:00, of: R-1}, tier: none}",
        "{redeem: {points: 10, total: 1.00, at: 2026-04-01T10:00}, tier: silver}",
        "{redeem: {points: 900, total: 9.00, at: 2026-04-01}, refused: InsufficientPoints, tier: silver}",
        "{redeem: {reward: cake, at: 2026-04-01T10:00}, refused: NotEligible, tier: silver}",
        "{activity: {at: 2026-04-01T10:00, amount: 1.00, tier: gold}, tier: silver}",  # as if; it is not his
    ],
)
def test_the_tier_is_the_one_after_the_step(step: str) -> None:
    assert said(EARN % ", tier: none", step) == []


def test_another_tier_is_told() -> None:
    later = "{activity: {at: 2026-04-01T10:00, amount: 1.00}, tier: %s}"
    assert said(EARN % "", later % "gold") == ["R414: example `e`: the member's tier is silver, not gold"]
    assert said(EARN % "", later % "none") == ["R414: example `e`: the member's tier is silver, not none"]
    assert said(EARN % ", tier: silver") == ["R414: example `e`: the member's tier is none, not silver"]


def test_a_base_tier_is_everybodys() -> None:
    ladder = LADDER.replace("{silver:", "{member: {reach: 0 credits}, silver:")
    assert said(EARN % ", tier: member", ladder=ladder) == []
    assert said(EARN % ", tier: none", ladder=ladder) == [
        "R414: example `e`: the member's tier is member, not none"
    ]


def test_nobody_has_a_tier_before_he_is_enrolled() -> None:
    nobody = "{redeem: {reward: cake}, refused: UnknownMember, tier: none}"
    assert said(nobody) == []


def test_a_tier_alone_asserts_something() -> None:
    assert checked(f"{{steps: [{EARN % ', tier: none'}]}}").diagnostics == ()


def test_a_tier_that_the_ladder_has_not_is_told_at_its_place() -> None:
    found = checked(f"{{steps: [{EARN % ', tier: glod'}]}}").diagnostics
    assert [(one.code, one.mark.line, one.message) for one in found] == [
        ("R415", 14, "there is no tier `glod`")
    ]
    assert "did you mean `gold`?" in (found[0].help or "")
    without = SHOP.replace(", cake: {cost: 10 points, when: {tier: gold}}", "")
    text = f"{without}examples:\n  e: {{steps: [{EARN % ', tier: gold'}]}}\n"
    assert [one.code for one in check({"shop.yaml": text}).diagnostics] == ["R415"]


def test_a_single_example_has_no_tier_to_reach() -> None:
    found = checked("{activity: {amount: 120.00}, tier: silver}").diagnostics
    assert [(one.code, one.message) for one in found] == [
        ("R022", "there is no setting `tier` in example `e`")
    ]
