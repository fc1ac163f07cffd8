"""Every field that rules of a program may test: the built-in ones and the program's own."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace

from loyalty_engine.activity.activity import BUILT_IN_TYPES
from loyalty_engine.activity.field import Field

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

WHEN = "when"
LINE = "line"
CONDITION_SCOPES = (WHEN, LINE)
"""Where a condition stands: `when:` tests the activity and its member, `lines:` each basket line."""

_LANGUAGE_WORDS = ("any", "not")
_WIRE_KEYS = ("id", "member", "lines", "shipping", "tenders", "attributes", "identities", "of")
_MORE_WIRE_KEYS = ("currency", "tax", "returned", "received")
RESERVED = frozenset((*_LANGUAGE_WORDS, *_WIRE_KEYS, *_MORE_WIRE_KEYS))
"""Words of the language and the wire format that no own field may be called."""

_BOUNDS: Mapping[str, tuple[int | None, int | None]] = {
    "hour": (0, 23),
    "birthday_month": (1, 12),
    "tenure_months": (0, None),
    "age": (0, None),
    "quantity": (0, None),
}


def _built_in(scope: str, type_: str, *names: str) -> tuple[Field, ...]:
    return tuple(Field(name, type_, scope, built_in=True) for name in names)


def built_in_fields(types: tuple[str, ...] = BUILT_IN_TYPES) -> tuple[Field, ...]:
    """The fields that every program has; `types` are all types of activity it knows."""
    return (
        Field("type", "choice", "activity", choices=types, built_in=True),
        *_built_in("activity", "text", "source", "channel", "store", "partner"),
        *_built_in("activity", "money", "amount", "total"),
        Field("weekday", "choice", "activity", choices=WEEKDAYS, built_in=True),
        *_built_in("activity", "number", "hour"),
        *_built_in("activity", "date", "date"),
        *_built_in("activity", "instant", "at"),
        *_built_in("line", "text", "sku", "category", "brand"),
        *_built_in("line", "quantity", "quantity"),
        *_built_in("line", "money", "amount", "discount", "net"),
        *_built_in("member", "text", "tier", "segment"),
        *_built_in("member", "number", "tenure_months", "age", "birthday_month"),
        *_built_in("member", "boolean", "first_of_type"),
    )


BUILT_IN_NAMES = frozenset(f.name for f in built_in_fields())


def bounds(found: Field) -> tuple[int | None, int | None]:
    """The least and the greatest value that a built-in field can have; None: no such end."""
    return _BOUNDS.get(found.name, (None, None)) if found.built_in else (None, None)


def place(found: Field) -> str:
    """Which kind of condition tests a field: WHEN or LINE."""
    return LINE if found.scope == "line" else WHEN


@dataclass(frozen=True, slots=True)
class FieldRegistry:
    """The fields by place and name; `broken` are own fields whose declaration has a mistake.

    `barred` are fields of the program that the conditions of one section may not test.
    """

    when: Mapping[str, Field]
    line: Mapping[str, Field]
    broken: frozenset[str] = field(default_factory=frozenset)
    barred: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(
        cls, types: tuple[str, ...] = BUILT_IN_TYPES, own: Iterable[Field] = (), broken: Iterable[str] = ()
    ) -> FieldRegistry:
        """The registry of a program with these activity types and own fields."""
        every = (*built_in_fields(types), *own)
        return cls(
            when={f.name: f for f in every if place(f) == WHEN},
            line={f.name: f for f in every if place(f) == LINE},
            broken=frozenset(broken),
        )

    def find(self, name: str, scope: str) -> Field | None:
        """The field of a name that a condition of this scope (`when` or `line`) can test, else None."""
        return (self.line if scope == LINE else self.when).get(name)

    def names(self, scope: str) -> tuple[str, ...]:
        """What a condition of this scope may test, in order of declaration, personal fields left out."""
        return tuple(f.name for f in (self.line if scope == LINE else self.when).values() if not f.personal)

    def overridden(self, fields: Mapping[str, Field]) -> FieldRegistry:
        """The same with some fields replaced, as a ladder of tiers closes the values of `tier`."""
        when, line = dict(self.when), dict(self.line)
        for name, new in fields.items():
            (line if place(new) == LINE else when)[name] = new
        return replace(self, when=when, line=line)

    def only(self, names: Container[str]) -> FieldRegistry:
        """The same for conditions that may test just these fields of the activity and its member."""
        when = {name: found for name, found in self.when.items() if name in names}
        barred = (self.when.keys() | self.line.keys()) - when.keys()
        return replace(self, when=when, line={}, barred=frozenset(barred))
