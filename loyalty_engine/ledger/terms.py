"""The terms of a currency, as far as bookkeeping needs them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


def _never(earned_at: int) -> int | None:
    return None


class CurrencyTerms(NamedTuple):
    """One currency of the program; `expiry` gives a lot's last instant from the instant it counts from."""

    name: str
    mirrors: str | None = None  # each award of that currency grants as many of this one
    expiry: Callable[[int], int | None] = _never
