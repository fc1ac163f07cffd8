"""AsyncLoyaltyEngine: the use cases awaited. Each method is two lines: its name, and the door it goes by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Self

from loyalty_adapters.async_door import Door
from loyalty_adapters.async_spending import AsyncSpending
from loyalty_adapters.async_tiers import AsyncTiers
from loyalty_engine.engine.arguments import Instant
from loyalty_engine.engine.intake import ReceivedAt
from loyalty_engine.engine.loyalty_engine import LoyaltyEngine, Rules
from loyalty_engine.engine.ports.rulebook_shelf import PublishedRulebook
from loyalty_engine.engine.receipt import Receipt
from loyalty_engine.engine.rulebooks import Rulebooks
from loyalty_engine.engine.spending import Member
from loyalty_engine.engine.verify import Verification
from loyalty_engine.errors import LoyaltyError
from loyalty_engine.rulebook.rulebook import Rulebook


class AsyncLoyaltyEngine(AsyncSpending, AsyncTiers):
    """Opened by `loyalty_adapters.open_async_engine`; tasks of any loop may use it, and threads its `sync`.

    Arguments, answers and errors are those of `LoyaltyEngine`. A task that is cancelled while its command
    is under way does not know the outcome, and may send it again with the same key. What is handed in to be
    called (`progress`, `received_at`, clocks) is called in whichever thread does the work.
    """

    def __init__(self, door: Door) -> None:
        """`door` is the way to the synchronous engine."""
        self._door = door

    @property
    def sync(self) -> LoyaltyEngine:
        """The same engine for callers in threads, with the same writer. Raises InvalidCommand in `within`."""
        return self._door.engine

    # -- activities -------------------------------------------------------------------------------------

    async def record(
        self, activity: object, *, actor: str | None = None, request: str | None = None
    ) -> Receipt:
        """See `LoyaltyEngine.record`."""
        return await self._door.command(lambda engine: engine.record(activity, actor=actor, request=request))

    async def record_many(
        self, activities: Iterable[object], *, received_at: ReceivedAt | None = None
    ) -> list[Receipt | LoyaltyError]:
        """See `LoyaltyEngine.record_many`."""
        return await self._door.work(lambda engine: engine.record_many(activities, received_at=received_at))

    async def quote(self, activity: object) -> Receipt:
        """See `LoyaltyEngine.quote`."""
        return await self._door.work(lambda engine: engine.quote(activity))

    # -- members ----------------------------------------------------------------------------------------

    async def enrol(
        self,
        member: str,
        *,
        identities: Mapping[str, Any] | None = None,
        attributes: Mapping[str, Any] | None = None,
        key: str | None = None,
        at: str | None = None,
        actor: str | None = None,
    ) -> Receipt:
        """See `LoyaltyEngine.enrol`."""
        given: dict[str, Any] = {"identities": identities, "attributes": attributes, "key": key, "at": at}
        return await self._door.command(lambda engine: engine.enrol(member, **given, actor=actor))

    async def change_member(
        self,
        member: Member,
        *,
        identities: Mapping[str, Any] | None = None,
        attributes: Mapping[str, Any] | None = None,
        key: str,
        at: str | None = None,
        actor: str | None = None,
    ) -> Receipt:
        """See `LoyaltyEngine.change_member`."""
        given: dict[str, Any] = {"identities": identities, "attributes": attributes, "key": key, "at": at}
        return await self._door.command(lambda engine: engine.change_member(member, **given, actor=actor))

    async def member(self, member: Member, *, at: Instant | None = None) -> dict[str, Any]:
        """See `LoyaltyEngine.member`."""
        return await self._door.work(lambda engine: engine.member(member, at=at))

    # -- points -----------------------------------------------------------------------------------------

    async def adjust(
        self,
        member: Member,
        points: int,
        *,
        reason: str,
        actor: str,
        currency: str | None = None,
        key: str | None = None,
        request: str | None = None,
    ) -> Receipt:
        """See `LoyaltyEngine.adjust`."""
        given: dict[str, Any] = {"currency": currency, "key": key, "request": request}
        return await self._door.command(
            lambda engine: engine.adjust(member, points, reason=reason, actor=actor, **given)
        )

    async def balance(
        self, member: Member, *, at: Instant | None = None, known_at: Instant | None = None
    ) -> dict[str, Any]:
        """See `LoyaltyEngine.balance`."""
        return await self._door.work(lambda engine: engine.balance(member, at=at, known_at=known_at))

    async def statement(self, member: Member, *, at: Instant | None = None) -> dict[str, Any]:
        """See `LoyaltyEngine.statement`."""
        return await self._door.work(lambda engine: engine.statement(member, at=at))

    async def explain(self, entry_id: str) -> dict[str, Any]:
        """See `LoyaltyEngine.explain`."""
        return await self._door.work(lambda engine: engine.explain(entry_id))

    # -- the whole program ------------------------------------------------------------------------------

    async def expire(self, as_of: Instant, progress: Callable[[int], None] | None = None) -> int:
        """See `LoyaltyEngine.expire`."""
        return await self._door.work(lambda engine: engine.expire(as_of, progress))

    async def verify(self, progress: Callable[[int], None] | None = None) -> Verification:
        """See `LoyaltyEngine.verify`."""
        return await self._door.work(lambda engine: engine.verify(progress))

    async def status(self, *, at: Instant | None = None) -> dict[str, Any]:
        """See `LoyaltyEngine.status`."""
        return await self._door.work(lambda engine: engine.status(at=at))

    # -- rules ------------------------------------------------------------------------------------------

    async def publish(
        self, rules: Rules, *, actor: str | None = None, again: bool = True
    ) -> PublishedRulebook | None:
        """See `LoyaltyEngine.publish`."""
        return await self._door.work(lambda engine: engine.publish(rules, actor=actor, again=again))

    async def try_out(self, rules: Rules) -> None:
        """See `LoyaltyEngine.try_out`."""
        await self._door.work(lambda engine: engine.try_out(rules))

    async def programs(self) -> tuple[str, ...]:
        """See `LoyaltyEngine.programs`."""
        return await self._door.work(lambda engine: engine.programs())

    @property
    def rulebooks(self) -> Rulebooks:
        """See `LoyaltyEngine.rulebooks`."""
        return self._door.rulebooks

    @property
    def rulebook(self) -> Rulebook:
        """See `LoyaltyEngine.rulebook`."""
        return self._door.rulebooks.newest.rulebook

    # -- other ways in ----------------------------------------------------------------------------------

    def within(self, host: object) -> AsyncLoyaltyEngine:
        """See `LoyaltyEngine.within`; the host is an AsyncSession or AsyncConnection.

        Whether its transaction can be joined shows at the first call, which may have to begin it.
        """
        return AsyncLoyaltyEngine(self._door.within(host))

    # -- life -------------------------------------------------------------------------------------------

    async def close(self) -> None:
        """See `LoyaltyEngine.close`; what is being read is waited for as well."""
        await self._door.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._door.leave()
