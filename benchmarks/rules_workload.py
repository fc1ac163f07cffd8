"""The workload of the rules benchmark: programs of n rules, and activities of four lines, from a seed."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

TYPES = ["purchase", "recharge", "usage", "visit", "referral"]
CHANNELS = ["store", "web", "app", "call-centre", "kiosk"]
TIERS = ["basic", "silver", "gold", "platinum"]
PARTNERS = ["own", *(f"P{i:02d}" for i in range(1, 25))]
CATEGORIES = [f"cat{i:02d}" for i in range(40)]
BRANDS = [f"brand{i:03d}" for i in range(200)]
SKUS = [f"sku{i:05d}" for i in range(5000)]
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
FIRST_DAY = date(2025, 1, 1)


@dataclass(frozen=True, slots=True)
class Test:
    """One condition: `values` any of, or `low`..`high` with both ends in (None: open)."""

    field: str
    values: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class RuleShape:
    """One generated rule, for us and for the peers alike."""

    name: str
    stack: str
    tests: tuple[Test, ...]
    line: Test | None
    window: tuple[date, date] | None
    earn: str
    cap: int | None


def rules(count: int, seed: int = 1) -> list[RuleShape]:
    """Rules as a loyalty programme has them: mostly purchases, two to five conditions, three stacks."""
    source = random.Random(seed)
    return [_rule(source, f"r{i:04d}") for i in range(count)]


def _rule(source: random.Random, name: str) -> RuleShape:
    tests: list[Test] = []
    if source.random() < 0.9:
        types = ["purchase"] if source.random() < 0.75 else source.sample(TYPES, source.choice([1, 2]))
        tests.append(Test("type", tuple(types)))
    line: Test | None = None
    window: tuple[date, date] | None = None
    fields = ["channel", "partner", "tier", "tenure_months", "total", "line", "weekday", "hour", "window"]
    weights = [2, 4, 4, 1.5, 3, 5, 1.5, 1, 4]
    wanted = max(source.randint(2, 5) - len(tests), 1)
    chosen: set[str] = set()
    while len(chosen) < wanted:
        chosen.add(source.choices(fields, weights)[0])
    for field in sorted(chosen):
        if field == "line":
            line = _line_test(source)
        elif field == "window":
            start = FIRST_DAY + timedelta(days=source.randint(0, 330))
            window = (start, start + timedelta(days=source.choice([7, 14, 30, 90])))
        else:
            tests.append(_test(source, field))
    stack = source.choices(["base", "tier", "promo"], [1, 2, 4])[0]
    fixed = source.random() > 0.75
    earn = (
        f"{source.choice([50, 100, 200, 500])} points"
        if fixed
        else f"{source.choice([1, 2, 3])} points per 1.00"
    )
    return RuleShape(name, stack, tuple(tests), line, window, earn, source.choice([None, 200, 500, 1000]))


def _test(source: random.Random, field: str) -> Test:
    if field == "tenure_months":
        return Test(field, low=source.choice([3, 6, 12, 24, 36, 60]))
    if field == "total":
        low = source.choice([1000, 2000, 5000, 10000])
        return Test(field, low=low, high=None if source.random() < 0.7 else low * 3)
    if field == "hour":
        low = source.randint(6, 18)
        return Test(field, low=low, high=low + source.randint(2, 5))
    if field == "tier":
        return Test(field, tuple(TIERS[source.randint(1, 3) :]))
    names = {"channel": CHANNELS, "partner": PARTNERS, "weekday": WEEKDAYS}[field]
    return Test(field, tuple(source.sample(names, source.choice([1, 2, 3]))))


def _line_test(source: random.Random) -> Test:
    field = source.choices(["category", "brand", "sku"], [6, 3, 1])[0]
    names, most = {"category": (CATEGORIES, 4), "brand": (BRANDS, 5), "sku": (SKUS, 40)}[field]
    return Test(field, tuple(source.sample(names, source.randint(1, most))))


def program_text(shapes: list[RuleShape]) -> str:
    """The rules as a rule file (JSON is YAML)."""
    accrual = {shape.name: _written(shape) for shape in shapes}
    used = {shape.stack for shape in shapes}
    takes: dict[str, Any] = {
        "base": {"take": "first"},
        "tier": {"take": "best"},
        "promo": {"take": "all", "cap": "5000 points per activity"},
    }
    return json.dumps(
        {
            "program": "bench",
            "effective": "2025-01-01",
            "time_zone": "UTC",
            "currency": "EUR",
            "points": {"points": {"expires": "24 months", "at": "end of month", "pending": "14 days"}},
            "stacks": {name: take for name, take in takes.items() if name in used},
            "accrual": accrual,
        },
        indent=1,
    )


def _written(shape: RuleShape) -> dict[str, Any]:
    rule: dict[str, Any] = {"stack": shape.stack, "earn": shape.earn}
    if shape.tests:
        rule["when"] = {test.field: _test_text(test) for test in shape.tests}
    if shape.line:
        rule["lines"] = {shape.line.field: list(shape.line.values)}
    if shape.window:
        rule["active"] = f"{shape.window[0]} .. {shape.window[1]}"
    if shape.cap:
        rule["cap"] = f"{shape.cap} points per activity"
    return rule


def _test_text(test: Test) -> object:
    if test.values:
        return list(test.values)
    low, high = (_number(test.field, bound) for bound in (test.low, test.high))
    return f">= {low}" if high is None else f"{low} .. {high}"


def _number(field: str, bound: int | None) -> str | None:
    if bound is None:
        return None
    return f"{bound // 100}.{bound % 100:02d}" if field == "total" else str(bound)


@dataclass(frozen=True, slots=True)
class Sample:
    """One activity: its bytes, the member's fields, and the plain dictionary that peers get."""

    body: bytes
    member: dict[str, Any]
    flat: dict[str, Any]


