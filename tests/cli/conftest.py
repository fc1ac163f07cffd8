"""A shop for the command line: its rules, an empty place for a database, and one with a little history."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.command_line import ACCRUAL, EXAMPLES, PROGRAM, jsonl, purchase, return_of, succeed


@dataclass(frozen=True)
class Shop:
    """Where the shop's files are."""

    rules: Path
    file: Path  # of the database
    rejects: Path

    @property
    def db(self) -> str:
        """The database's URL."""
        return f"sqlite:///{self.file}"


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("LOYALTY_DB", "LOYALTY_RULES", "LOYALTY_DEBUG", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Rules, and no database yet."""
    rules = tmp_path / "rules"
    rules.mkdir()
    for name, text in (("program", PROGRAM), ("accrual", ACCRUAL), ("examples", EXAMPLES)):
        (rules / f"{name}.yaml").write_text(text)
    return Shop(rules, tmp_path / "shop.db", tmp_path / "rejects.jsonl")


@pytest.fixture
def open_shop(shop: Shop, tmp_path: Path) -> Shop:
    """A database with three purchases of M-1 and a return: 20 + 60 + 20 - 20 points."""
    history = [purchase(1), purchase(2, "50.00"), purchase(3), return_of(1, 3)]
    succeed("replay", jsonl(tmp_path / "history.jsonl", history), "--rules", shop.rules, "--db", shop.db)
    return shop
