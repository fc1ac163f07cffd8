"""Use case: prove the ledger; every account is rebuilt from its entries and compared with what is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from loyalty_engine.engine.ports.driver import ReadSession
from loyalty_engine.engine.rulebooks import Rulebooks
from loyalty_engine.ledger.finding import Finding
from loyalty_engine.ledger.proof import verify

MOST_FINDINGS = 1000


@dataclass(frozen=True, slots=True)
class Verification:
    """What the proof found; a sound ledger has no findings."""

    accounts: int
    entries: int
    findings: tuple[Finding, ...]
    truncated: bool  # there were more findings than are listed

    @property
    def sound(self) -> bool:
        """Whether every stored balance, lot, entry and allocation is what the journal says."""
        return not self.findings

    def as_json(self) -> Mapping[str, Any]:
        """Plain data for `--json`."""
        return {
            "sound": self.sound,
            "accounts": self.accounts,
            "entries": self.entries,
            "truncated": self.truncated,
            "findings": [finding_data(finding) for finding in self.findings],
        }


def verify_ledger(
    session: ReadSession, rulebooks: Rulebooks, progress: Callable[[int], None] | None = None
) -> Verification:
    """Prove every account on one consistent snapshot; `progress` gets 1 for each.

    Of `rulebooks` nothing is used but which currencies are kept as dated credits.
    """
    accounts = entries = 0
    findings: list[Finding] = []
    for record in session.records():
        accounts += 1
        entries += len(record.entries)
        _note(verify(record, rulebooks.always_counting), findings)
        if progress is not None:
            progress(1)
    _note(session.faults(), findings)
    listed = tuple(findings[:MOST_FINDINGS])
    return Verification(accounts, entries, listed, truncated=len(findings) > MOST_FINDINGS)


def _note(found: Iterable[Finding], findings: list[Finding]) -> None:
    """Keep no more than one beyond those that are listed."""
    findings += islice(found, MOST_FINDINGS + 1 - len(findings))


def finding_data(finding: Finding) -> dict[str, Any]:
    """One finding as plain data."""
    return {
        "code": finding.code,
        "account": finding.account,
        "place": finding.place,
        "expected": finding.expected,
        "found": finding.found,
    }
