"""The `tiers:` section as a model, as readable data, and as an editor's schema."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
import yaml

from loyalty_engine.calendar import Duration
from loyalty_engine.engine.sections import SECTIONS
from loyalty_engine.rulebook.load import load_rulebook
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.schema import editor_schema
from loyalty_engine.rulebook.show import describe
from loyalty_engine.tiers.ladder import END_OF_PERIOD, Ladder, Tier
from tests.unit.tiers.member import YEAR

PROGRAM = """\
program: shop
effective: 2026-01-01
time_zone: Europe/Riga
currency: EUR
points: {points: {}, credits: {spendable: false}, stars: {counts: tiers, expires: 6 months, at: end of year}}
stacks: {base: {take: all}}
accrual: {base-earn: {stack: base, when: {tier: silver}, earn: 1 point per 1.00}}
"""
LEAST = "tiers: {count: credits, period: calendar year, ladder: {silver: {reach: 1000 credits}}}\n"
FULL = """\
tiers:
  count: credits
  period: rolling 12 months
  valid: 18 months
  grace: 45 days
  landing: supported
  crossing: new
  returned_upgrade: keep
  ladder:
    member:   {reach: 0 credits, title: Member}
    silver:   {reach: 1000 credits, keep: 1000 credits, title: {en: Silver, lv: Sudrabs}}
    gold:     {reach: 5000 credits, keep: 4000 credits}
"""


def rulebook(tiers: str) -> Rulebook:
    loaded = load_rulebook({"shop.yaml": PROGRAM + tiers}, SECTIONS)
    assert loaded.diagnostics == ()
    assert loaded.rulebook is not None
    return loaded.rulebook


def ladder(tiers: str) -> Ladder:
    model = rulebook(tiers).models["tiers"]
    assert isinstance(model, Ladder)
    return model


def test_the_least_that_a_ladder_takes_has_plain_defaults() -> None:
    read = ladder(LEAST)
    assert (read.count, read.tiers) == ("credits", (Tier("silver", 1000, 1000),))
    assert (read.period, read.valid, read.grace) == ("calendar year", "until end of next period", None)
    assert (read.landing, read.crossing, read.returned_upgrade) == ("one level", "old", "withdraw")
    assert read.calendar == rulebook(LEAST).program.calendar


def test_every_setting_is_read() -> None:
    read = ladder(FULL)
    assert (read.period, read.valid, read.grace) == (YEAR, Duration(18, "months"), Duration(45, "days"))
    assert (read.landing, read.crossing, read.returned_upgrade) == ("supported", "new", "keep")
    assert read.tiers == (
        Tier("member", 0, 0, {"": "Member"}),
        Tier("silver", 1000, 1000, {"en": "Silver", "lv": "Sudrabs"}),
        Tier("gold", 5000, 4000),
    )
    assert read.base == read.tiers[0]


@pytest.mark.parametrize(
    ("setting", "field", "value"),
    [
        ("returned upgrade: keep", "returned_upgrade", "keep"),
        ("valid: until end of period", "valid", END_OF_PERIOD),
        ("valid: 2 years", "valid", Duration(2, "years")),
        ("grace: 36 hours", "grace", Duration(36, "hours")),
        ("grace: 11 months", "grace", Duration(11, "months")),
    ],
)
def test_a_setting_may_be_written(setting: str, field: str, value: Any) -> None:
    assert getattr(ladder(LEAST.replace("ladder:", f"{setting}, ladder:")), field) == value


@pytest.mark.parametrize(
    ("period", "length"),
    [("rolling 90 days", Duration(90, "days")), ("rolling 2 years", Duration(2, "years"))],
)
def test_a_rolling_term_is_as_long_as_its_window_unless_said(period: str, length: Duration) -> None:
    read = ladder(LEAST.replace("calendar year", period))
    assert (read.period, read.valid) == (length, length)


def test_a_currency_that_can_be_spent_counts_when_it_says_so() -> None:
    assert ladder(LEAST.replace("credits", "stars")).count == "stars"


def test_without_a_ladder_there_is_no_model() -> None:
    loaded = load_rulebook({"shop.yaml": PROGRAM}, SECTIONS)
    assert loaded.rulebook is not None
    assert loaded.rulebook.models["tiers"] is None
    assert "tiers" not in describe(loaded.rulebook, SECTIONS)


def test_its_names_are_the_values_of_the_field_tier() -> None:
    tier = rulebook(FULL).fields.when["tier"]
    assert (tier.type, tier.choices) == ("choice", ("member", "silver", "gold"))


def test_it_is_shown_in_its_own_words_with_its_defaults() -> None:
    assert describe(rulebook(LEAST), SECTIONS)["tiers"] == {
        "count": "credits",
        "period": "calendar year",
        "valid": "until end of next period",
        "grace": None,
        "landing": "one level",
        "crossing": "old",
        "returned_upgrade": "withdraw",
        "ladder": [{"name": "silver", "reach": "1000 credits", "keep": "1000 credits", "title": None}],
    }
    shown = describe(rulebook(FULL), SECTIONS)["tiers"]
    assert (shown["period"], shown["valid"], shown["grace"]) == ("rolling 12 months", "18 months", "45 days")
    assert shown["ladder"][1]["title"] == {"en": "Silver", "lv": "Sudrabs"}


def marked(tiers: str, of: str | None = LEAST) -> list[str]:
    """What an editor marks; `of`: in a program of its own."""
    schema = json.loads(json.dumps(editor_schema(SECTIONS, rulebook(of) if of else None)))
    document = yaml.safe_load(tiers)
    return [error.message for error in jsonschema.Draft7Validator(schema).iter_errors(document)]


@pytest.mark.parametrize("tiers", [LEAST, FULL, LEAST.replace("ladder:", "returned upgrade: keep, ladder:")])
def test_an_editor_marks_nothing_in_what_can_be_read(tiers: str) -> None:
    assert marked(tiers) == marked(tiers, None) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("count: credits", "count: points"),
        ("calendar year", "calendar"),
        ("calendar year", "rolling 48 hours"),
        ("1000 credits", "many credits"),
        ("reach:", "keep:"),
        ("ladder: {", "landing: soft, ladder: {"),
        ("ladder: {", "valid: forever, ladder: {"),
        ("ladder: {", "grace: short, ladder: {"),
        ("ladder: {", "benefits: {}, ladder: {"),
        ("{silver: {reach: 1000 credits}}", "{}"),
    ],
)
def test_an_editor_marks_what_is_wrong(right: str, wrong: str) -> None:
    assert right in LEAST
    assert len(marked(LEAST.replace(right, wrong, 1))) >= 1
