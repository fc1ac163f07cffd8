"""Activities in wire format that a program in euros accepts, and ways to spoil them."""

from __future__ import annotations

import copy
from datetime import datetime
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from loyalty_engine.money import format_money

names = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=12)
attribute_values = st.one_of(st.none(), st.booleans(), st.integers(-(10**15) + 1, 10**15 - 1), names)
attributes = st.dictionaries(names, attribute_values, max_size=4)
charges = st.integers(0, 10**7).map(lambda units: format_money(units, 2))
amounts = st.integers(-(10**7), 10**8).map(lambda units: format_money(units, 2))
quantities = st.one_of(
    st.integers(0, 10**6), st.integers(0, 10**6).map(lambda thousandths: format_money(thousandths, 3))
)
times = st.builds(
    lambda moment, offset: moment.isoformat() + offset,
    st.datetimes(min_value=datetime(1901, 1, 1), max_value=datetime(2998, 1, 1)),  # noqa: DTZ001
    st.sampled_from(("Z", "+00:00", "+05:45", "-03:30", "+14:00")),
)
members = st.one_of(names, st.dictionaries(names, names, min_size=1, max_size=1))
json_values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.sampled_from(("5.00", "-5.00"))
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
    max_leaves=8,
)


@st.composite
def lines(draw: DrawFn) -> list[dict[str, Any]]:
    """One to eight lines, with ids of their own or none."""
    count = draw(st.integers(1, 8))
    ids = draw(st.lists(names, min_size=count, max_size=count, unique=True)) if draw(st.booleans()) else None
    found = [
        draw(
            st.fixed_dictionaries(
                {"amount": amounts},
                optional={
                    "sku": names,
                    "category": names,
                    "brand": names,
                    "quantity": quantities,
                    "discount": charges,
                    "tax": charges,
                    "attributes": attributes,
                },
            )
        )
        for _ in range(count)
    ]
    return [line | {"id": id_} for line, id_ in zip(found, ids, strict=True)] if ids else found


@st.composite
def heads(draw: DrawFn, *types: str) -> dict[str, Any]:
    """What every activity carries."""
    return draw(
        st.fixed_dictionaries(
            {"type": st.sampled_from(types), "id": names, "source": names, "member": members, "at": times},
            optional={"channel": names, "store": names, "partner": names, "attributes": attributes},
        )
    )


points_tenders = st.one_of(
    st.fixed_dictionaries({"points": st.integers(1, 10**12)}),
    st.fixed_dictionaries({"hold": names}),
    st.fixed_dictionaries({"up_to": st.integers(1, 10**12)}),
).map(lambda fields: {"kind": "points", **fields})


@st.composite
def baskets(draw: DrawFn) -> dict[str, Any]:
    """A purchase or another basket; its discount always finds a line."""
    raw = draw(heads("purchase", "usage", "scan")) | {"lines": draw(lines())}
    if draw(st.booleans()):
        raw["shipping"] = draw(charges)
    if draw(st.booleans()):
        raw["tenders"] = [draw(points_tenders)]
    if draw(st.booleans()):
        raw["lines"].append({"id": "\U0001f381", "amount": "1.00"})
        raw["discount"] = draw(charges)
    return raw


@st.composite
def returns(draw: DrawFn) -> dict[str, Any]:
    """A return of lines or of everything."""
    raw = draw(heads("return")) | {"of": draw(names)}
    ids = draw(st.lists(names, max_size=4, unique=True))
    if ids:
        raw["lines"] = [
            {"id": id_, **draw(st.sampled_from(({}, {"quantity": 1}, {"amount": "0.05"})))} for id_ in ids
        ]
    return raw


@st.composite
def member_activities(draw: DrawFn) -> dict[str, Any]:
    """An enrolment or a change."""
    kinds = names.filter(lambda kind: kind != "member")
    identities = st.dictionaries(kinds, st.one_of(names, st.lists(names, min_size=1, max_size=3)), max_size=3)
    return draw(heads("enrolment", "member-change")) | {"identities": draw(identities)}


activities = st.one_of(
    baskets(),
    st.builds(lambda head, amount: head | {"amount": amount}, heads("recharge"), charges),
    returns(),
    member_activities(),
)


@st.composite
def spoilt(draw: DrawFn) -> object:
    """An activity with one to three of its parts replaced, removed, doubled or added; perhaps still right."""
    raw = copy.deepcopy(draw(activities))
    for _ in range(draw(st.integers(1, 3))):
        holder = draw(st.sampled_from(list(_holders(raw))))
        _spoil(draw, holder)
    return raw


def _holders(value: Any) -> list[Any]:
    """Every object and list in a value that has something in it."""
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    found = [value] if inner else []
    for part in inner:
        found += _holders(part)
    return found


def _spoil(draw: DrawFn, holder: Any) -> None:
    if isinstance(holder, list):
        index = draw(st.integers(0, len(holder) - 1))
        holder[index : index + 1] = draw(
            st.sampled_from(([], [holder[index]] * 2, [draw(json_values)], holder[::-1]))
        )
        return
    name = draw(st.sampled_from(sorted(holder)))
    change = draw(st.sampled_from(("replace", "remove", "add", "exchange")))
    if change == "replace":
        holder[name] = draw(json_values)
    elif change == "remove":
        del holder[name]
    elif change == "add":
        wire_names = (
            "of",
            "lines",
            "amount",
            "tenders",
            "discount",
            "quantity",
            "identities",
            "currency",
            "id",
        )
        holder[draw(st.one_of(st.text(), st.sampled_from(wire_names)))] = draw(json_values)
    else:
        other = draw(st.sampled_from(sorted(holder)))
        holder[name], holder[other] = holder[other], holder[name]
