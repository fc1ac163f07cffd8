"""The answer to an accepted command: what was posted and what the member has now."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from loyalty_engine.activity.activity import ActivityKey
from loyalty_engine.calendar import Calendar
from loyalty_engine.engine.rulebooks import CompiledRulebook
from loyalty_engine.ledger.account import Balance
from loyalty_engine.ledger.entry import Entry, entry_id

if TYPE_CHECKING:
    from loyalty_engine.engine.desk import Work


class Receipt(Mapping[str, Any]):
    """Reads like the receipt document: `receipt["totals"]["points"]`, or `receipt.totals`.

    Holds the JSON text word for word as it was stored; a retry gets the same text again.
    """

    def __init__(self, text: str, *, repeated: bool = False) -> None:
        self.text = text
        self.repeated = repeated  # this command had been accepted before; nothing changed now

    @cached_property
    def data(self) -> Mapping[str, Any]:
        """The receipt as plain data: activity, member, entries, totals, balance, tier, rulebook.

        Where points were spent or given back also one or more of: payment, refund, redemption, hold.
        """
        document: Mapping[str, Any] = json.loads(self.text)
        return document

    @property
    def member(self) -> str:
        """The member's own id."""
        return str(self.data["member"])

    @property
    def totals(self) -> Mapping[str, int]:
        """Points that the command brought (or took), by currency; pending ones included."""
        totals: Mapping[str, int] = self.data["totals"]
        return totals

    @property
    def entries(self) -> list[Mapping[str, Any]]:
        """The entries that the command posted, in order."""
        return list(self.data["entries"])

    @property
    def balance(self) -> Mapping[str, Any]:
        """The member's balance right after the command."""
        balance: Mapping[str, Any] = self.data["balance"]
        return balance

    @property
    def hold(self) -> Mapping[str, Any]:
        """The hold that the command made or ended. Raises KeyError for a receipt of anything else."""
        hold: Mapping[str, Any] = self.data["hold"]
        return hold

    @property
    def id(self) -> str:
        """The id of that hold: `engine.capture(hold.id)`. Raises KeyError alike."""
        return str(self.hold["id"])

    def __getitem__(self, name: str) -> Any:
        return self.data[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)

    def __repr__(self) -> str:
        return f"Receipt({self.text}{', repeated=True' if self.repeated else ''})"


def receipt_text(key: ActivityKey | None, work: Work, rulebook: CompiledRulebook, **more: Any) -> str:
    """The receipt of a command from what it is about to change.

    `more` are the parts that only some commands have: payment, refund, redemption, hold.
    """
    calendar = rulebook.program.calendar
    draft, member = work.draft, work.membership.member
    entries = draft.entries[work.first :]
    before, after = (None, None) if work.tier is None else (work.tier.before, work.tier.now)
    document = {
        "activity": None if key is None else {"source": key.source, "type": key.type, "id": key.id},
        "member": member,
        "entries": [entry_data(entry, calendar) for entry in entries],
        "totals": _totals(entries, rulebook),
        "balance": {
            "member": member,
            "at": instant_text(calendar, work.now),
            "tier": after,
            "currencies": {name: _balance(draft.balance(name)) for name in rulebook.terms},
        },
        "tier": {"before": before, "after": after},
        "rulebook": rulebook.hash,
        **more,
    }
    return to_json(document).decode()


def entry_data(entry: Entry, calendar: Calendar) -> dict[str, Any]:
    """One entry as a receipt shows it; instants in ISO 8601 with the program's offset."""
    available_at, expires_at = entry.available_at, entry.expires_at
    pending = available_at is not None and available_at > entry.effective_at
    return {
        "id": entry_id(entry.account, entry.seq),
        "kind": entry.kind,
        "rule": entry.rule,
        "currency": entry.currency,
        "points": entry.points,
        "pending_until": _instant_or_none(calendar, available_at if pending else None),
        "expires_at": _instant_or_none(calendar, expires_at),
    }


def _instant_or_none(calendar: Calendar, instant: int | None) -> str | None:
    return None if instant is None else instant_text(calendar, instant)


@lru_cache(maxsize=4096)  # the entries of one basket share their instants
def instant_text(calendar: Calendar, instant: int) -> str:
    """ISO 8601 with the program's offset at that instant."""
    return calendar.text(instant)


_OF_COMMANDS = frozenset(("accrual", "reversal", "adjustment", "redemption", "restoration"))


def _totals(entries: Iterable[Entry], rulebook: CompiledRulebook) -> dict[str, int]:
    """What the command itself moved; what time alone did to a late lot is left out."""
    totals = dict.fromkeys(rulebook.terms, 0)
    for entry in entries:
        if entry.kind in _OF_COMMANDS:
            totals[entry.currency] = totals.get(entry.currency, 0) + entry.points
    return totals


def _balance(balance: Balance) -> dict[str, int]:
    return {
        "available": balance.available,
        "pending": balance.pending,
        "held": balance.held,
        "deficit": balance.deficit,
    }
