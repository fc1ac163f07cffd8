"""What a replay says of each activity, and of itself at its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import RenderableType

from loyalty_adapters.cli.table import facts, moment
from loyalty_adapters.cli.visible import visible
from loyalty_adapters.files.raw_record import RawRecord
from loyalty_engine.engine.receipt import Receipt
from loyalty_engine.engine.replay import Replay
from loyalty_engine.errors import LoyaltyError

KEY = ("source", "type", "id")


def refusal_data(record: RawRecord, error: LoyaltyError) -> dict[str, Any]:
    """One refused or rejected activity in the stream of `replay --json`."""
    return {
        "file": record.file,
        "line": record.line,
        "activity": _key(record.raw),
        "error": {"code": error.code, "message": error.message},
    }


def _key(raw: Mapping[str, Any] | None) -> dict[str, str | None] | None:
    if raw is None:
        return None
    key = {name: raw.get(name) for name in KEY}
    return {name: value if isinstance(value, str) else None for name, value in key.items()}


def result_line(record: RawRecord, outcome: Receipt | LoyaltyError) -> str:
    """One activity's result for a person."""
    if isinstance(outcome, LoyaltyError):
        return visible(f"{record.file}:{record.line}: {outcome.code}: {outcome.message}")
    activity = outcome.data["activity"]
    moved = ", ".join(f"{points:+,} {name}" for name, points in outcome.totals.items() if points)
    again = " (recorded before)" if outcome.repeated else ""
    return visible(
        f"{activity['type']} {activity['id']}, member {outcome.member}: {moved or 'no points'}{again}"
    )


def summary_data(replay: Replay, until: str | None, seconds: float) -> dict[str, Any]:
    """The last object of `replay --json`; `until` is where the business clock stands."""
    count = replay.count
    seen = count.recorded + count.repeated + count.refused + count.rejected
    return {
        "recorded": count.recorded,
        "repeated": count.repeated,
        "refused": count.refused,
        "rejected": count.rejected,
        "due": count.due,
        "until": until,
        "seconds": round(seconds, 3),
        "activities_per_second": int(seen / seconds) if seconds > 0 else 0,
    }


def summary_shown(summary: Mapping[str, Any]) -> RenderableType:
    """The summary for a person."""
    return facts(
        ("recorded", summary["recorded"]),
        ("repeated", summary["repeated"]),
        ("refused", summary["refused"]),
        ("rejected", summary["rejected"]),
        ("releases and expiries at the end", summary["due"]),
        ("until", moment(summary["until"])),
        ("seconds", f"{summary['seconds']:.3f}"),
        ("activities a second", summary["activities_per_second"]),
        title="Replayed",
    )
