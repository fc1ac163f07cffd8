"""Reversal: a return takes back, award by award, what was granted for the lines that come back.

What was stored is negated, never evaluated again: an award keeps the weight of each line, and what is
reversed of it so far is the floor of its shares times the fractions that have come back, so the return
of the last line closes exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from operator import attrgetter
from typing import NamedTuple

from loyalty_engine.activity.activity import ReturnLine
from loyalty_engine.ledger.account import RecordedAward, ReturnedLine
from loyalty_engine.ledger.consumption import Debit, DeficitPolicy, debit
from loyalty_engine.ledger.draft import Draft, Movement
from loyalty_engine.ledger.entry import Bucket, Entry, EntryKind
from loyalty_engine.ledger.occasion import Occasion
from loyalty_engine.ledger.returned_lines import NONE_BACK, BoughtLine, fraction_back, take_back


class Bought(NamedTuple):
    """The original activity, as a return needs it."""

    lines: Sequence[BoughtLine]
    entries: Sequence[Entry]  # its accruals, mirrored credits too, and every reversal of those so far
    awards: Mapping[int, RecordedAward]  # by the award entry's seq
    expired: Mapping[int, int]  # by lot: points of it that had expired when the account was loaded
    returned: Mapping[str, ReturnedLine]  # by line id, so far


class GivenBack(NamedTuple):
    """Points of one award that a return takes back, expired and forgiven ones included."""

    seq: int  # of the award's entry
    rule: str | None
    currency: str
    points: int


class Returned(NamedTuple):
    """What a return did beside its entries."""

    lines: Mapping[str, ReturnedLine]  # the lines it changed, as they are now
    whole: bool  # with this return the whole purchase has come back
    given_back: tuple[GivenBack, ...]  # by award; mirrored credits are not listed


def post_return(
    draft: Draft, bought: Bought, lines: Iterable[ReturnLine], policy: DeficitPolicy, occasion: Occasion
) -> Returned:
    """Post one reversal per award, and per mirrored credit alike, that has something to take back.

    No lines mean all that is left. What is due at `occasion.now` must have been posted, and every open
    lot loaded. Raises UnknownLine, OverReturn, or InsufficientPoints where the policy refuses a deficit.
    """
    changed = take_back(bought.lines, bought.returned, lines)
    fractions = {
        line.id: fraction_back(line, changed.get(line.id) or bought.returned.get(line.id, NONE_BACK))
        for line in bought.lines
    }
    given_back = []
    for award in _awards(bought.entries):
        mirrored = [entry for entry in bought.entries if entry.mirrors == award.seq]
        weights = bought.awards[award.seq].weights
        for granted in (award, *mirrored):
            points = due_back(granted.points, weights, fractions) - _reversed(bought.entries, granted.seq)
            if points > 0:
                own = _own_points(draft, granted.seq, points)
                rest = points - sum(move.points for move in own)
                rest -= min(rest, _expired_left(draft, bought, granted.seq))
                others = debit(draft, granted.currency, rest, policy, without=granted.seq)
                _post(draft, granted, points, Debit((*own, *others.moves), others.deficit), occasion)
                if granted is award:
                    given_back.append(GivenBack(award.seq, award.rule, award.currency, points))
    return Returned(changed, all(back == 1 for back in fractions.values()), tuple(given_back))


def due_back(granted: int, weights: Sequence[tuple[str, int]], fractions: Mapping[str, Fraction]) -> int:
    """Points of an award to be reversed in all, given which fraction of each line has come back.

    A share that belongs to no line (shipping) comes back with the last line. Weights that sum to 0 or
    less share equally. Never below 0 nor above what was granted.
    """
    whole = all(back == 1 for back in fractions.values())
    if whole:
        return granted
    total = sum(weight for _, weight in weights)
    shares = weights if total > 0 else [(line, 1) for line, _ in weights]
    back = sum((weight * fractions.get(line, 0) for line, weight in shares), Fraction(0))
    return min(max(granted * back // (total if total > 0 else max(len(shares), 1)), 0), granted)


def _awards(entries: Iterable[Entry]) -> list[Entry]:
    awards = [entry for entry in entries if entry.kind == EntryKind.ACCRUAL and entry.mirrors is None]
    return sorted(awards, key=attrgetter("seq"))


def _reversals(entries: Iterable[Entry], seq: int) -> list[Entry]:
    return [entry for entry in entries if entry.reverses == seq]


def _reversed(entries: Iterable[Entry], seq: int) -> int:
    return sum(entry.reversed_points or 0 for entry in _reversals(entries, seq))


def _expired_left(draft: Draft, bought: Bought, seq: int) -> int:
    """Points of the award's lot that have expired and were not yet counted as taken back."""
    expired = bought.expired.get(seq, 0) + draft.expired_of(seq)
    forgiven = sum((entry.reversed_points or 0) + entry.points for entry in _reversals(bought.entries, seq))
    # With a clamping policy `forgiven` counts clamped points too, so what was clamped also covers what
    # comes back from a hold or a redemption later on, and dies.
    return expired - min(expired, forgiven)


def _post(draft: Draft, granted: Entry, points: int, taken: Debit, occasion: Occasion) -> None:
    counts_from = granted.effective_at if granted.available_at is None else granted.available_at
    draft.credit(granted.currency, granted.counts_at, counts_from, -points)
    draft.post(
        EntryKind.REVERSAL,
        granted.currency,
        -taken.points,
        effective_at=occasion.effective_at,
        counts_at=granted.counts_at,
        recorded_at=occasion.recorded_at,
        moves=taken.moves,
        activity=occasion.activity,
        rulebook=granted.rulebook,
        rule=granted.rule,
        reverses=granted.seq,
        reversed_points=points,
        actor=occasion.actor,
        request=occasion.request,
    )


def _own_points(draft: Draft, number: int, points: int) -> list[Movement]:
    """What the award's own lot gives: pending points, then available ones."""
    lot = draft.lot(number)
    moves = []
    for bucket, there in ((Bucket.PENDING, lot.pending), (Bucket.AVAILABLE, lot.available)) if lot else ():
        taken = min(points, there)
        points -= taken
        if taken:
            moves.append(Movement(number, bucket, Bucket.OUT, taken))
    return moves
