"""A shop with a ladder, whose members climb it, and how to ask where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.engine.shop import MEMBER, OpenShop, Shop, instant

POINTS = "{points: {expires: 12 months}, credits: {spendable: false, counts: tiers, mirrors: points}}"
EXTRA = """
  goods: {stack: base, when: {type: purchase}, earn: 1 point per 1.00}
  silver: {stack: promo, when: {type: purchase, tier: silver}, earn: 7 points}
  gold: {stack: promo, when: {type: purchase, tier: gold}, earn: 50% of base}"""
PENDING = "{points: {expires: 12 months, pending: 14 days}, credits: {spendable: false, mirrors: points}}"
STEPS = "{silver: {reach: 100 credits}, gold: {reach: 500 credits, keep: 400 credits}}"


def tiers(**settings: str | None) -> str:
    """A `tiers:` section: a calendar year, grace of 31 days, unless said otherwise (None: left out)."""
    said: dict[str, str | None] = {"count": "credits", "period": "calendar year", "grace": "31 days"}
    said |= {"ladder": STEPS, **settings}
    return "{" + ", ".join(f"{name}: {value}" for name, value in said.items() if value is not None) + "}"


LADDER: Mapping[str, str] = {"points": POINTS, "tiers": tiers()}


def climbing(open_shop: OpenShop, **changes: str) -> Shop:
    """A shop that grants a point and a credit per euro: 100 are silver, 500 gold, which 400 keep."""
    return open_shop(**{**LADDER, **changes})


def tier(shop: Shop, at: str | None = None, known_at: str | None = None, member: str = MEMBER) -> str | None:
    """A member's tier, now or at a time, as it is known now or was known then."""
    found: str | None = shop.engine.balance(member, at=_when(at), known_at=_when(known_at))["tier"]
    return found


def standing(shop: Shop, *names: str, at: str | None = None) -> tuple[Any, ...]:
    """Some of what the tier history tells of where MEMBER stands."""
    document = shop.engine.tier_history(MEMBER, at=_when(at))
    return tuple(document[name] for name in names)


def history(
    shop: Shop, at: str | None = None, known_at: str | None = None, member: str = MEMBER
) -> list[tuple[str, str | None, str]]:
    """The changes of a member's tier that stand: the day, the tier, and why."""
    document = shop.engine.tier_history(member, at=_when(at), known_at=_when(known_at))
    changes = [change for change in document["changes"] if not change["replaced"]]
    return [(change["effective_at"][:10], change["tier"], change["reason"]) for change in changes]


def reviewed(shop: Shop, at: str, **how: Any) -> dict[str, Any]:
    """A review that counts: as of a time, and then."""
    shop.now = max(shop.now, instant(at))
    return shop.engine.review_tiers(instant(at), dry_run=False, **how)


def names(moves: list[dict[str, Any]]) -> list[tuple[str, str | None, str | None]]:
    """Of a list of a review: who moves from where to where."""
    return [(move["member"], move["from"], move["to"]) for move in moves]


def _when(text: str | None) -> int | None:
    return None if text is None else instant(text)
