"""The house is tidy, and the check of each rule does catch what breaks it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tidy import house_rules
from tests.tidy.house_rules import ROOT, Rule, python_files, text_files

OURS = ("loyalty_engine", "adapters")
EXACT = ("accrual", "ledger", "activity", "money.py", "decision.py")  # parts of the core without floats


def broken(rule: Rule, files: list[Path]) -> list[str]:
    assert files, "a rule that looks at no file proves nothing"
    return [
        finding
        for path in files
        for finding in rule(path.relative_to(ROOT), path.read_text(encoding="utf-8"))
    ]


def others() -> list[Path]:
    """All text files but those that name what is searched for."""
    return [path for path in text_files() if path.parent.name != "tidy"]


def test_no_file_is_too_large() -> None:
    assert broken(house_rules.size, python_files(*OURS, "tests", "benchmarks", "scripts")) == []


def test_no_function_is_too_long() -> None:
    assert broken(house_rules.function_length, python_files(*OURS, "tests", "benchmarks", "scripts")) == []


def test_no_name_says_nothing() -> None:
    assert broken(house_rules.names, python_files(*OURS, "tests", "benchmarks", "scripts")) == []


def test_nothing_is_left_to_do_later() -> None:
    assert broken(house_rules.forgotten_notes, others()) == []


def test_everything_public_says_what_it_is() -> None:
    assert broken(house_rules.docstrings, python_files(*OURS)) == []


def test_no_float_comes_near_a_balance() -> None:
    exact = [f for f in python_files("loyalty_engine") if f.relative_to(ROOT).parts[1] in EXACT]
    assert broken(house_rules.floats, exact) == []


def test_the_core_reads_no_clock_and_throws_no_dice() -> None:
    assert broken(house_rules.clock_and_chance, python_files("loyalty_engine")) == []


def test_nothing_names_a_machine_or_a_registry() -> None:
    assert broken(house_rules.places, others()) == []


def test_folders_beside_the_core_are_no_packages() -> None:
    for folder in ("rules", "adapters", "scripts"):
        assert not list((ROOT / folder).glob("__init__.py"))


@pytest.mark.parametrize(
    ("rule", "planted"),
    [
        (house_rules.size, "x = 1\n" * 501),
        (house_rules.function_length, "def long():\n" + "    x = 1\n" * 70),
        (house_rules.names, "class EntryManager: ..."),
        (house_rules.names, "class LedgerUtils: ..."),
        (house_rules.forgotten_notes, "x = 1  # TODO later"),
        (house_rules.forgotten_notes, '"""TODO."""'),
        (house_rules.docstrings, "x = 1"),
        (house_rules.docstrings, '"""A."""\ndef public(): ...'),
        (house_rules.docstrings, '"""A."""\nclass Public: ...'),
        (house_rules.docstrings, '"""A."""\nclass Public:\n    """B."""\n    async def method(self): ...'),
        (house_rules.floats, "x = 0.5"),
        (house_rules.floats, "x = float(points)"),
        (house_rules.floats, "def f(x: int = 1e3): ..."),
        (house_rules.clock_and_chance, "import datetime\nx = datetime.datetime.now()"),
        (house_rules.clock_and_chance, "from datetime import datetime\nx = datetime.now(tz)"),
        (house_rules.clock_and_chance, "from datetime import date\nx = date.today()"),
        (house_rules.clock_and_chance, "import time"),
        (house_rules.clock_and_chance, "from random import random"),
        (house_rules.places, "DATA = '/work/data'"),
        (house_rules.places, "see https://pypi.org/simple"),
        (house_rules.places, "pip install --index-url x"),
    ],
)
def test_each_rule_catches_what_breaks_it(rule: Rule, planted: str) -> None:
    assert list(rule(Path("loyalty_engine/planted.py"), planted))


@pytest.mark.parametrize(
    "path", ["loyalty_engine/utils.py", "adapters/x/sql_helpers.py", "tests/common/test_a.py"]
)
def test_a_path_that_says_nothing_is_caught(path: str) -> None:
    assert list(house_rules.names(Path(path), ""))


def test_what_keeps_the_rules_is_not_caught() -> None:
    text = (
        '"""A."""\n\n\ndef points(x: int) -> int:\n    """Half of it, rounded down."""\n    return x // 2\n'
    )
    rules = (
        house_rules.size,
        house_rules.function_length,
        house_rules.names,
        house_rules.forgotten_notes,
        house_rules.docstrings,
        house_rules.floats,
        house_rules.clock_and_chance,
        house_rules.places,
    )
    assert [finding for rule in rules for finding in rule(Path("loyalty_engine/ledger/lot.py"), text)] == []
