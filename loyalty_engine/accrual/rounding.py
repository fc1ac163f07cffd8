"""From exact amounts to whole points, by the mode that the program declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Round = Callable[[int, int], int]
"""Whole points of numerator / denominator (denominator > 0)."""


def down(numerator: int, denominator: int) -> int:
    """Toward minus infinity."""
    return numerator // denominator


def up(numerator: int, denominator: int) -> int:
    """Toward plus infinity."""
    return -(-numerator // denominator)


def half_up(numerator: int, denominator: int) -> int:
    """To the nearest; a half goes up."""
    return (2 * numerator + denominator) // (2 * denominator)


def half_even(numerator: int, denominator: int) -> int:
    """To the nearest; a half goes to the even neighbour."""
    whole, rest = divmod(numerator, denominator)
    twice = 2 * rest
    if twice > denominator or (twice == denominator and whole % 2):
        return whole + 1
    return whole


ROUNDING: Mapping[str, Round] = {
    "down": down,
    "up": up,
    "half up": half_up,
    "half even": half_even,
}
