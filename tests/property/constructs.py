"""Which constructs of the rule language took part in the grants of a case, by name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.property.strategies_activities import TYPES
from tests.property.strategies_cases import Case
from tests.property.strategies_fields import LINE_FIELDS, WHEN_FIELDS
from tests.property.strategies_programs import ENDS, LENGTHS, LIVES, ZONES
from tests.reference.program import Document

SITES = ("line", "rule", "activity")
MODES = ("down", "up", "half up", "half even")
WINDOWS = ("", " per day", " per week", " per month", " per quarter", " per year", " per lifetime")
SIMPLE = ("a value", "*", ">=", "<=", ">", "<", "..", "..<")
BASES = [
    f"{net}{tax}{shipping}"
    for net in ("net of discounts", "before discounts")
    for tax in ("", " + tax")
    for shipping in ("", " + shipping")
]
REQUIRED = {
    *(f"zone {zone}" for zone in ZONES),
    *(f"currency {currency}" for currency in ("EUR", "JPY", "KWD")),
    *(f"round {site} {mode}" for site in SITES for mode in MODES),
    "round default default",
    *(f"basis {basis}" for basis in (*BASES, "default")),
    *(f"prices {prices}" for prices in ("include tax", "exclude tax", "default")),
    *("with a ladder", "without a ladder"),
    *(f"pending {length}" for length in LENGTHS),
    *(f"expires {length}" for length in LIVES),
    *(f"at {end}" for end in ENDS),
    *(f"take {take}{per}" for take in ("first", "best", "all") for per in ("", " per line")),
    *(f"{owner} cap per member{window}" for owner in ("rule", "stack") for window in WINDOWS),
    *(f"{owner} {what}" for owner in ("rule", "stack") for what in ("cap per activity", "caps")),
    *(f"limit per member{window}" for window in WINDOWS),
    *(f"limit {times}" for times in ("once", "1", "2")),
    *("rule active", "rule pending", "rule expires", "was one", "was several", "lines empty"),
    *("in CURRENCY", "earn percent", "earn fixed"),
    *(f"earn per {of}" for of in ("money", "line", "activity", "member")),
    *(f"earn per full {of}" for of in ("money", "line", "activity", "member")),
    *(f"when {field}" for field in (*WHEN_FIELDS, "any", "not")),
    *(f"lines {field}" for field in (*LINE_FIELDS, "any", "not")),
    *(f"{negation}{form}" for form in SIMPLE for negation in ("", "not ")),
    *("not not", "a list", "not a list", "$", "not $", "a list with $list"),
    *(f"activity {type_}" for type_ in TYPES),
    *("lines with ids", "lines without ids", "lines none", "a negative line", "tax there"),
    *(f"{name} {how}" for name in ("discount", "shipping") for how in ("there", "missing")),
}
"""Everything that this version of the language has for accrual."""


def constructs(document: Document, case: Case, granted: set[str]) -> set[str]:
    """Constructs of the rules that granted, of their stacks and of the program; none if nothing did."""
    if not granted:
        return set()
    rules = {name: document["accrual"][name] for name in granted}
    stacks = {rule["stack"]: document["stacks"][rule["stack"]] for rule in rules.values()}
    return {
        *_of_program(document),
        *(label for stack in stacks.values() for label in _of_stack(stack)),
        *(label for rule in rules.values() for label in _of_rule(rule, document)),
        *(label for event in case.events for label in _of_activity(event.activity)),
    }


def _of_program(document: Document) -> Iterator[str]:
    rounding = document.get("rounding", {"site": "default", "mode": "default"})
    yield f"zone {document['time_zone']}"
    yield f"currency {document['currency']}"
    yield f"round {rounding['site']} {rounding['mode']}"
    yield f"basis {document.get('basis', 'default')}"
    yield f"prices {document.get('prices', 'default')}"
    yield "with a ladder" if "tiers" in document else "without a ladder"
    for currency in document["points"].values():
        for key in ("pending", "expires", "at"):
            if key in currency:
                yield f"{key} {currency[key]}"


def _of_stack(stack: Mapping[str, Any]) -> Iterator[str]:
    yield f"take {stack['take']}{' per line' if 'per' in stack else ''}"
    yield from _caps("stack", stack.get("cap"))


def _of_rule(rule: Mapping[str, Any], document: Document) -> Iterator[str]:
    yield from _caps("rule", rule.get("cap"))
    yield from _earn(rule["earn"], document)
    for key in ("active", "pending", "expires"):
        if key in rule:
            yield f"rule {key}"
    if "limit" in rule:
        yield f"limit{_window(rule['limit'])}"
        yield f"limit {rule['limit'].split()[0]}"
    if "was" in rule:
        yield "was several" if isinstance(rule["was"], list) else "was one"
    if rule.get("lines") == {}:
        yield "lines empty"
    yield from _block("when", rule.get("when", {}))
    yield from _block("lines", rule.get("lines", {}))


def _caps(owner: str, written: Any) -> Iterator[str]:
    if isinstance(written, list):
        yield f"{owner} caps"
    for phrase in [written] if isinstance(written, str) else written or []:
        yield f"{owner} cap{_window(phrase)}"


def _window(phrase: str) -> str:
    return " per " + phrase.split(" per ", 1)[1]


def _earn(phrase: str, document: Document) -> Iterator[str]:
    if " in " in phrase:
        yield "in CURRENCY"
        phrase = phrase.partition(" in ")[0]
    if "%" in phrase:
        yield "earn percent"
    elif " per " not in phrase:
        yield "earn fixed"
    else:
        field = re.sub(r".* per (full )?\S+ ?", "", phrase)
        full = "full " if " full " in phrase else ""
        yield f"earn per {full}{_scope(field, document) if field else 'money'}"


def _scope(field: str, document: Document) -> str:
    if field in ("amount", "discount", "net", "quantity"):
        return "line"
    if field in ("tenure_months", "age", "birthday_month"):
        return "member"
    return str(document["fields"][field]["on"]) if field in document["fields"] else "activity"


def _block(scope: str, block: Mapping[str, Any]) -> Iterator[str]:
    for key, written in block.items():
        if key == "any":
            yield f"{scope} any"
            for alternative in written:
                yield from _block(scope, alternative)
        elif key == "not":
            yield f"{scope} not"
            yield from _block(scope, written)
        else:
            yield f"{scope} {key}"
            yield _form(written)


def _form(written: Any) -> str:
    if isinstance(written, dict):
        inner = written["not"]
        return "not not" if isinstance(inner, dict) else f"not {_form(inner)}"
    if isinstance(written, list):
        return "a list with $list" if any(one.startswith("$") for one in written) else "a list"
    for sign in ("$", ">=", "<=", ">", "<"):
        if written.startswith(sign):
            return sign
    return next((sign for sign in ("..<", "..") if sign in written), "*" if written[-1] == "*" else "a value")


def _of_activity(activity: Mapping[str, Any]) -> Iterator[str]:
    yield f"activity {activity['type']}"
    lines = activity.get("lines", [])
    yield (
        "lines with ids"
        if any("id" in line for line in lines)
        else f"lines {'without ids' if lines else 'none'}"
    )
    if any(line["amount"].startswith("-") for line in lines):
        yield "a negative line"
    for name in ("discount", "shipping"):
        yield f"{name} {'there' if activity.get(name) else 'missing'}"
    if any(line.get("tax") for line in lines):
        yield "tax there"
