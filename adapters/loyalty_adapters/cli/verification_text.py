"""The proof of the ledger for a person."""

from __future__ import annotations

from rich.console import RenderableType

from loyalty_adapters.cli.table import table
from loyalty_engine.engine.verify import Verification


def verification_shown(proof: Verification) -> list[RenderableType]:
    """The verdict, and what was found where."""
    looked_at = f"{proof.accounts:,} accounts with {proof.entries:,} entries"
    if proof.sound:
        return [f"Sound: {looked_at} rebuild to what is stored."]
    more = " or more" if proof.truncated else ""
    rows = [(one.code, str(one.account), one.place, one.expected, one.found) for one in proof.findings]
    return [
        f"NOT SOUND: {len(proof.findings):,}{more} findings in {looked_at}.",
        table("finding", "account", "place", "expected", "found", rows=rows),
    ]
