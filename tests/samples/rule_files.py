"""Small rule files and stand-in families for the tests of the rulebook room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from loyalty_engine.activity.activity import Value
from loyalty_engine.activity.field import Field
from loyalty_engine.rulebook.condition import ALWAYS, Condition
from loyalty_engine.rulebook.condition_reading import read_condition
from loyalty_engine.rulebook.load import load_rulebook
from loyalty_engine.rulebook.node import Block
from loyalty_engine.rulebook.program import Program
from loyalty_engine.rulebook.rulebook import Loaded
from loyalty_engine.rulebook.section import SchemaContext, Section, SectionInput
from loyalty_engine.rulebook.tree import Values

MANDATORY = {
    "program": "program: shop",
    "effective": "effective: 2026-03-01",
    "time_zone": "time_zone: Europe/Riga",
    "currency": "currency: EUR",
    "points": "points: {points: {spendable: true, expires: 24 months}}",
    "stacks": "stacks: {base: {take: all}}",
}

ACME = """\
# yaml-language-server: $schema=../schema/program.schema.json
program: acme-rewards
effective: 2026-03-01T00:00:00 Europe/Riga   # decides activities that occurred at or after this
time_zone: Europe/Riga
currency: EUR
points:
  points:  {spendable: true,  expires: 24 months, at: end of month, pending: 14 days}
  credits: {spendable: false, counts: tiers, mirrors: points}   # each award of points grants as many credits
basis: net of discounts
prices: include tax
enrolment: open
rounding: {site: rule, mode: down}
fields:
  plan: {type: choice, of: [S, M, L], on: activity}
lists: {no-earn: [tobacco, gift-card]}
stacks:
  base:  {take: first}
  promo: {take: all}
accrual:
  base-earn:
    when:  {type: purchase}
    lines: {category: {not: $no-earn}}
  topup:
    when: {type: recharge, amount: ">= 5.00", plan: [M, L]}
  weekend-dairy:
    when:  {type: purchase, channel: [web, app], weekday: [sat, sun], tenure_months: 3 .. 60}
    lines: {category: [grocery, dairy]}
  welcome: {when: {type: purchase, first_of_type: true, total: ">= 20.00", tier: [gold, silver]}}
returns: {spent_points: restore pro rata, deficit: allow, restored_lots: original expiry}
tiers: {ladder: {silver: 1000, gold: 5000}}
examples:
  a weekend basket: {activity: {type: purchase}, gives: {base-earn: 284}}
"""


class Rule(NamedTuple):
    """A stand-in for an accrual rule: only its conditions."""

    when: Condition | None
    lines: Condition | None


def read_rules(given: SectionInput) -> dict[str, Rule]:
    """The conditions of every rule under `accrual:`."""
    member = given.members["accrual"]
    rules: dict[str, Rule] = {}
    for rule in member.node if member is not None and isinstance(member.node, Block) else ():
        if isinstance(rule.node, Block):
            when = read_condition(rule.node.get("when"), "when", given.context)
            rules[rule.key] = Rule(when, read_condition(rule.node.get("lines"), "line", given.context))
    return rules


def tier_field(given: SectionInput) -> dict[str, Field]:
    """A ladder closes the values of `tier`."""
    member = given.members["tiers"]
    ladder = member.node.get("ladder") if member is not None and isinstance(member.node, Block) else None
    if not isinstance(ladder, Block):
        return {}
    names = tuple(tier.key for tier in ladder)
    return {"tier": Field("tier", "choice", "member", choices=names, built_in=True)}


def rule_schema(context: SchemaContext) -> Mapping[str, Any]:
    """A schema whose rules have conditions only."""
    conditions = {"when": {"$ref": "#/definitions/when"}, "lines": {"$ref": "#/definitions/lines"}}
    rule = {"type": "object", "properties": conditions, "additionalProperties": False}
    return {"accrual": {"type": "object", "additionalProperties": rule}}


def describe_rules(rules: Mapping[str, Rule], program: Program) -> Mapping[str, Any]:
    """The conditions in words."""
    return {"accrual": {name: (rule.when or ALWAYS).text for name, rule in rules.items()}}


def nothing(given: SectionInput) -> None:
    """Reads nothing."""


def any_block(*keys: str) -> Any:
    """A schema that lets the keys' blocks be anything."""
    return lambda context: {key: {"type": "object"} for key in keys}


SECTIONS = (
    Section(("stacks",), nothing, any_block("stacks")),
    Section(("accrual",), read_rules, rule_schema, describe=describe_rules),
    Section(("tiers",), nothing, any_block("tiers"), fields=tier_field),
)


def completed(files: Mapping[str, str | bytes]) -> dict[str, str | bytes]:
    """The files, and one more with the mandatory keys that none of them has."""
    whole = b"\n".join(c if isinstance(c, bytes) else c.encode("utf-8", "replace") for c in files.values())
    lines = whole.split(b"\n")
    missing = [
        text for key, text in MANDATORY.items() if not any(line.startswith(key.encode()) for line in lines)
    ]
    return {**files, "rest.yaml": "\n".join(missing) + "\n"} if missing else dict(files)


def load(*texts: str, **files: str) -> Loaded:
    """Load some texts as one file (or files by name), completed by the mandatory keys."""
    given: dict[str, str | bytes] = {f"{name}.yaml": text for name, text in files.items()}
    if texts:
        given["rules.yaml"] = "\n".join(texts)
    return load_rulebook(completed(given), SECTIONS)


def condition(when: str, *more: str) -> Condition:
    """The condition of a `when:` block in flow style; `more` are top-level lines such as fields."""
    return _rule(f"accrual: {{r: {{when: {when}}}}}", *more).when or ALWAYS


def line_condition(lines: str, *more: str) -> Condition:
    """The condition of a `lines:` block in flow style."""
    return _rule(f"accrual: {{r: {{lines: {lines}}}}}", *more).lines or ALWAYS


def _rule(*texts: str) -> Rule:
    loaded = load(*texts)
    assert loaded.rulebook is not None, loaded.diagnostics
    rule = loaded.rulebook.models["accrual"]["r"]
    assert isinstance(rule, Rule)
    return rule


def seen(values: Mapping[str, Value]) -> Values:
    """The values of an activity as conditions ask for them; what is not there is missing."""

    def value(name: str) -> Value | None:
        return values.get(name)

    return value


def codes(loaded: Loaded) -> list[str]:
    """The codes of everything found."""
    return [found.code for found in loaded.diagnostics]
