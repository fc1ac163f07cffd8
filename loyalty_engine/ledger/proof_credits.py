"""The proof of dated credits: what counts for tiers, by its date, rebuilt from the journal."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from loyalty_engine.ledger.account import CreditKey
from loyalty_engine.ledger.entry import Entry
from loyalty_engine.ledger.finding import Findings


def prove_credits(
    entries: Sequence[Entry], stored: Mapping[CreditKey, int], counting: Collection[str], findings: Findings
) -> None:
    """Compare the stored credits of the currencies `counting`; a missing row and one of 0 are alike."""
    rebuilt = rebuilt_credits(entries)
    for key in sorted({*rebuilt, *stored}):
        if key[0] in counting:
            place = f"credits {key[0]} of {key[1]} from {key[2]}"
            findings.check("credits-differ", place, rebuilt.get(key, 0), stored.get(key, 0))


def rebuilt_credits(entries: Iterable[Entry]) -> dict[CreditKey, int]:
    """Dated credits of every currency as an account's entries, by seq, tell them.

    An award counts when its points are available, a reversal of it from then on too, and both at the
    award's date; a correction by hand counts at once. Nothing else counts.
    """
    rebuilt: dict[CreditKey, int] = {}
    opened: dict[int, int | None] = {}
    for entry in entries:
        opened[entry.seq] = entry.available_at
        if entry.kind == "accrual":
            counts_from, points = entry.available_at or 0, entry.points
        elif entry.kind == "reversal":
            counts_from, points = opened.get(entry.reverses or 0) or 0, -(entry.reversed_points or 0)
        elif entry.kind == "adjustment":
            counts_from, points = entry.effective_at, entry.points
        else:
            continue
        key = (entry.currency, entry.counts_at, counts_from)
        rebuilt[key] = rebuilt.get(key, 0) + points
    return rebuilt
