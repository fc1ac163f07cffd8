"""Documents about tiers for a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.console import RenderableType

from loyalty_adapters.cli.table import facts, moment, table

MOST_ROWS = 25  # of each list of a review; --json has all

Rows = Sequence[Mapping[str, Any]]


def review_shown(document: Mapping[str, Any]) -> list[RenderableType]:
    """Who moves and why, who is in grace, who is near a line, and how many have each tier after it."""
    changes = sum(len(document[name]) for name in ("rises", "drops", "renewals"))
    shown: list[RenderableType] = [
        facts(
            ("as of", document["as_of"]),
            ("recorded", "nothing: a dry run" if document["dry_run"] else f"{changes:,} changes"),
            ("members", document["members"]),
            ("rise", len(document["rises"])),
            ("drop", len(document["drops"])),
            ("renewed", len(document["renewals"])),
            ("in grace", len(document["in_grace"])),
            ("near a line", len(document["near"])),
        )
    ]
    shown += _list("Rise", document["rises"], _MOVE, _move, below={"until": "from when"})
    shown += _list("Drop", document["drops"], _MOVE, _move, below={"until": "from when"})
    shown += _list("Renewed", document["renewals"], _MOVE, _move, below={"until": "from when"})
    shown += _list("In grace", _nearest(document["in_grace"], _missing_to_keep), _GRACE, _grace)
    shown += _list("Near a line", _nearest(document["near"], _missing_to_reach), _NEAR, _near)
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
    keep, following, floor = document["keep"], document["next"], document["granted"]
    standing = facts(
        ("member", document["member"]),
        ("at", document["at"]),
        ("tier", _name(document["tier"])),
        ("until", _day(document["until"])),
        ("grace until", _day(document["grace_until"])),
        ("granted by hand", f"{floor['tier']} until {_day(floor['until'])}" if floor else None),
        ("credits", document["credits"]),
        ("pending", document["pending"] or None),
        ("to keep it", None if keep is None else f"{keep:,}, of which there are {document['kept_by']:,}"),
        ("next", f"{following['tier']}: {following['missing']:,} more" if following else None),
    )
    changes = document["changes"]
    return [standing, _changes_table(changes)] if changes else [standing]


def _changes_table(changes: Rows) -> RenderableType:
    """Changes that are due and not recorded yet have no number; only grants have a note."""
    columns = ["=no", "from", "tier", "why", "#credits", "#needed", "until"]
    rows = [
        [
            "due" if change["number"] is None else str(change["number"]),
            _day(change["effective_at"]),
            _name(change["tier"]),
            change["reason"] + (", replaced" if change["replaced"] else ""),
            change["credits"],
            change["needed"],
            _day(change["until"]),
        ]
        for change in changes
    ]
    if any(change["note"] for change in changes):
        columns.append("note")
        for row, change in zip(rows, changes, strict=True):
            row.append(f"{change['actor']}: {change['note']}" if change["note"] else None)
    return table(*columns, rows=rows, title="Changes", below={"until": "from"})


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
        _day(one["effective_at"]),
        _day(one["until"]),
    )


def _grace(one: Mapping[str, Any]) -> tuple[Any, ...]:
    return (
        one["member"],
        _name(one["tier"]),
        _day(one["until"]),
        _day(one["grace_until"]),
        one["kept_by"],
        one["keep"],
        _missing_to_keep(one),
    )


def _near(one: Mapping[str, Any]) -> tuple[Any, ...]:
    return (
        one["member"],
        _name(one["tier"]),
        one["credits"],
        one["next"]["tier"],
        _missing_to_reach(one),
    )


def _missing_to_keep(one: Mapping[str, Any]) -> int:
    """Credits of the last period that are missing to keep the tier; 0: pending ones will keep it."""
    return max(int(one["keep"]) - int(one["kept_by"]), 0)


def _missing_to_reach(one: Mapping[str, Any]) -> int:
    return int(one["next"]["missing"])


def _nearest(rows: Rows, missing: Callable[[Mapping[str, Any]], int]) -> Rows:
    """Those whom least is missing first."""
    return sorted(rows, key=missing)


def _list(
    title: str,
    rows: Rows,
    columns: Sequence[str],
    row: Callable[[Mapping[str, Any]], tuple[Any, ...]],
    below: Mapping[str, str] | None = None,
) -> list[RenderableType]:
    if not rows:
        return []
    more = f" (the first {MOST_ROWS} of {len(rows):,}; --json has all)" if len(rows) > MOST_ROWS else ""
    return [table(*columns, rows=[row(one) for one in rows[:MOST_ROWS]], title=title + more, below=below)]


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


def _day(iso: str | None) -> str | None:
    """A wall time; where a day begins, as terms do and end, the day alone."""
    shown = moment(iso)
    return None if shown is None else shown.removesuffix(" 00:00:00")
