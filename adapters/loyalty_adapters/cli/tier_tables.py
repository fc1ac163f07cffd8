"""Documents about tiers for a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import RenderableType

from loyalty_adapters.cli.table import facts, moment, table

MOST_ROWS = 25  # of each list of a review; --json has all

Rows = Sequence[Mapping[str, Any]]


def review_shown(document: Mapping[str, Any]) -> list[RenderableType]:
    """Who moves and why, who is in grace, who is near a line, and how many have each tier after it."""
    shown: list[RenderableType] = [
        facts(
            ("as of", document["as_of"]),
            ("changed", "nothing: a dry run" if document["dry_run"] else "what stands below"),
            ("members", document["members"]),
            ("rise", len(document["rises"])),
            ("drop", len(document["drops"])),
            ("renewed", len(document["renewals"])),
            ("in grace", len(document["in_grace"])),
            ("near a line", len(document["near"])),
        )
    ]
    shown += _list("Rise", document["rises"], _MOVE, _move)
    shown += _list("Drop", document["drops"], _MOVE, _move)
    shown += _list("Renewed", document["renewals"], _MOVE, _move)
    shown += _list("In grace", document["in_grace"], _GRACE, _grace)
    shown += _list("Near a line", document["near"], _NEAR, _near)
    return [*shown, members_table(document["tiers"])]


def tiers_shown(document: Mapping[str, Any]) -> list[RenderableType]:
    """How many members have each tier."""
    return [facts(("at", document["at"])), members_table(document["tiers"])]


def moves_shown(document: Mapping[str, Any]) -> list[RenderableType]:
    """Members by tier before and after, and how many moved from where to where in each month."""
    rows = [
        (move["month"], _name(move["from"]), _name(move["to"]), move["reason"], move["members"])
        for move in document["moves"]
    ]
    return [
        facts(("since", document["since"]), ("until", document["until"])),
        _both(document["before"], document["after"]),
        table("month", "from", "to", "why", "#members", rows=rows, title="Moves"),
    ]


def history_shown(document: Mapping[str, Any]) -> list[RenderableType]:
    """A member's standing, and his tier history."""
    following, floor = document["next"], document["granted"]
    rows = [
        (
            str(change["number"]),
            moment(change["effective_at"]),
            _name(change["tier"]),
            change["reason"] + (", replaced since" if change["replaced"] else ""),
            change["credits"],
            change["needed"],
            moment(change["until"]),
            change["note"],
        )
        for change in document["changes"]
    ]
    return [
        facts(
            ("member", document["member"]),
            ("at", document["at"]),
            ("tier", _name(document["tier"])),
            ("until", moment(document["until"])),
            ("grace until", moment(document["grace_until"])),
            ("granted by hand", f"{floor['tier']} until {moment(floor['until'])}" if floor else None),
            ("credits", document["credits"]),
            ("to keep it", document["keep"]),
            ("next", f"{following['tier']}: {following['missing']:,} more" if following else None),
        ),
        table(
            "no", "from", "tier", "why", "#credits", "#needed", "until", "note", rows=rows, title="Changes"
        ),
    ]


_MOVE = ("=member", "from", "to", "why", "#credits", "#needed", "from when", "until")
_GRACE = ("=member", "tier", "term ended", "grace until", "#credits", "#to keep it", "#missing")
_NEAR = ("=member", "tier", "#credits", "next", "#missing")


def _move(one: Mapping[str, Any]) -> tuple[Any, ...]:
    return (
        one["member"],
        _name(one["from"]),
        _name(one["to"]),
        one["reason"],
        one["credits"],
        one["needed"],
        moment(one["effective_at"]),
        moment(one["until"]),
    )


def _grace(one: Mapping[str, Any]) -> tuple[Any, ...]:
    return (
        one["member"],
        _name(one["tier"]),
        moment(one["until"]),
        moment(one["grace_until"]),
        one["kept_by"],
        one["keep"],
        max(one["keep"] - one["kept_by"], 0),
    )


def _near(one: Mapping[str, Any]) -> tuple[Any, ...]:
    return (
        one["member"],
        _name(one["tier"]),
        one["credits"],
        one["next"]["tier"],
        one["next"]["missing"],
    )


def _list(title: str, rows: Rows, columns: Sequence[str], row: Any) -> list[RenderableType]:
    if not rows:
        return []
    more = f" (the first {MOST_ROWS} of {len(rows):,}; --json has all)" if len(rows) > MOST_ROWS else ""
    return [table(*columns, rows=[row(one) for one in rows[:MOST_ROWS]], title=title + more)]


def members_table(tiers: Rows) -> RenderableType:
    """How many members have each tier, from the highest down."""
    rows = [(_name(one["tier"]), one["members"]) for one in tiers]
    return table("tier", "#members", rows=rows, title="Members by tier")


def _both(before: Rows, after: Rows) -> RenderableType:
    first = {one["tier"]: one["members"] for one in before}
    rows = [(_name(one["tier"]), first.get(one["tier"], 0), one["members"]) for one in after]
    return table("tier", "#before", "#after", rows=rows, title="Members by tier")


def _name(tier: str | None) -> str:
    return tier or "none"
