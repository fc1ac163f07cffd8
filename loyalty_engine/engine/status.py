"""Use case: the state of the whole program at a glance."""

from __future__ import annotations

from typing import Any

from loyalty_engine.engine.ports.driver import ReadSession
from loyalty_engine.engine.rulebooks import Rulebooks
from loyalty_engine.engine.tier_counts import tiers_of


def status_of(reader: ReadSession, at: int, rulebooks: Rulebooks) -> dict[str, Any]:
    """Counts, points by kind and rule, what is outstanding at an instant, members by tier, versions.

    `tiers` is None where no ladder is in force at the instant.
    """
    program = rulebooks.newest.program
    calendar = program.calendar
    last = reader.last_activity_at()
    outstanding = reader.outstanding(at)
    return {
        "program": program.name,
        "at": calendar.text(at),
        "last_activity_at": None if last is None else calendar.text(last),
        "counts": dict(reader.counts()),
        "points": [
            {
                "kind": total.kind,
                "rule": total.rule,
                "currency": total.currency,
                "entries": total.entries,
                "points": total.points,
            }
            for total in reader.totals()
        ],
        "outstanding": {
            name: {
                "available": balance.available,
                "pending": balance.pending,
                "held": balance.held,
                "deficit": balance.deficit,
            }
            for name, balance in outstanding.items()
        },
        "tiers": tiers_of(reader, at, rulebooks)["tiers"] if rulebooks.ladders.at(at) else None,
        "rulebooks": [
            {
                "number": version.number,
                "hash": version.hash,
                "effective": calendar.text(version.program.effective_at),
            }
            for version in rulebooks.versions
        ],
    }
