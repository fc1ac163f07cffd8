"""The proof of dated credits: what counts for tiers, by its date, rebuilt from the journal."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from loyalty_engine.ledger.account import CreditKey
from loyalty_engine.ledger.entry import Entry
from loyalty_engine.ledger.finding import Findings


def prove_credits(
    entries: Sequence[Entry], stored: Mapping[CreditKey, int], counting: Collection[str], findings: Findings
) -> None:
    """Compare the stored credits of the currencies `counting`; a missing row and one of 0 points are alike.

    An award counts when its points are available, a reversal of it from then on too, and both at the
    award's date; a correction by hand counts at once. Nothing else counts.
    """
    rebuilt: dict[CreditKey, int] = {}
    opened = {entry.seq: entry.available_at for entry in entries}
    for entry in entries:
        key: CreditKey
        if entry.kind == "accrual":
            key = (entry.currency, entry.counts_at, entry.available_at or 0)
            points = entry.points
        elif entry.kind == "reversal":
            key = (entry.currency, entry.counts_at, opened.get(entry.reverses or 0) or 0)
            points = -(entry.reversed_points or 0)
        elif entry.kind == "adjustment":
            key = (entry.currency, entry.counts_at, entry.effective_at)
            points = entry.points
        else:
            continue
        rebuilt[key] = rebuilt.get(key, 0) + points
    for key in sorted({*rebuilt, *stored}):
        if key[0] in counting:
            place = f"credits {key[0]} of {key[1]} from {key[2]}"
            findings.check("credits-differ", place, rebuilt.get(key, 0), stored.get(key, 0))
