"""The part of AsyncLoyaltyEngine that spends points."""

from __future__ import annotations

from typing import Any

from loyalty_adapters.async_door import Door
from loyalty_engine.engine.arguments import Instant
from loyalty_engine.engine.receipt import Receipt
from loyalty_engine.engine.spending import Member
from loyalty_engine.engine.wanted import Money


class AsyncSpending:
    """See `SpendingFace`."""

    _door: Door

    async def redeem(
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
        """See `SpendingFace.redeem`."""
        given: dict[str, Any] = {"points": points, "up_to": up_to, "reward": reward, "total": total}
        given |= {"currency": currency, "channel": channel, "store": store}
        given |= {"key": key, "actor": actor, "request": request}
        return await self._door.command(lambda engine: engine.redeem(member, **given))

    async def reserve(
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
        """See `SpendingFace.reserve`."""
        given: dict[str, Any] = {"points": points, "up_to": up_to, "reward": reward, "total": total}
        given |= {"currency": currency, "channel": channel, "store": store, "until": until}
        given |= {"key": key, "actor": actor, "request": request}
        return await self._door.command(lambda engine: engine.reserve(member, **given))

    async def capture(
        self,
        hold_id: str,
        *,
        points: int | None = None,
        member: Member | None = None,
        key: str | None = None,
        actor: str | None = None,
        request: str | None = None,
    ) -> Receipt:
        """See `SpendingFace.capture`."""
        by: dict[str, Any] = {"key": key, "actor": actor, "request": request}
        return await self._door.command(
            lambda engine: engine.capture(hold_id, points=points, member=member, **by)
        )

    async def release(
        self,
        hold_id: str,
        *,
        member: Member | None = None,
        key: str | None = None,
        actor: str | None = None,
        request: str | None = None,
    ) -> Receipt:
        """See `SpendingFace.release`."""
        by: dict[str, Any] = {"key": key, "actor": actor, "request": request}
        return await self._door.command(lambda engine: engine.release(hold_id, member=member, **by))

    async def holds(self, member: Member, *, at: Instant | None = None, all: bool = False) -> dict[str, Any]:
        """See `SpendingFace.holds`."""
        return await self._door.work(lambda engine: engine.holds(member, at=at, all=all))

    async def rewards(
        self,
        member: Member,
        *,
        at: Instant | None = None,
        total: Money | None = None,
        channel: str | None = None,
        store: str | None = None,
    ) -> dict[str, Any]:
        """See `SpendingFace.rewards`."""
        given: dict[str, Any] = {"at": at, "total": total, "channel": channel, "store": store}
        return await self._door.work(lambda engine: engine.rewards(member, **given))
