"""Databases, URLs and names that are none: a typed error that says what to change, and nothing is changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command_line import dump, jsonl, purchase, run
from tests.cli.conftest import Shop

READING = (
    ("balance", "M-1"),
    ("statement", "M-1"),
    ("explain", "0000000001-00000001"),
    ("member", "show", "M-1"),
    ("ledger", "verify"),
    ("status",),
)
CORRECTION = ("adjust", "M-1", "+5", "--reason", "r", "--actor", "a", "--key", "k")


@pytest.mark.parametrize("command", [*READING, CORRECTION, ("member", "enrol", "M-2")])
def test_a_database_that_is_not_there_is_not_made(shop: Shop, command: tuple[str, ...]) -> None:
    ran = run(*command, "--db", shop.db, "--json")
    assert ran.code == 4
    assert ran.error["code"] == "StoreFailure"
    assert str(shop.file) in ran.err
    assert not shop.file.exists()


@pytest.mark.parametrize("command", [*READING, CORRECTION, ("replay",), ("rules", "publish")])
@pytest.mark.parametrize("content", [b"This is no database.\n" * 100, bytes(range(256)) * 16])
def test_a_database_that_is_none_stays_as_it_is(
    shop: Shop, tmp_path: Path, command: tuple[str, ...], content: bytes
) -> None:
    shop.file.write_bytes(content)
    extra: tuple[object, ...] = {
        ("replay",): (jsonl(tmp_path / "a.jsonl", [purchase(1)]), "--rules", shop.rules),
        ("rules", "publish"): (shop.rules,),
    }.get(command, ())
    ran = run(*command, *extra, "--db", shop.db, "--json")
    assert ran.code == 4
    assert ran.error["code"] in ("StoreFailure", "SchemaMismatch")
    assert str(shop.file) in ran.err
    assert shop.file.read_bytes() == content


def test_a_directory_is_no_database(shop: Shop) -> None:
    for command in READING:
        assert run(*command, "--db", f"sqlite:///{shop.rules}", "--json").code == 4
    assert run("rules", "publish", shop.rules, "--db", f"sqlite:///{shop.rules}", "--json").code == 4


@pytest.mark.parametrize("url", ["shop.db", "mysql://host/db", "sqlite:/x", "", "sqlite:///"])
def test_a_url_that_is_none_says_which_there_are(shop: Shop, url: str) -> None:
    ran = run("status", "--db", url, "--json")
    assert ran.code == 3
    assert ran.error["code"] == "InvalidCommand"
    assert "sqlite:///file.db" in ran.err


HALF = "half\udcff"  # what a shell hands on of bytes that are not UTF-8


@pytest.mark.parametrize(
    "command",
    [
        ("balance", HALF),
        ("statement", HALF),
        ("explain", HALF),
        ("member", "show", HALF),
        ("member", "enrol", HALF),
        ("member", "enrol", "M-2", "--link", f"card={HALF}"),
        ("member", "change", "M-1", "--key", "k", "--set", f"plan={HALF}"),
        ("adjust", "M-1", "+5", "--reason", HALF, "--actor", "a", "--key", "k"),
        ("adjust", "M-1", "+5", "--reason", "r", "--actor", "a", "--key", HALF),
        ("adjust", "M-1", "+5", "--reason", "r", "--actor", "a", "--key", "k", "--currency", HALF),
        ("replay", HALF),
        ("quote", HALF),
        ("rules", "check", HALF),
        ("status", "--program", HALF),
    ],
)
def test_text_that_is_no_unicode_is_refused_everywhere(open_shop: Shop, command: tuple[str, ...]) -> None:
    before = dump(open_shop.file)
    db = ("--db", open_shop.db) if command[0] != "rules" else ()
    ran = run(*command, *db, "--json")
    assert ran.code in (3, 4)
    assert ran.error["message"]
    assert dump(open_shop.file) == before


def test_a_text_that_a_terminal_would_obey_is_shown_instead(shop: Shop, tmp_path: Path) -> None:
    trick = purchase(1) | {"member": "M\x1b[2J-1"}
    file = jsonl(tmp_path / "a.jsonl", [trick])
    ran = run("replay", file, "--rules", shop.rules, "--db", shop.db, "--results")
    assert "\x1b" not in ran.out + ran.err
    shown = run("member", "show", "M\x1b[2J-1", "--db", shop.db)
    assert "\x1b" not in shown.out + shown.err
    unknown = run("member", "show", "N\x1b[2J-1", "--db", shop.db)
    assert "\x1b" not in unknown.out + unknown.err
