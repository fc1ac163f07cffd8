"""What a shop's members can spend points on, and one whose member has some."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.engine.shop import OpenShop, Shop

REDEMPTION = """
  pay: {worth: 100 points = 0.80, step: 100 points, at_least: 500 points, at_most: 50% of total}
  voucher: {title: {en: 10 euro voucher, zh-Hans: 十欧元券}, cost: 1000 points, gives: 10.00 voucher}
  ticket: {cost: 300 points, limit: once per member per month}
  phone: {cost: 2000 points + 99.00, gives: telecom goods, when: {tenure_months: ">= 24"}}
  flowers: {cost: 200 points, when: {channel: web, store: "7", weekday: [sat, sun], total: ">= 10.00"}}
  cake: {cost: 100 points, when: {plan: gold}}
  spring: {cost: 100 points, active: 2026-03-01 .. 2026-05-31, hold: 2 days}"""
SPENDING: Mapping[str, str] = {
    "redemption": REDEMPTION,
    "fields": "{plan: {type: choice, of: [gold, plain], on: member}}",
}


def rich(open_shop: OpenShop, has: int = 5000, **changes: str) -> Shop:
    """A shop whose member has points, of a purchase on the first of March."""
    shop = open_shop(**{**SPENDING, **changes})
    shop.buy("R-0", f"{has}.00")
    return shop


def kinds(entries: list[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """Kind and points of entries."""
    return [(entry["kind"], entry["points"]) for entry in entries]
