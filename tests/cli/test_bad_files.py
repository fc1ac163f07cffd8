"""Files that are damaged, of another kind or nonsense: no traceback, the place, and nothing is changed."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.cli.command_line import dump, jsonl, purchase, run, succeed
from tests.cli.conftest import Shop

MAPPING = """\
zone: Europe/Riga
constants: {type: purchase, source: pos}
activity: {id: receipt, member: card, at: time, amount: total}
"""


def csv_text(*rows: str) -> bytes:
    return "\n".join(["receipt,card,time,total", *rows, ""]).encode()


GOOD_ROW = "R-9,M-1,2026-03-09 10:00,20.00"
LINES = b"".join(json.dumps(purchase(1) | {"id": f"R-{n}"}).encode() + b"\n" for n in range(200))


def parquet_of(folder: Path) -> bytes:
    path = folder / "whole.parquet"
    columns = {"receipt": ["R-9"], "card": ["M-1"], "time": ["2026-03-09 10:00"], "total": ["20.00"]}
    pq.write_table(pa.table(columns), path)
    return path.read_bytes()


UNREADABLE: dict[str, tuple[str, Callable[[Path], bytes]]] = {
    "a binary file called csv": ("a.csv", lambda _: bytes(range(256)) * 40),
    "an empty csv file": ("a.csv", lambda _: b""),
    "a csv file that lacks a column": ("a.csv", lambda _: b"receipt,card\nR-9,M-1\n"),
    "a csv file with a column twice": ("a.csv", lambda _: b"receipt,card,time,total,total\n"),
    "a csv file whose header is not UTF-8": ("a.csv", lambda _: b"receipt,card,time,t\xf6tal\n"),
    "an empty parquet file": ("a.parquet", lambda _: b""),
    "a binary file called parquet": ("a.parquet", lambda _: bytes(range(256)) * 40),
    "a parquet file that is cut off": ("a.parquet", lambda folder: parquet_of(folder)[:-20]),
    "a binary file called gz": ("a.jsonl.gz", lambda _: b"\x00\x01\x02"),
    "a packed file cut off in its head": ("a.jsonl.gz", lambda _: gzip.compress(LINES)[:15]),
    "an ending that says nothing": ("a.xlsx", lambda _: b"PK"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_at_all_ends_with_3(shop: Shop, tmp_path: Path, name: str) -> None:
    """The good file beside it is not recorded either, and not even the rules are published."""
    file_name, content = UNREADABLE[name]
    bad = tmp_path / file_name
    bad.write_bytes(content(tmp_path))
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(MAPPING)
    good = jsonl(tmp_path / "good.jsonl", [purchase(1)])
    ran = run("replay", good, bad, "--mapping", mapping, "--rules", shop.rules, "--db", shop.db, "--json")
    assert ran.code == 3
    assert ran.error["code"] == "InvalidFile"
    assert str(bad) in ran.err
    assert not shop.file.exists()
    assert not shop.rejects.exists()


def test_a_file_that_is_not_there_and_a_directory_end_with_3(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "folder.jsonl").mkdir()
    for name in ("missing.jsonl", "folder.jsonl", "missing.parquet"):
        ran = run("replay", tmp_path / name, "--rules", shop.rules, "--db", shop.db, "--json")
        assert (ran.code, ran.error["code"]) == (3, "InvalidFile")
        assert name in ran.err
    for name in ("missing.json", "folder.jsonl"):
        quoted = run("quote", tmp_path / name, "--rules", shop.rules, "--json")
        assert (quoted.code, quoted.error["code"]) == (3, "InvalidFile")
    assert not shop.file.exists()


DAMAGED: dict[str, tuple[str, bytes, list[str]]] = {
    "a line cut off": ("a.jsonl", json.dumps(purchase(9)).encode()[:-10], ["file ends"]),
    "a line that is not UTF-8": ("a.jsonl", b'{"type": "purch\xe4se"}\n', ["UTF-8"]),
    "a binary file called jsonl": ("a.jsonl", bytes(range(256)), ["UTF-8", "JSON"]),
    "a row with a cell too many": ("a.csv", csv_text(GOOD_ROW + ",5"), ["5 cells"]),
    "a row that is not UTF-8": ("a.csv", csv_text() + b"R-9,M-\xf6,2026-03-09 10:00,20.00\n", ["UTF-8"]),
    "a quote that never ends": ("a.csv", csv_text('"' + GOOD_ROW), ["never ends"]),
    "a cell that is no money": ("a.csv", csv_text(GOOD_ROW.replace("20.00", "cheap")), ["cheap"]),
    "a cell that is no time": ("a.csv", csv_text(GOOD_ROW.replace("2026-03-09 10:00", "noon")), ["noon"]),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_line_is_a_reject_with_its_place(open_shop: Shop, tmp_path: Path, name: str) -> None:
    file_name, content, hints = DAMAGED[name]
    bad = tmp_path / file_name
    bad.write_bytes(content)
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(MAPPING)
    before = dump(open_shop.file)
    ran = run("replay", bad, "--mapping", mapping, "--db", open_shop.db, "--json")
    assert ran.code == 1
    assert ran.lines[-1]["summary"]["recorded"] == 0
    rejects = [json.loads(line) for line in open_shop.rejects.read_text().splitlines()]
    assert len(rejects) == ran.lines[-1]["summary"]["rejected"] > 0
    assert all(reject["file"] == str(bad) and reject["line"] >= 1 for reject in rejects)
    for hint in hints:
        assert any(hint in reject["reason"] for reject in rejects)
    assert dump(open_shop.file) == before


def test_an_empty_file_is_a_short_history(open_shop: Shop, tmp_path: Path) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.touch()
    before = dump(open_shop.file)
    assert succeed("replay", empty, "--db", open_shop.db, "--json").lines[-1]["summary"]["recorded"] == 0
    assert dump(open_shop.file) == before


MAPPINGS = {
    "nonsense": b"]]] : {",
    "an unknown key": MAPPING.encode() + b"colour: red\n",
    "not UTF-8": b"zone: Europe/R\xefga\n",
    "binary": bytes(range(256)),
    "empty": b"",
    "a zone that there is not": MAPPING.replace("Riga", "Atlantis").encode(),
}


@pytest.mark.parametrize("name", MAPPINGS)
def test_a_mapping_that_is_none_ends_with_3(shop: Shop, tmp_path: Path, name: str) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_bytes(MAPPINGS[name])
    sales = tmp_path / "a.csv"
    sales.write_bytes(csv_text(GOOD_ROW))
    options = ("--rules", shop.rules, "--db", shop.db, "--json")
    for option in ("--mapping", "--invent"):
        ran = run("replay", sales, option, mapping, *options)
        if option == "--invent" and name == "empty":
            continue  # a policy that makes nothing up
        assert (ran.code, ran.error["code"]) == (3, "InvalidFile"), option
    assert not shop.file.exists()


RULE_FILES = {
    "nonsense": b"%$#@ ]] {",
    "prose": b"Give everybody a point.\n",
    "binary": bytes(range(256)),
    "not UTF-8": b"program: corner-sh\xf6p\n",
    "empty": b"",
    "cut off": b"program: {corner",
    "an anchor": b"program: &a shop\n",
    "nesting without end": b"points: " + b"[" * 5000,
    "a huge number": b"points: {points: {expires: 99999999999999999999999 months}}\n",
}


@pytest.mark.parametrize("name", RULE_FILES)
def test_a_rule_file_that_is_none_is_refused_by_every_command(
    open_shop: Shop, tmp_path: Path, name: str
) -> None:
    rules = tmp_path / "bad.yaml"
    rules.write_bytes(RULE_FILES[name])
    activity = json.dumps(purchase(9)).encode()
    history = jsonl(tmp_path / "a.jsonl", [purchase(9)])
    before = dump(open_shop.file)
    for command in (
        ("rules", "test", rules),
        ("rules", "show", rules),
        ("rules", "schema", rules),
        ("rules", "publish", rules, "--db", open_shop.db),
        ("replay", history, "--rules", rules, "--db", open_shop.db),
        ("quote", "-", "--rules", rules),
    ):
        ran = run(*command, "--json", stdin=activity)
        assert ran.code == 3, command
        assert ran.error["code"] == "InvalidRulebook"
        assert ran.error["diagnostics"]
        assert "--> bad.yaml:" in ran.err
    checked = run("rules", "check", rules, "--json")
    assert checked.code == 3
    assert checked.document["diagnostics"]
    assert dump(open_shop.file) == before


def test_rules_that_are_not_there_are_a_bad_file(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "missing", tmp_path / "empty"):
        for command in ("check", "test", "show", "schema", "publish"):
            db = ("--db", shop.db) if command == "publish" else ()
            ran = run("rules", command, path, *db, "--json")
            assert (ran.code, ran.error["code"]) == (3, "InvalidFile")
            assert str(path) in ran.err
    assert not shop.file.exists()
