"""The ready retail program is right as shipped: it loads, gives what it promises, and all of it is alive."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from loyalty_adapters import open_engine
from loyalty_adapters.files.rule_folder import read_rule_files
from loyalty_adapters.files.shipped_rules import shipped_rules
from loyalty_engine.accrual.earn import EarnKind
from loyalty_engine.accrual.rule import AccrualRules
from loyalty_engine.engine.receipt import Receipt
from loyalty_engine.engine.replay import Replay
from loyalty_engine.engine.rulebook_loading import Checked, check
from loyalty_engine.engine.sections import SECTIONS
from loyalty_engine.redemption.catalogue import Catalogue
from loyalty_engine.rulebook.schema import editor_schema

RETAIL = shipped_rules() / "retail"
SAMPLE = RETAIL / "sample" / "activities.jsonl"


@pytest.fixture(scope="module")
def checked() -> Checked:
    return check(read_rule_files(RETAIL))


@pytest.fixture(scope="module")
def accrual(checked: Checked) -> AccrualRules:
    assert checked.compiled is not None
    rules = checked.compiled.rulebook.models["stacks"]
    assert isinstance(rules, AccrualRules)
    return rules


def test_it_loads_without_an_error_or_a_doubt(checked: Checked) -> None:
    assert [(found.code, found.mark, found.message) for found in checked.diagnostics] == []


def test_its_examples_hold(checked: Checked) -> None:
    assert [example.name for example in checked.examples if not example.passed] == []


def test_every_rule_grants_in_some_example(checked: Checked) -> None:
    assert checked.compiled is not None
    assert checked.unreached == ()


def test_a_changed_promise_keeps_it_from_loading() -> None:
    files = {name: content.decode() for name, content in read_rule_files(RETAIL).items()}
    dearer = files["accrual.yaml"].replace("earn:  1 point per 1.00\n", "earn:  1 point per 2.00\n")
    assert dearer != files["accrual.yaml"]
    broken = check({**files, "accrual.yaml": dearer})
    assert broken.compiled is None
    assert broken.readable
    assert {found.code for found in broken.diagnostics} <= {"R402", "R403", "R405", "R412", "R414"}


def test_it_shows_the_whole_language(accrual: AccrualRules) -> None:
    rules, stacks = accrual.rules, accrual.stacks
    assert {rule.earn.kind for rule in rules} == set(EarnKind)
    assert {stack.take for stack in stacks} == {"first", "best", "all"}
    assert any(stack.per_line for stack in stacks)
    assert any(rule.earn.step for rule in rules)
    assert any(rule.earn.currency for rule in rules)
    periods = {cap.period for rule in rules for cap in rule.caps} | {
        cap.period for stack in stacks for cap in stack.caps
    }
    assert periods == {None, "day", "week", "month", "quarter", "year", "lifetime"}
    assert {rule.limit.period for rule in rules if rule.limit} >= {"month", "lifetime"}


def test_members_read_every_rule_in_both_languages(accrual: AccrualRules) -> None:
    assert {rule.name: sorted(rule.title) for rule in accrual.rules} == {
        rule.name: ["en", "es"] for rule in accrual.rules
    }


@pytest.fixture(scope="module")
def catalogue(checked: Checked) -> Catalogue:
    assert checked.compiled is not None
    found = checked.compiled.rulebook.models["redemption"]
    assert isinstance(found, Catalogue)
    return found


def test_a_hundred_points_pay_a_dollar_of_up_to_half_a_basket(catalogue: Catalogue) -> None:
    paying = catalogue.paying()
    assert paying.worth_of(100) == 100
    assert paying.permitted(available=5000, total=3609) == (200, 1800, 100)
    assert paying.permitted(available=5000, total=399).most == 0


def test_it_shows_every_kind_of_reward(catalogue: Catalogue) -> None:
    rewards = catalogue.rewards.values()
    assert {reward.currency for reward in rewards} == {"points", "fuel-points"}
    assert any(reward.money for reward in rewards)
    assert any(reward.gives_amount for reward in rewards)
    assert any(reward.active.tests for reward in rewards)
    assert any(reward.limit for reward in rewards)
    assert catalogue.member_fields >= {"tier", "tenure_months"}


def test_members_read_every_offer_in_three_languages(catalogue: Catalogue) -> None:
    assert {offer.name: sorted(offer.title) for offer in catalogue.offers} == {
        offer.name: ["en", "es", "zh-Hans"] for offer in catalogue.offers
    }


class EditorLoader(yaml.SafeLoader):
    """Types scalars as an editor does: numbers, true and false; dates and `on` stay text."""


EditorLoader.yaml_implicit_resolvers = {}
EditorLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("(true|false)$"), list("tf"))
EditorLoader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"-?[1-9][0-9]*$"), list("-0123456789")
)
EditorLoader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"-?[0-9]+\.[0-9]+$"), list("-0123456789")
)


@pytest.mark.parametrize("of_its_own", [False, True])
@pytest.mark.parametrize("file", sorted(path.name for path in RETAIL.glob("*.yaml")))
def test_an_editor_marks_nothing_in_it(file: str, of_its_own: bool, checked: Checked) -> None:
    assert checked.compiled is not None
    schema = editor_schema(SECTIONS, checked.compiled.rulebook if of_its_own else None)
    document = yaml.load((RETAIL / file).read_text("utf-8"), EditorLoader)
    found = jsonschema.Draft7Validator(json.loads(json.dumps(schema))).iter_errors(document)
    assert [error.message for error in found] == []


def sample() -> list[dict[str, Any]]:
    return [json.loads(line) for line in SAMPLE.read_text("utf-8").splitlines()]


def test_the_sample_is_a_handful_of_everything() -> None:
    activities = sample()
    assert len(activities) == 30
    assert Counter(one["type"] for one in activities) == {
        "purchase": 23,
        "online-order": 3,
        "enrolment": 2,
        "member-change": 1,
        "return": 1,
    }
    assert {one["at"][:4] for one in activities} == {"2017"}
    assert any("identities" in one for one in activities)


def test_every_activity_of_the_sample_is_accepted() -> None:
    with open_engine("memory://", rulebook=RETAIL) as engine:
        replay = Replay(engine, follow=True)
        outcomes = [outcome for _, outcome in replay.run(sample())]
        replay.finish()
        assert [outcome for outcome in outcomes if not isinstance(outcome, Receipt)] == []
        assert replay.count.recorded == len(outcomes)
        assert engine.verify().findings == ()


def test_the_readme_says_that_the_sample_is_invented() -> None:
    assert "**They are invented**" in (Path(shipped_rules()) / "README.md").read_text("utf-8")
