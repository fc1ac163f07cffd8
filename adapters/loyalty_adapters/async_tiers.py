"""The part of AsyncLoyaltyEngine that is about tiers."""

from __future__ import annotations

from typing import Any

from loyalty_adapters.async_door import Door
from loyalty_engine.engine.arguments import Instant
from loyalty_engine.engine.receipt import Receipt
from loyalty_engine.engine.review_tiers import Progress
from loyalty_engine.engine.spending import Member


class AsyncTiers:
    """See `TierFace`."""

    _door: Door

    async def review_tiers(
        self, as_of: Instant, *, dry_run: bool = True, progress: Progress | None = None
    ) -> dict[str, Any]:
        """See `TierFace.review_tiers`."""
        return await self._door.work(
            lambda engine: engine.review_tiers(as_of, dry_run=dry_run, progress=progress)
        )

    async def grant_tier(
        self,
        member: Member,
        tier: str | None,
        *,
        until: Instant | None = None,
        reason: str,
        actor: str,
        key: str | None = None,
    ) -> Receipt:
        """See `TierFace.grant_tier`."""
        return await self._door.command(
            lambda engine: engine.grant_tier(member, tier, until=until, reason=reason, actor=actor, key=key)
        )

    async def tier_history(
        self, member: Member, *, at: Instant | None = None, known_at: Instant | None = None
    ) -> dict[str, Any]:
        """See `TierFace.tier_history`."""
        return await self._door.work(lambda engine: engine.tier_history(member, at=at, known_at=known_at))

    async def tiers(self, *, at: Instant | None = None) -> dict[str, Any]:
        """See `TierFace.tiers`."""
        return await self._door.work(lambda engine: engine.tiers(at=at))

    async def tier_moves(self, since: Instant, *, until: Instant | None = None) -> dict[str, Any]:
        """See `TierFace.tier_moves`."""
        return await self._door.work(lambda engine: engine.tier_moves(since, until=until))
