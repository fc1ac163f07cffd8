"""The editor's schema accepts what the reader accepts, and marks the common mistakes."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
import pytest
import yaml

from loyalty_engine.rulebook.schema import editor_schema
from tests.samples.rule_files import ACME, SECTIONS, load


class EditorLoader(yaml.SafeLoader):
    """Types scalars as an editor does: numbers, true and false; dates stay text."""


EditorLoader.yaml_implicit_resolvers = {}
EditorLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))
EditorLoader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"-?[1-9][0-9]*$"), list("-0123456789")
)
EditorLoader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"-?[0-9]+\.[0-9]+$"), list("-0123456789")
)


def mistakes(text: str, *, of_its_own: bool = False) -> list[str]:
    rulebook = load(ACME).rulebook if of_its_own else None
    schema = json.loads(json.dumps(editor_schema(SECTIONS, rulebook)))
    jsonschema.Draft7Validator.check_schema(schema)
    document = yaml.load(text, EditorLoader)
    return [error.message for error in jsonschema.Draft7Validator(schema).iter_errors(document)]


@pytest.mark.parametrize("of_its_own", [False, True])
def test_the_example_is_valid(of_its_own: bool) -> None:
    assert mistakes(ACME, of_its_own=of_its_own) == []


GOOD = [
    "when: {total: 5, hour: 10..12, at: '>= 2026-03-01 UTC', date: 2026-03-01 ..< 2026-04-01}",
    "when: {any: [{channel: we*}, {store: 457}], not: {type: [purchase, r*]}}",
    "when: {channel: {not: {not: [web]}}, first_of_type: false}",
    "lines: {quantity: 1.5, category: $no-earn, sku: [90*, 77]}",
]
BAD = [
    "when: {weekday: [sat, son]}",
    "when: {total: cheap}",
    "when: {total: 5 ..}",
    "when: {channel: '>= web'}",
    "when: {channel: []}",
    "when: {first_of_type: maybe}",
    "when: {any: {channel: web}}",
    "when: {any: [{}]}",
    "when: {not: {}}",
    "when: {channel: {is: web}}",
    "lines: {sku: 9*1}",
    "wen: {}",
]


@pytest.mark.parametrize("rule", GOOD)
def test_good_conditions_are_valid(rule: str) -> None:
    text = f"accrual: {{a: {{{rule}}}}}"
    assert mistakes(text) == []
    assert mistakes(text, of_its_own=True) == []
    assert load(text, "lists: {no-earn: [a]}").rulebook is not None


@pytest.mark.parametrize("rule", BAD)
def test_bad_conditions_are_not(rule: str) -> None:
    text = f"accrual: {{a: {{{rule}}}}}"
    assert mistakes(text)
    assert mistakes(text, of_its_own=True)


@pytest.mark.parametrize(
    "text",
    [
        "enrollment: open",
        "currency: euro",
        "prices: free",
        "time_zone: Riga",
        "rounding: {site: basket}",
        "points: {points: {expires: 24}}",
        "points: {}",
        "fields: {plan: {type: choice}}",
        "fields: {plan: {on: line}}",
        "lists: {a: []}",
        "basis: gross",
        "returns: {within: a month}",
    ],
)
def test_bad_settings_are_not_valid_and_do_not_load(text: str) -> None:
    assert mistakes(text)
    assert load(text).rulebook is None


@pytest.mark.parametrize(
    "rule",
    [
        "when: {type: buy}",
        "when: {plan: XL}",
        "when: {plann: M}",
        "when: {tier: platinum}",
        "lines: {category: $no-ern}",
    ],
)
def test_with_a_program_its_own_words_are_known(rule: str) -> None:
    text = f"accrual: {{a: {{{rule}}}}}"
    assert mistakes(text) == []
    assert mistakes(text, of_its_own=True)


def test_a_personal_field_is_not_offered() -> None:
    loaded = load("fields: {phone: {type: text, on: member, personal: true}}")
    assert loaded.rulebook is not None
    schema: dict[str, Any] = editor_schema(SECTIONS, loaded.rulebook)
    assert "phone" not in schema["definitions"]["when"]["properties"]
