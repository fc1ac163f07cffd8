"""The `redemption` section as a part of the rule files: read, described, completed by an editor."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from loyalty_engine.engine.sections import SECTIONS
from loyalty_engine.rulebook.load import load_rulebook
from loyalty_engine.rulebook.schema import editor_schema
from loyalty_engine.rulebook.show import describe
from tests.samples.rule_files import codes, completed
from tests.unit.redemption.offers import EARNING, catalogue, rulebook

FILES = {
    "accrual.yaml": EARNING,
    "redemption.yaml": "fields: {club: {type: boolean, on: member}}\n"
    "lists: {shops: [S1, S2]}\n"
    "redemption: {gift: {cost: 1 point, when: {club: true, store: $shops}}}\n",
}


def test_it_may_stand_in_a_file_of_its_own() -> None:
    loaded = load_rulebook(completed(FILES), SECTIONS)
    assert codes(loaded) == []
    assert loaded.rulebook is not None
    assert list(loaded.rulebook.models["redemption"].rewards) == ["gift"]


def test_fields_and_lists_that_only_offers_name_are_used() -> None:
    without = {**FILES, "redemption.yaml": FILES["redemption.yaml"].replace("club: true, store: $shops", "")}
    assert codes(load_rulebook(completed(without), SECTIONS)) == ["R035", "R034"]


def test_what_offers_say_is_part_of_what_a_rulebook_means() -> None:
    cheap, dear = (rulebook(f"{{gift: {{cost: {cost}}}}}").hash for cost in ("1 point", "2 points"))
    assert cheap != dear
    assert rulebook("{gift: {cost: 1 point}}  # for a start").hash == cheap


def test_an_offer_with_a_mistake_is_left_out_and_the_others_are_read() -> None:
    text = "redemption: {a: {cost: nothing}, b: {worth: 0 points = 1.00}, c: {cost: 1 point}}\n"
    loaded = load_rulebook(completed({"a.yaml": EARNING + text}), SECTIONS)
    assert loaded.rulebook is None
    assert codes(loaded) == ["R603", "R602"]


# In words ---------------------------------------------------------------------------------------------


def described(redemption: str, more: str = "") -> Any:
    return describe(rulebook(redemption, more), SECTIONS).get("redemption")


def test_a_tender_reads_as_it_is_written_with_its_defaults() -> None:
    assert described("{pay: {worth: 200  points = 1.00, at_most: [5000 points, 12.5% of total]}}") == {
        "pay": {
            "worth": "200 points = 1.00",
            "step": "1 point",
            "at_least": "2 points",
            "at_most": ["12.5% of total", "5000 points"],
            "when": "always",
            "active": None,
            "hold": "30 minutes",
            "currency": "points",
            "title": None,
        }
    }


def test_a_reward_reads_as_it_is_written_with_its_defaults() -> None:
    settings = (
        "title: {en: Voucher, zh-Hans: 券}, when: {weekday: [sat, sun]}, active: '>= 2026-04-01', "
        "hold: 2 days, cost: 20000 points + 99, gives: 10.00 voucher, limit: 1 time per member per year"
    )
    assert described(f"{{gift: {{{settings}}}}}") == {
        "gift": {
            "cost": "20000 points + 99.00",
            "gives": "10.00 voucher",
            "limit": "once per member per year",
            "when": "weekday: [sat, sun]",
            "active": ">= 2026-04-01",
            "hold": "2 days",
            "currency": "points",
            "title": {"en": "Voucher", "zh-Hans": "券"},
        }
    }


def test_a_program_without_offers_says_nothing_of_them() -> None:
    assert described("{}") is None


# In an editor -----------------------------------------------------------------------------------------

GOOD: list[dict[str, Any]] = [
    {"worth": "100 points = 0.80", "step": "100 points", "at_least": "500 points", "at_most": "50% of total"},
    {"worth": "1 point = 1", "at_most": ["12.5% of total", "5000 points"], "hold": "30 minutes"},
    {"cost": "1 point", "when": {"segment": ["a", "b"], "weekday": "sat", "total": ">= 5.00"}},
    {"cost": "20000 points + 99.00", "gives": "telecom goods", "limit": "once per member per year"},
    {
        "cost": "5 points",
        "title": {"en": "a", "zh-Hans": "券"},
        "active": ">= 2026-01-01",
        "currency": "miles",
    },
]
BAD: list[dict[str, Any]] = [
    {},
    {"gives": "10.00 voucher"},
    {"worth": "100 points = 0.80", "cost": "5 points"},
    {"worth": "100 points"},
    {"worth": "100 points = 0.80", "limit": "once per member"},
    {"worth": "100 points = 0.80", "step": 100},
    {"worth": "100 points = 0.80", "at_most": "half of total"},
    {"cost": 1000},
    {"cost": "1000 points", "step": "100 points"},
    {"cost": "1000 points", "stock": 100},
    {"cost": "1000 points", "limit": "sometimes"},
    {"cost": "1000 points", "when": {"type": "purchase"}},
    {"cost": "1000 points", "when": {"first_of_type": True}},
    {"cost": "1000 points", "hold": "half an hour"},
]
MILES = "points: {points: {}, miles: {}, credits: {spendable: false}}"


def marks(offer: dict[str, Any], *, of_its_own: bool) -> list[str]:
    schema = json.loads(json.dumps(editor_schema(SECTIONS, rulebook("{}", MILES) if of_its_own else None)))
    jsonschema.Draft7Validator.check_schema(schema)
    found = jsonschema.Draft7Validator(schema).iter_errors({"redemption": {"gift": offer}})
    return [error.message for error in found]


@pytest.mark.parametrize("of_its_own", [False, True])
@pytest.mark.parametrize("offer", GOOD, ids=str)
def test_an_editor_marks_nothing_in_an_offer_that_is_read(offer: dict[str, Any], of_its_own: bool) -> None:
    assert marks(offer, of_its_own=of_its_own) == []
    assert len(catalogue(json.dumps({"gift": offer}, ensure_ascii=False), MILES).offers) == 1


@pytest.mark.parametrize("of_its_own", [False, True])
@pytest.mark.parametrize("offer", BAD, ids=str)
def test_an_editor_marks_what_would_be_refused(offer: dict[str, Any], of_its_own: bool) -> None:
    assert marks(offer, of_its_own=of_its_own)
    text = f"redemption: {json.dumps({'gift': offer})}\n"
    assert load_rulebook(completed({"a.yaml": EARNING + text}), SECTIONS).rulebook is None


@pytest.mark.parametrize("currency", ["credits", "stars"])
def test_an_editor_that_knows_the_program_marks_what_cannot_be_spent(currency: str) -> None:
    assert marks({"cost": "1 point", "currency": currency}, of_its_own=True)
