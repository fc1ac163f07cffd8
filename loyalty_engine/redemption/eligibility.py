"""Whether a member may have an offer now, and if not, why not."""

from __future__ import annotations

from collections.abc import Mapping

from loyalty_engine.activity.activity import Value
from loyalty_engine.calendar import Calendar
from loyalty_engine.errors import LimitReached, NotEligible
from loyalty_engine.redemption.catalogue import Catalogue, Offer
from loyalty_engine.redemption.reward import Reward
from loyalty_engine.rulebook.condition import Failure
from loyalty_engine.rulebook.failure_text import as_written, failure_text
from loyalty_engine.rulebook.program import Program
from loyalty_engine.rulebook.tree import Values
from loyalty_engine.rulebook.values import CLOCK, clock_value


def redemption_values(
    at: int,
    calendar: Calendar,
    member: Mapping[str, Value],
    *,
    channel: str | None = None,
    store: str | None = None,
    total: int | None = None,
) -> Values:
    """What conditions of a redemption see: the clock at its instant, the member's typed fields as of then,
    and what the caller said of it; None where missing. `total` is in minor units.
    """
    said: dict[str, Value | None] = {"at": at, "channel": channel, "store": store, "total": total}

    def value(name: str) -> Value | None:
        if name in CLOCK:
            return clock_value(name, at, calendar)
        return said[name] if name in said else member.get(name)

    return value


def why_not(offer: Offer, values: Values, catalogue: Catalogue, program: Program) -> Failure | None:
    """The first thing that keeps a member from an offer, None when he may have it.

    The window first, then the conditions as they are written. The value is as the wire writes it; of the
    window, the instant on the program's clock.
    """
    at = values("at")
    assert isinstance(at, int)
    if not offer.active.holds(at):
        return Failure("at", offer.active.text or "", program.calendar.text(at))
    failure = offer.condition.failure(values)
    if failure is None or failure.field is None:
        return failure
    return as_written(failure, catalogue.fields[failure.field], program.places)


def check_eligible(offer: Offer, values: Values, catalogue: Catalogue, program: Program) -> None:
    """Raises NotEligible, with the first condition that failed and the value that was seen."""
    failure = why_not(offer, values, catalogue, program)
    if failure is not None:
        raise NotEligible(
            f"`{offer.name}` is not open here: {failure_text(failure)}",
            reward=offer.name,
            field=failure.field,
            test=failure.text,
            seen=failure.value,
        )


def check_limit(reward: Reward, used: int, at: int, calendar: Calendar) -> None:
    """Raises LimitReached when a reward was had `used` times in its limit's period of an instant."""
    limit = reward.limit
    if limit is None or used < limit.times:
        return
    again = None if limit.period == "lifetime" else calendar.text(calendar.next_start(limit.period, at))
    raise LimitReached(
        f"`{reward.name}` can be had {limit}" + (f"; the next time from {again}" if again else ""),
        reward=reward.name,
        limit=str(limit),
        used=used,
        again_at=again,
    )
