"""The settings of a program, read from the plain document of its rule files: text, lists and blocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

Document = Mapping[str, Any]
"""What a YAML reader gives that types nothing: every scalar is text."""

PLACES = {"EUR": 2, "JPY": 0, "KWD": 3}  # decimal places of the money in the tests' programs

FIELDS: Mapping[str, Mapping[str, str]] = {
    "activity": {
        "type": "choice",
        "source": "text",
        "channel": "text",
        "store": "text",
        "partner": "text",
        "amount": "money",
        "total": "money",
        "weekday": "choice",
        "hour": "number",
        "date": "date",
        "at": "instant",
    },
    "line": {
        "sku": "text",
        "category": "text",
        "brand": "text",
        "quantity": "quantity",
        "amount": "money",
        "discount": "money",
        "net": "money",
    },
    "member": {
        "tier": "choice",
        "segment": "text",
        "tenure_months": "number",
        "age": "number",
        "birthday_month": "number",
        "first_of_type": "boolean",
    },
}
"""The built-in fields by what carries them."""


class Program:
    """One document; every setting has the default that the language promises."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.zone = ZoneInfo(document["time_zone"])
        self.places = PLACES[document["currency"]]
        self.currencies: Mapping[str, Mapping[str, str]] = document["points"]
        self.stacks: Mapping[str, Mapping[str, Any]] = document["stacks"]
        self.rules: Mapping[str, Mapping[str, Any]] = document.get("accrual", {})
        self.lists: Mapping[str, list[str]] = document.get("lists", {})
        self.basis: str = document.get("basis", "net of discounts")
        self.prices_include_tax = document.get("prices", "include tax") == "include tax"
        rounding = document.get("rounding", {})
        self.site: str = rounding.get("site", "rule")
        self.mode: str = rounding.get("mode", "down")

    def own_fields(self, scope: str) -> dict[str, str]:
        """The declared fields on activities, lines or members: name -> type."""
        declared: Mapping[str, Mapping[str, Any]] = self.document.get("fields", {})
        return {name: f["type"] for name, f in declared.items() if f.get("on", "activity") == scope}

    def fields(self, scope: str) -> dict[str, str]:
        """The built-in and the declared ones."""
        return {**FIELDS[scope], **self.own_fields(scope)}

    @property
    def first_spendable(self) -> str:
        """What `earn` means when it names no currency."""
        return next(name for name, c in self.currencies.items() if c.get("spendable", "true") == "true")
