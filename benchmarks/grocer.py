"""The workload of the ledger benchmarks: members of a grocer and their baskets of four lines, from a seed."""

from __future__ import annotations

import atexit
import json
import random
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.doors import CALLERS
from benchmarks.prepared import Opened, copied, folder, prepare

RULES = Path(__file__).with_name("grocer.yaml")
FIRST = datetime(2025, 3, 3, 6, tzinfo=UTC)
STEP = timedelta(minutes=1)  # between baskets: with 10,000 members each comes about once a week
MEMBERS = 10_080  # a whole number for each of the callers

_FOLDER = ExitStack()
atexit.register(_FOLDER.close)

# category, brand, product category: what of the shelf a rule may look at
_SHELF = (
    ("dry goods", "own", "pasta"),
    ("dry goods", "national", "cereal"),
    ("dry goods", "own", "coffee"),
    ("dry goods", "national", "flour"),
    ("dairy", "own", "milk"),
    ("dairy", "national", "butter"),
    ("dairy", "national", "cheese"),
    ("produce", "national", "apples"),
    ("produce", "own", "organic carrots"),
    ("meat", "national", "chicken"),
    ("fish", "national", "salmon"),
    ("drinks", "national", "beer"),
    ("drinks", "own", "water"),
    ("household", "national", "paper towels"),
    ("household", "own", "detergent"),
    ("tobacco", "national", "cigarettes"),
)


def enrolments(members: int, seed: int = 3) -> list[dict[str, Any]]:
    """Everybody with a card, enrolled in the seven years before, every third with a family card."""
    source = random.Random(seed)
    return [
        {
            "type": "enrolment",
            "id": f"E-{number}",
            "source": "desk",
            "member": member_id(number),
            "at": (FIRST - timedelta(days=source.randint(1, 7 * 365))).isoformat(),
            "identities": {"card": [f"4400{number:07d}"]},
            "attributes": {"family_card": number % 3 == 0},
        }
        for number in range(members)
    ]


def baskets(count: int, members: int, seed: int = 4) -> list[bytes]:
    """Baskets as bytes: the first of each member in turn, then members at random.

    Every 32nd belongs to the same 32nd part of the members, so 32 callers who share the baskets in turn never
    race for a member, and their rows are those of one caller.
    """
    source = random.Random(seed)
    return [_basket(source, number, members) for number in range(count)]


def grocer(place: Path, members: int) -> Path:
    """A copy, in a folder, of a database with all members, each of whom has bought once."""
    return copied(_prepared(members), "prepared", place)


@cache
def _prepared(members: int) -> Path:
    """Made once for all benchmarks of a run, which takes longer than they do."""

    def fill(opened: Opened) -> None:
        opened.engine.record_many(enrolments(members))
        opened.clock.set(at(members))
        opened.engine.record_many(baskets(members, members))

    path = _FOLDER.enter_context(folder()) / "grocer.db"
    prepare(path, RULES, FIRST, fill)
    return path


def big_baskets(member: int, count: int) -> list[dict[str, Any]]:
    """So many baskets of 120.00 of one member, a minute apart: each brings him points of a lot or two."""
    line = {"category": "dry goods", "brand": "national", "amount": "30.00"}
    return [
        {
            "type": "purchase",
            "id": f"13-{member}-{number}",
            "source": "pos",
            "member": member_id(member),
            "at": (FIRST + number * timedelta(minutes=1)).isoformat(),
            "lines": [{"id": str(place), **line} for place in range(1, 5)],
        }
        for number in range(count)
    ]


def at(number: int) -> datetime:
    """When the basket of this number is bought."""
    return FIRST + number * STEP


def member_id(number: int) -> str:
    """The host's id of a member."""
    return f"M-{number:06d}"


def _basket(source: random.Random, number: int, members: int) -> bytes:
    member = number
    if number >= members:
        member = source.randrange(members // CALLERS) * CALLERS + number % CALLERS
    basket = {
        "type": "purchase",
        "id": f"12-{number:07d}",
        "source": "pos",
        "member": member_id(member),
        "at": at(number).isoformat(),
        "channel": "store" if source.random() < 0.9 else "web",
        "store": "12",
        "lines": [_line(source, str(place)) for place in range(1, 5)],
    }
    return json.dumps(basket).encode()


def _line(source: random.Random, place: str) -> dict[str, Any]:
    category, brand, product = source.choice(_SHELF)
    cents = source.randint(99, 2500)
    line: dict[str, Any] = {
        "id": place,
        "sku": f"{source.randrange(5000):05d}",
        "category": category,
        "brand": brand,
        "quantity": source.randint(1, 3),
        "amount": f"{cents // 100}.{cents % 100:02d}",
        "attributes": {"product_category": product},
    }
    if source.random() < 0.05:
        line["discount"] = "0.50"
    return line
