"""Load - decide - save: the one path by which anything is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from loyalty_engine.activity.activity import MemberRef
from loyalty_engine.engine.command import Command, Outcome
from loyalty_engine.engine.desk import Desk
from loyalty_engine.engine.ports.store import Ask, Batch, Store
from loyalty_engine.engine.rulebooks import Rulebooks
from loyalty_engine.errors import BadInput, Refusal
from loyalty_engine.tiers.credits import CreditsNotLoaded

Decided = TypeVar("Decided")
_Waiting = list[tuple[Command, Ask]]


def settle(
    store: Store,
    commands: Sequence[Command],
    recording_clock: Callable[[], int],
    rulebooks: Rulebooks,
) -> list[Outcome]:
    """Settle a batch in order, inside a write transaction that the caller began; one outcome each.

    A refusal adds no change, so it needs no rollback; a later command sees what an earlier one left.
    `rulebooks` are those in force, for tiers. Only a failing store raises.
    """
    recorded_at = recording_clock()
    outcomes: list[Outcome] = []
    waiting = [(command, _asked(command.ask(), rulebooks)) for command in commands]
    while waiting:
        part = waiting[: _reach(waiting)]
        desk = Desk(store.load([ask for _, ask in part]), recorded_at, rulebooks)
        decided, earlier = _decide(part, desk)
        outcomes += decided
        waiting = waiting[len(decided) :]
        if earlier is not None:
            waiting = [(command, _from(earlier, ask)) for command, ask in waiting]
        if not desk.changes.empty:
            store.save(desk.changes)
    return outcomes


def at_desk(
    load: Callable[[Ask], Batch],
    ask: Ask,
    decide: Callable[[Desk], Decided],
    recorded_at: int,
    rulebooks: Rulebooks,
) -> Decided:
    """What is decided on loaded state; nothing is saved. Raises what deciding raises."""
    ask = _asked(ask, rulebooks)
    while True:
        try:
            return decide(Desk(load(ask), recorded_at, rulebooks))
        except CreditsNotLoaded as missing:
            ask = _from(missing.since, ask)


def _asked(ask: Ask, rulebooks: Rulebooks) -> Ask:
    """What a command asks for, and the credits that its member's tier needs."""
    since, all_before = rulebooks.credits_asked(ask.now)
    return ask._replace(credits_since=since, all_credits_before=all_before)


def _from(since: int, ask: Ask) -> Ask:
    """The same, and the credits dated from an instant on."""
    known = ask.credits_since
    return ask._replace(credits_since=since if known is None else min(since, known))


def _reach(waiting: _Waiting) -> int:
    """How many of the commands can be loaded together.

    Until one names its member by what one before it may have linked: whose account that is, is known only
    when the link is saved; so it is loaded then.
    """
    linked: set[MemberRef] = set()
    for position, (_, ask) in enumerate(waiting):
        if ask.member in linked:
            return position
        linked.update(ask.identities)
    return len(waiting)


def _decide(part: _Waiting, desk: Desk) -> tuple[list[Outcome], int | None]:
    """The outcomes of a part, in order; they end before a command that needs earlier credits to be loaded.

    Then the second value says from which instant on. History that is brought late comes in batches: those
    after it will need the like, and the batch is not to be loaded again for each.
    """
    outcomes: list[Outcome] = []
    for command, _ in part:
        try:
            outcomes.append(command.decide(desk))
        except (Refusal, BadInput) as refusal:
            outcomes.append(refusal)
        except CreditsNotLoaded as missing:
            return outcomes, missing.since
    return outcomes, None
