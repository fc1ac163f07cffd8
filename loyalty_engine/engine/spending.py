"""The part of the engine's face that spends points: redeem, reserve, capture, release, and what they show."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from loyalty_engine.activity.activity import MemberRef
from loyalty_engine.engine import arguments
from loyalty_engine.engine.arguments import Instant
from loyalty_engine.engine.capture import Capture
from loyalty_engine.engine.hold_work import HoldName, HoldWork, unknown_hold
from loyalty_engine.engine.holds import holds_of
from loyalty_engine.engine.ports.driver import Driver, ReadSession
from loyalty_engine.engine.receipt import Receipt
from loyalty_engine.engine.redeem import Redeem
from loyalty_engine.engine.release import Release
from loyalty_engine.engine.reserve import Reserve
from loyalty_engine.engine.rewards import rewards_of
from loyalty_engine.engine.spend import Spend
from loyalty_engine.engine.submission import Submission
from loyalty_engine.engine.versions import Versions
from loyalty_engine.engine.wanted import Money, circumstances_of, wanted_of
from loyalty_engine.members.member import OWN_ID

Member = str | Mapping[str, str]
"""A member's own id, or one identity such as {"card": "4711"}."""


class SpendingFace(ABC):
    """What `LoyaltyEngine` offers for spending points; it brings the parts that are named here."""

    _driver: Driver
    _clock: Callable[[], int]
    _submission: Submission
    _versions: Versions

    def redeem(
        self,
        member: Member,
        *,
        points: int | None = None,
        up_to: int | None = None,
        reward: str | None = None,
        total: Money | None = None,
        currency: str | None = None,
        channel: str | None = None,
        store: str | None = None,
        key: str | None = None,
        actor: str | None = None,
        request: str | None = None,
    ) -> Receipt:
        """Spend points at once: so many, as many as are permitted `up_to` a number, or what a reward costs.

        `total` is what is to be paid, such as "20.00"; `channel` and `store` are for conditions that test
        them, `currency` makes sure which points are taken. With a key a retry gets the first receipt.
        Raises InvalidCommand, UnknownMember, UnknownReward, UnknownCurrency, NotEligible, LimitReached,
        RedemptionNotPermitted (which names the amount that is permitted), InsufficientPoints,
        ActivityConflict, NoRulebook.
        """
        said: dict[str, Any] = {"points": points, "up_to": up_to, "reward": reward, "total": total}
        said |= {"currency": currency, "channel": channel, "store": store}
        ref, now = arguments.member_ref(member), self._clock()
        key = arguments.optional_name("the key", key)
        return self._submission.one(lambda: Redeem(self._spend(ref, said, now, actor, request), key))

    def reserve(
        self,
        member: Member,
        *,
        points: int | None = None,
        up_to: int | None = None,
        reward: str | None = None,
        total: Money | None = None,
        currency: str | None = None,
        channel: str | None = None,
        store: str | None = None,
        until: Instant | None = None,
        key: str | None = None,
        actor: str | None = None,
        request: str | None = None,
    ) -> Receipt:
        """Set points aside as `redeem` would spend them; the receipt's `id` is the hold's.

        The hold lives until, not at, `until`; without it for as long as the offer says. Raises what
        `redeem` raises, and InvalidCommand for an end that is not ahead.
        """
        said: dict[str, Any] = {"points": points, "up_to": up_to, "reward": reward, "total": total}
        said |= {"currency": currency, "channel": channel, "store": store}
        ref, now = arguments.member_ref(member), self._clock()
        end = None if until is None else arguments.instant("until", until)
        key = arguments.optional_name("the key", key)
        return self._submission.one(lambda: Reserve(self._spend(ref, said, now, actor, request), end, key))

    def capture(
        self,
        hold_id: str,
        *,
        points: int | None = None,
        member: Member | None = None,
        key: str | None = None,
        actor: str | None = None,
        request: str | None = None,
    ) -> Receipt:
        """Spend the points of a hold, all of them or so many: what is left goes back. A hold ends once.

        With `member` the hold must be his. Raises InvalidCommand, UnknownHold, HoldResolved,
        RedemptionNotPermitted (more than is held, or a part of a reward), UnknownMember, ActivityConflict.
        """
        points = None if points is None else arguments.some_points("points", points)
        key, now = arguments.optional_name("the key", key), self._clock()
        make = self._ending(hold_id, member, now, actor, request)
        return self._submission.one(lambda: Capture(make(), self._versions, points, key))

    def release(
        self,
        hold_id: str,
        *,
        member: Member | None = None,
        key: str | None = None,
        actor: str | None = None,
        request: str | None = None,
    ) -> Receipt:
        """Give up a hold: its points are available again, those of lots that have died meanwhile expire.

        With `member` the hold must be his. Raises InvalidCommand, UnknownHold, HoldResolved, UnknownMember,
        ActivityConflict.
        """
        key, now = arguments.optional_name("the key", key), self._clock()
        make = self._ending(hold_id, member, now, actor, request)
        return self._submission.one(lambda: Release(make(), key))

    def holds(self, member: Member, *, at: Instant | None = None, all: bool = False) -> dict[str, Any]:
        """What is set aside as of an instant, by default now; with `all` the holds that have ended too.

        Raises UnknownMember.
        """
        ended = arguments.yes_or_no("all", all)
        with self._reading() as session:
            ref = arguments.member_ref(member)
            return holds_of(session, ref, self._at(at), self._versions.current, ended)

    def rewards(
        self,
        member: Member,
        *,
        at: Instant | None = None,
        total: Money | None = None,
        channel: str | None = None,
        store: str | None = None,
    ) -> dict[str, Any]:
        """Every offer of the rules in force: its cost, whether the member may have it, and if not why.

        With a `total` the points tender tells what of it may be paid. Raises InvalidCommand, UnknownMember,
        NoRulebook.
        """
        ref, said = arguments.member_ref(member), {"total": total, "channel": channel, "store": store}
        with self._reading() as session:
            now = self._at(at)
            rulebook = self._versions.at(now)
            spend = Spend(ref, circumstances_of(rulebook, **said), rulebook, now)
            return rewards_of(session, spend, self._versions.current)

    # -- parts ------------------------------------------------------------------------------------------

    def _spend(
        self, ref: MemberRef, said: Mapping[str, Any], now: int, actor: object, request: object
    ) -> Spend:
        rulebook = self._versions.at(now)
        by = arguments.optional_name("the actor", actor), arguments.optional_name("the request", request)
        return Spend(ref, wanted_of(rulebook, **said), rulebook, now, *by)

    def _ending(
        self, hold_id: object, member: Member | None, now: int, actor: object, request: object
    ) -> Callable[[], HoldWork]:
        """Makes the work of a command that ends a hold; whose it is follows from its id."""
        name = HoldName(arguments.name("the hold", hold_id))
        by = arguments.optional_name("the actor", actor), arguments.optional_name("the request", request)
        ref = self._holder(name) if member is None else arguments.member_ref(member)
        return lambda: HoldWork(ref, name, self._versions.at(now), now, *by)

    def _holder(self, name: HoldName) -> MemberRef:
        membership = self._driver.read(lambda session: session.member_of(name.account))
        if membership is None:
            raise unknown_hold(name.text)
        return MemberRef(OWN_ID, membership.member)

    @abstractmethod
    def _reading(self) -> AbstractContextManager[ReadSession]:
        """One consistent snapshot, and the rules as of it."""

    @abstractmethod
    def _at(self, at: Instant | None) -> int:
        """The instant that is asked about; None: now."""
