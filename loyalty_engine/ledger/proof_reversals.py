"""The proof of reversals and mirrored credits: each refers to an accrual that it agrees with."""

from __future__ import annotations

from collections.abc import Sequence

from loyalty_engine.ledger.entry import Entry
from loyalty_engine.ledger.finding import Findings

# What a mirrored credit has in common with the award it mirrors; only currency and expiry are its own.
MIRRORED = ("kind", "points", "effective_at", "counts_at", "recorded_at", "available_at", "activity", "rule")


def prove_reversals(entries: Sequence[Entry], findings: Findings) -> None:
    """Check every reversal against its award, the sum of reversals, and mirrored credits."""
    by_seq = {entry.seq: entry for entry in entries}
    back: dict[int, int] = {}
    for entry in entries:
        undoes = entry.reverses is not None or entry.reversed_points is not None
        if entry.kind == "reversal" or (undoes and entry.kind != "restoration"):
            back[entry.reverses or 0] = back.get(entry.reverses or 0, 0) + (entry.reversed_points or 0)
            _reversal(entry, by_seq.get(entry.reverses or 0), findings)
        if entry.mirrors is not None:
            _mirror(entry, by_seq.get(entry.mirrors), findings)
    for seq, points in back.items():
        granted = by_seq[seq].points if seq in by_seq else 0
        if points > granted:
            findings.add("reversed-above-granted", f"entry {seq}", granted, points)
    for entry in entries:
        if entry.mirrors is not None:
            expected = back.get(entry.mirrors, 0)
            findings.check("mirror-differs", f"entry {entry.seq} reversed", expected, back.get(entry.seq, 0))


def _reversal(entry: Entry, award: Entry | None, findings: Findings) -> None:
    place = f"entry {entry.seq}"
    if award is None or award.kind != "accrual" or award.seq >= entry.seq or entry.kind != "reversal":
        findings.add("reversal-law", f"{place} reverses", "an award before it", entry.reverses)
        return
    for column in ("currency", "counts_at", "rulebook", "rule"):
        findings.check("reversal-law", f"{place} {column}", getattr(award, column), getattr(entry, column))
    reversed_points = entry.reversed_points or 0
    if reversed_points <= 0 or reversed_points < -entry.points:
        findings.add("reversal-law", f"{place} reversed_points", -entry.points, entry.reversed_points)


def _mirror(credit: Entry, award: Entry | None, findings: Findings) -> None:
    place = f"entry {credit.seq}"
    if (
        award is None
        or award.mirrors is not None
        or award.seq >= credit.seq
        or award.currency == credit.currency
    ):
        findings.add("mirror-differs", f"{place} mirrors", "an award before it", credit.mirrors)
        return
    for column in MIRRORED:
        findings.check("mirror-differs", f"{place} {column}", getattr(award, column), getattr(credit, column))
