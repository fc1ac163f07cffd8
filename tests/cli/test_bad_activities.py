"""Activities that cannot be recorded: a typed reason each, and nothing is changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command_line import dump, jsonl, purchase, return_of, run
from tests.cli.conftest import Shop

ACTIVITIES: dict[str, tuple[Any, str, str]] = {
    "an unknown field": (purchase(9, colour="red"), "InvalidActivity", "colour"),
    "a misspelt field": (purchase(9, tendrs=[]), "InvalidActivity", "tenders"),
    "money as a number": (purchase(9) | {"amount": 20.0}, "InvalidActivity", "amount"),
    "money as a word": (purchase(9, "twenty"), "InvalidActivity", "amount"),
    "a list for text": (purchase(9) | {"id": ["R-9"]}, "InvalidActivity", "id"),
    "null for text": (purchase(9) | {"source": None}, "InvalidActivity", "source"),
    "a huge amount": (purchase(9, "99999999999999999999.00"), "InvalidActivity", "amount"),
    "a huge quantity": (
        purchase(9) | {"amount": None, "lines": [{"amount": "1.00", "quantity": 10**30}]},
        "InvalidActivity",
        "quantity",
    ),
    "a negative discount": (purchase(9, discount="-1.00"), "InvalidActivity", "discount"),
    "a negative quantity": (
        purchase(9) | {"amount": None, "lines": [{"amount": "1.00", "quantity": -1}]},
        "InvalidActivity",
        "quantity",
    ),
    "a naive time": (purchase(9) | {"at": "2026-03-09T10:00:00"}, "InvalidActivity", "at"),
    "a day that there is not": (purchase(9) | {"at": "2026-02-30T10:00:00Z"}, "InvalidActivity", "at"),
    "tenders that do not sum": (
        purchase(9, tenders=[{"kind": "card", "amount": "19.00"}]),
        "InvalidActivity",
        "tenders",
    ),
    "a type that there is not": (purchase(9) | {"type": "purchse"}, "InvalidActivity", "purchase"),
    "another currency": (purchase(9, currency="USD"), "InvalidActivity", "EUR"),
    "a known id with other content": (purchase(1, "21.00"), "ActivityConflict", "R-1"),
    "a known id of another member": (purchase(1) | {"member": "M-2"}, "ActivityConflict", "R-1"),
    "a return of more than was bought": (
        return_of(9, 1, lines=[{"id": "1", "quantity": 2}]),
        "OverReturn",
        "",
    ),
    "a return of what came back before": (return_of(9, 3), "OverReturn", ""),
    "a return of nothing known": (return_of(9, 9), "UnknownActivity", "R-9"),
    "a return of a line that there is not": (return_of(9, 1, lines=[{"id": "7"}]), "UnknownLine", "7"),
    "an unknown card": (purchase(9) | {"member": {"card": "4711"}}, "UnknownMember", "4711"),
    "not an object": ("[1, 2]", "InvalidActivity", "object"),
    "not JSON": ("{'type': 'purchase'}", "InvalidActivity", "JSON"),
    "a number that is none": ('{"type": NaN}', "InvalidActivity", "NaN"),
    "nesting without end": ("[" * 100_000, "InvalidActivity", ""),
    "half a character": ('{"type": "purchase", "id": "\\ud800"}', "InvalidActivity", ""),
}


@pytest.mark.parametrize("name", ACTIVITIES)
def test_an_activity_that_cannot_be_recorded_is_a_reject(open_shop: Shop, tmp_path: Path, name: str) -> None:
    activity, code, hint = ACTIVITIES[name]
    before = dump(open_shop.file)
    ran = run("replay", jsonl(tmp_path / "bad.jsonl", [activity]), "--db", open_shop.db, "--json")
    assert ran.code == 1
    error = ran.lines[0]["error"]
    assert error["code"] == code
    assert hint in error["message"]
    assert dump(open_shop.file) == before
    (reject,) = open_shop.rejects.read_text().splitlines()
    assert (json.loads(reject)["code"], json.loads(reject)["reason"]) == (code, error["message"])


@pytest.mark.parametrize("name", ACTIVITIES)
def test_an_activity_that_cannot_be_recorded_cannot_be_quoted(open_shop: Shop, name: str) -> None:
    activity, code, _ = ACTIVITIES[name]
    text = activity if isinstance(activity, str) else json.dumps(activity)
    before = dump(open_shop.file)
    ran = run("quote", "-", "--db", open_shop.db, "--json", stdin=text.encode())
    assert ran.code == (3 if code == "InvalidActivity" else 4)
    assert ran.error["code"] == code
    assert ran.err.startswith("loyalty: ")
    assert dump(open_shop.file) == before
