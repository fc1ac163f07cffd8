"""A rulebook in words."""

from __future__ import annotations

import json

from loyalty_engine.rulebook.show import describe, rows
from tests.samples.rule_files import ACME, SECTIONS, load


def test_a_program_is_described_in_the_words_of_its_files() -> None:
    rulebook = load(ACME).rulebook
    assert rulebook is not None
    described = json.loads(json.dumps(describe(rulebook, SECTIONS)))
    assert described.pop("hash") == rulebook.hash
    assert described == {
        "program": "acme-rewards",
        "effective": "2026-03-01T00:00:00+02:00",
        "time_zone": "Europe/Riga",
        "currency": "EUR",
        "points": {
            "points": {
                "spendable": True,
                "expires": "24 months",
                "at": "end of month",
                "pending": "14 days",
                "counts": None,
                "mirrors": None,
            },
            "credits": {
                "spendable": False,
                "expires": "never",
                "at": None,
                "pending": None,
                "counts": "tiers",
                "mirrors": "points",
            },
        },
        "basis": "net of discounts",
        "prices": "include tax",
        "enrolment": "open",
        "rounding": {"site": "rule", "mode": "down"},
        "fields": {"plan": {"type": "choice", "on": "activity", "of": ["S", "M", "L"]}},
        "lists": {"no-earn": ["tobacco", "gift-card"]},
        "types": [],
        "returns": {
            "spent_points": "restore pro rata",
            "deficit": "allow",
            "restored_lots": "original expiry",
            "within": None,
        },
        "accrual": {
            "base-earn": "type: purchase",
            "topup": "type: recharge, amount: >= 5.00, plan: [M, L]",
            "weekend-dairy": (
                "type: purchase, channel: [web, app], weekday: [sat, sun], tenure_months: 3 .. 60"
            ),
            "welcome": "type: purchase, first_of_type: true, total: >= 20.00, tier: [gold, silver]",
        },
    }


def test_a_table_has_a_row_for_each_setting() -> None:
    rulebook = load(
        "basis: before discounts + tax\ntypes: [car-wash]\nreturns: {within: 30 days}\n"
        "fields: {phone: {type: text, on: member, personal: true}}"
    ).rulebook
    assert rulebook is not None
    table = dict(rows(describe(rulebook)))
    assert table["basis"] == "before discounts + tax"
    assert table["types"] == "car-wash"
    assert table["points.points"] == "spendable: true, expires: 24 months"
    assert table["fields.phone"] == "type: text, on: member, personal: true"
    assert table["returns.within"] == "30 days"
