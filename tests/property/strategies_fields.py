"""The fields of generated programs: what may be tested of them, and what activities carry.

Few values, so that tests often hold: a condition that never holds proves nothing.
"""

from __future__ import annotations

from typing import NamedTuple

DAYS = (
    "2025-12-31",
    "2026-01-01",
    "2026-02-28",
    "2026-03-08",  # clocks go forward in New York
    "2026-03-14",
    "2026-03-15",
    "2026-03-29",  # clocks go forward in Riga
    "2026-04-05",  # clocks go back in Auckland
    "2026-05-31",
    "2026-10-25",  # clocks go back in Riga
)
TIMES = ("00:00:00", "02:30:00", "03:30:00", "11:05:00", "23:59:59.999999")
OFFSETS = ("+00:00", "+02:00", "+03:00", "-05:00", "+05:45", "+13:00")


class FieldPool(NamedTuple):
    """One field: its type, some of its values as text, and whether a whole range of them can be excluded."""

    kind: str
    values: tuple[str, ...]
    bounded: bool = False  # negated lists could exclude everything, which is a mistake


TYPES = ("purchase", "recharge", "usage", "visit", "scan", "enrolment")

ACTIVITY = {
    "type": FieldPool("choice", ("purchase", "recharge", "usage"), bounded=True),
    "source": FieldPool("text", ("pos", "web")),
    "channel": FieldPool("text", ("web", "app", "store")),
    "store": FieldPool("text", ("457", "012")),
    "partner": FieldPool("text", ("SKY", "NO")),
    "amount": FieldPool("money", ("0", "5", "20", "100")),
    "total": FieldPool("money", ("0", "5", "20", "100")),
    "weekday": FieldPool("choice", ("sat", "sun", "tue"), bounded=True),
    "hour": FieldPool("number", ("1", "3", "11", "22"), bounded=True),
    "date": FieldPool("date", DAYS),
    "at": FieldPool("instant", DAYS),
}
OWN_ACTIVITY = {
    "plan": FieldPool("choice", ("S", "M", "L"), bounded=True),
    "data_gb": FieldPool("number", ("-1", "0", "0.5", "3.25", "12")),
    "topup": FieldPool("money", ("0", "5", "20")),
    "gift": FieldPool("boolean", ("true", "false"), bounded=True),
    "sent": FieldPool("date", DAYS),
    "seen": FieldPool("instant", DAYS),
    "offset": FieldPool("text", ("AB-1", "AB-2", "C")),
}
MEMBER = {
    "tier": FieldPool("choice", ("gold", "silver", "platinum"), bounded=True),
    "segment": FieldPool("text", ("new", "loyal")),
    "tenure_months": FieldPool("number", ("1", "3", "12", "60"), bounded=True),
    "age": FieldPool("number", ("18", "65"), bounded=True),
    "birthday_month": FieldPool("number", ("2", "3", "11"), bounded=True),
    "first_of_type": FieldPool("boolean", ("true", "false"), bounded=True),
}
OWN_MEMBER = {
    "vip": FieldPool("boolean", ("true", "false"), bounded=True),
    "visits": FieldPool("number", ("0", "2", "7.5")),
    "club": FieldPool("choice", ("green", "blue", "grey"), bounded=True),
    "joined": FieldPool("date", DAYS),
    "spend": FieldPool("money", ("0", "5", "100")),
}
LINE = {
    "sku": FieldPool("text", ("900", "A-1", "A-2")),
    "category": FieldPool("text", ("grocery", "dairy", "tobacco", "green-tv")),
    "brand": FieldPool("text", ("own", "acme")),
    "quantity": FieldPool("quantity", ("0.5", "1", "2"), bounded=True),
    "amount": FieldPool("money", ("0", "5", "20")),
    "discount": FieldPool("money", ("0", "1", "5")),
    "net": FieldPool("money", ("0", "4", "20")),
}
OWN_LINE = {
    "organic": FieldPool("boolean", ("true", "false"), bounded=True),
    "weight": FieldPool("number", ("0", "0.25", "3")),
    "deposit": FieldPool("money", ("0", "1")),
    "grade": FieldPool("choice", ("A", "B", "C"), bounded=True),
}
WHEN_FIELDS = {**ACTIVITY, **OWN_ACTIVITY, **MEMBER, **OWN_MEMBER}
LINE_FIELDS = {**LINE, **OWN_LINE}

LISTS = {
    "words": ["tobacco", "gr*", "A-*", "web", "012", "AB-1", "new"],
    "plans": ["S", "M"],
    "grades": ["A", "B"],
    "weekend": ["sat", "sun"],
    "numbers": ["1", "3 .. 12", "> 60"],
    "sums": ["5", ">= 20"],
    "days": ["2026-03-14", "2026-03-28 .. 2026-04-05"],
}
FITTING_LISTS = {
    "text": "words",
    "number": "numbers",
    "quantity": "numbers",
    "money": "sums",
    "date": "days",
    "instant": "days",
    "plan": "plans",
    "grade": "grades",
    "weekday": "weekend",
}
"""By the field's name or its type."""

NUMERIC = ("number", "money", "quantity")