def samples(count: int, seed: int = 2) -> list[Sample]:
    """Purchases (mostly) of four lines over a year."""
    source = random.Random(seed)
    category = {sku: CATEGORIES[min(int(source.expovariate(0.1)), 39)] for sku in SKUS}
    brand = {sku: source.choice(BRANDS) for sku in SKUS}
    return [_sample(source, number, category, brand) for number in range(count)]


def _sample(source: random.Random, number: int, category: dict[str, str], brand: dict[str, str]) -> Sample:
    skus = [source.choice(SKUS) for _ in range(4)]
    cents = [source.randint(49, 6000) for _ in skus]
    at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=source.randint(0, 365 * 1440 - 1))
    activity = {
        "type": source.choices(TYPES, [70, 12, 10, 4, 4])[0],
        "id": f"a{number:07d}",
        "source": "pos",
        "member": f"m{source.randint(0, 99999):06d}",
        "at": at.isoformat(),
        "channel": source.choice(CHANNELS),
        "store": "457",
        "partner": "own" if source.random() < 0.5 else source.choice(PARTNERS[1:]),
        "lines": [
            {
                "id": str(i),
                "sku": s,
                "category": category[s],
                "brand": brand[s],
                "quantity": 1,
                "amount": _money(c),
            }
            for i, (s, c) in enumerate(zip(skus, cents, strict=True), start=1)
        ],
    }
    member = {
        "tier": source.choices(TIERS, [55, 25, 15, 5])[0],
        "tenure_months": int(source.expovariate(1 / 30)),
    }
    flat = {
        "kind": activity["type"],  # `type` is a word of CEL's own
        **{name: activity[name] for name in ("channel", "partner")},
        **member,
        "total": sum(cents),
        "weekday": WEEKDAYS[at.weekday()],
        "hour": at.hour,
        "day": at.date().toordinal(),
        "category": sorted({category[s] for s in skus}),
        "brand": sorted({brand[s] for s in skus}),
        "sku": sorted(set(skus)),
    }
    return Sample(json.dumps(activity).encode(), member, flat)


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
