"""Whole points of an exact amount."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor


def rounded(exact: Fraction, mode: str) -> int:
    """`down` is toward minus infinity, `up` toward plus infinity; halves as the mode says."""
    if mode == "down":
        return floor(exact)
    if mode == "up":
        return ceil(exact)
    if mode == "half up":
        return floor(exact + Fraction(1, 2))
    assert mode == "half even"
    return round(exact)
