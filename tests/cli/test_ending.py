"""How runs end: exit codes, settings from outside, and readers that go away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from unittest.mock import PropertyMock, patch

import pytest
from rich.console import Console

from loyalty_engine.engine.loyalty_engine import LoyaltyEngine
from loyalty_engine.errors import DatabaseBusy, InvariantViolation
from tests.cli.command_line import dump, jsonl, purchase, run, succeed
from tests.cli.conftest import Shop

COMMANDS = (
    ("init",),
    *(("rules", name) for name in ("check", "test", "show", "schema", "publish")),
    ("replay",),
    ("quote",),
    *(("member", name) for name in ("enrol", "show", "change")),
    ("balance",),
    ("statement",),
    ("explain",),
    ("adjust",),
    ("status",),
    ("ledger", "verify"),
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_and_answers_in_json(command: tuple[str, ...]) -> None:
    ran = succeed(*command, "--help")
    assert ran.out.startswith(f"Usage: loyalty {' '.join(command)}")
    assert "--json" in ran.out


def test_the_help_names_every_command_and_the_exit_codes() -> None:
    out = succeed("--help").out
    for command, *_ in COMMANDS:
        assert command in out
    assert "0 done" in out


@pytest.mark.parametrize(
    "wrong",
    [
        (),
        ("nonsense",),
        ("rules",),
        ("rules", "nonsense"),
        ("balance",),
        ("balance", "M-1"),
        ("balance", "M-1", "--db", "sqlite:///x.db", "--nonsense"),
        ("replay", "--db", "sqlite:///x.db"),
        ("replay", "a.jsonl", "--db", "sqlite:///x.db", "--clock", "noon"),
        ("adjust", "M-1", "--db", "sqlite:///x.db"),
    ],
)
def test_wrong_usage_is_2_and_touches_nothing(wrong: tuple[str, ...], tmp_path: Path) -> None:
    ran = run(*wrong)
    assert ran.code == 2
    assert "Usage: loyalty" in ran.err
    assert ran.out == ""
    assert list(tmp_path.iterdir()) == []


def test_database_and_rules_come_from_the_environment(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOYALTY_DB", shop.db)
    monkeypatch.setenv("LOYALTY_RULES", str(shop.rules))
    succeed("replay", jsonl(tmp_path / "a.jsonl", [purchase(1)]))
    assert succeed("balance", "M-1", "--json").document["member"] == "M-1"


def test_a_busy_database_is_refused(open_shop: Shop) -> None:
    with patch.object(LoyaltyEngine, "status", side_effect=DatabaseBusy("another connection writes")):
        ran = run("status", "--db", open_shop.db, "--json")
    assert ran.code == 4
    assert ran.error == {"code": "DatabaseBusy", "message": "another connection writes"}
    assert ran.err == "loyalty: another connection writes\n"


@pytest.mark.parametrize("error", [RuntimeError("a wheel came off"), InvariantViolation("a wheel came off")])
def test_a_bug_of_ours_is_70_with_a_short_message(
    open_shop: Shop, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    with patch.object(LoyaltyEngine, "status", side_effect=error):
        ran = run("status", "--db", open_shop.db, "--json")
        assert ran.code == 70
        assert ran.error == {"code": type(error).__name__, "message": "a wheel came off"}
        assert "bug of ours" in ran.err
        monkeypatch.setenv("LOYALTY_DEBUG", "1")
        with pytest.raises(AssertionError, match="Traceback"):  # the runner refuses tracebacks
            run("status", "--db", open_shop.db)


def test_a_terminal_sees_how_far_a_long_command_is(shop: Shop, tmp_path: Path) -> None:
    """Bars are talk: what is on stdout stays the same."""
    file = jsonl(tmp_path / "a.jsonl", [purchase(1) | {"id": f"R-{number}"} for number in range(600)])
    with patch.object(Console, "is_terminal", PropertyMock(return_value=True)):
        ran = succeed("replay", file, "--rules", shop.rules, "--db", shop.db)
        proof = succeed("ledger", "verify", "--db", shop.db, "--json")
        streamed = succeed("replay", file, "--rules", shop.rules, "--db", shop.db, "--json")
    assert "a.jsonl" in ran.err
    assert "100%" in ran.err
    assert "600" in ran.out
    assert "1 accounts" in proof.err
    assert proof.document["sound"] is True
    assert len(streamed.lines) == 601
    assert streamed.err == "", "a bar would be torn by the results on the same terminal"


def test_a_store_that_fails_in_a_replay_ends_it(shop: Shop, tmp_path: Path) -> None:
    file = jsonl(tmp_path / "a.jsonl", [purchase(1)])
    busy = DatabaseBusy("another connection writes")
    with patch.object(LoyaltyEngine, "record_many", side_effect=busy):
        ran = run("replay", file, "--rules", shop.rules, "--db", shop.db, "--json")
    assert ran.code == 4
    assert ran.error["code"] == "DatabaseBusy"
    assert not shop.rejects.exists()


def test_an_interrupt_is_130(open_shop: Shop) -> None:
    before = dump(open_shop.file)
    with patch.object(LoyaltyEngine, "status", side_effect=KeyboardInterrupt):
        assert run("status", "--db", open_shop.db).code == 130
    assert dump(open_shop.file) == before


def loyalty(
    *arguments: object, settings: Mapping[str, str], reads: bool = True
) -> subprocess.CompletedProcess[bytes]:
    """The command as a process of its own, whose output is read, or nobody reads it."""
    command = [sys.executable, "-m", "loyalty_adapters.cli.main", *map(str, arguments)]
    environment = {**os.environ, **settings}
    reader, writer = os.pipe()
    if not reads:
        os.close(reader)
    stdout = subprocess.PIPE if reads else writer
    try:
        return subprocess.run(
            command, stdout=stdout, stderr=subprocess.PIPE, env=environment, check=False, timeout=60
        )
    finally:
        os.close(writer)
        if reads:
            os.close(reader)


def test_as_a_process_it_says_what_any_encoding_can_say_and_json_in_utf_8(open_shop: Shop) -> None:
    ascii_only = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = loyalty("balance", "ž", "--db", open_shop.db, "--json", settings=ascii_only)
    assert done.returncode == 4
    assert "`ž`" in json.loads(done.stdout.decode())["error"]["message"]
    assert b"`\\u017e`" in done.stderr


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_has_gone_is_no_error(open_shop: Shop, unbuffered: str) -> None:
    """It is noticed while writing or, where little is written, only when all is handed on."""
    options = ("statement", "M-1", "--db", open_shop.db)
    done = loyalty(*options, settings={"PYTHONUNBUFFERED": unbuffered}, reads=False)
    assert done.stderr == b""
    assert done.returncode == 141
