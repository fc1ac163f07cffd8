"""The way that the how-to page walks works: the example fails first, then the rule makes it hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from loyalty_adapters.files.rule_folder import read_rule_files
from loyalty_adapters.files.shipped_rules import shipped_rules
from loyalty_engine.engine.rulebook_loading import check

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "write-rules.md").read_text("utf-8")
BLOCKS = dict(re.findall(r"^```yaml (.*?)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


@pytest.fixture
def files() -> dict[str, str]:
    return {name: data.decode() for name, data in read_rule_files(shipped_rules() / "retail").items()}


def test_every_rule_text_on_the_page_is_known() -> None:
    assert set(BLOCKS) == {
        "addition to examples",
        "addition to accrual",
        "addition to examples, of a reward",
        "addition to redemption",
        "change of program",
    }


def test_the_example_alone_fails_for_there_is_no_such_rule(files: dict[str, str]) -> None:
    files["examples.yaml"] += BLOCKS["addition to examples"]
    found = check(files).diagnostics
    assert {one.code for one in found} == {"R404"}
    assert all("`mothers-day`" in one.message for one in found)


def test_with_the_rule_everything_holds(files: dict[str, str]) -> None:
    files["examples.yaml"] += BLOCKS["addition to examples"]
    files["accrual.yaml"] += BLOCKS["addition to accrual"]
    checked = check(files)
    assert checked.diagnostics == ()
    assert checked.unreached == ()


def test_examples_of_a_reward_fail_until_it_is_there(files: dict[str, str]) -> None:
    files["examples.yaml"] += BLOCKS["addition to examples, of a reward"]
    assert check(files).compiled is None
    files["redemption.yaml"] += BLOCKS["addition to redemption"]
    checked = check(files)
    assert checked.diagnostics == ()
    assert checked.unreached == ()


def test_for_whom_a_reward_is_cannot_be_forgotten(files: dict[str, str]) -> None:
    files["examples.yaml"] += BLOCKS["addition to examples, of a reward"]
    files["redemption.yaml"] += BLOCKS["addition to redemption"].replace("    when: {tier: gold}\n", "")
    (found,) = check(files).diagnostics
    assert "`a garden party is for gold members`" in found.message


def test_a_later_start_asks_the_same_of_the_rules(files: dict[str, str]) -> None:
    """The examples of a programme that ran for years need not be dated anew with each version."""
    before = check(files).compiled
    start = re.compile(r"^effective: .*$", re.MULTILINE)
    files["program.yaml"] = start.sub(BLOCKS["change of program"].strip(), files["program.yaml"])
    after = check(files)
    assert after.diagnostics == ()
    assert before is not None
    assert after.compiled is not None
    assert after.compiled.program.effective_at > before.program.effective_at
    assert after.compiled.program.name == before.program.name
