"""What is left of each line's amount after its own and its share of the order's discount."""

from __future__ import annotations

from collections.abc import Sequence


def lowered(nets: Sequence[int], discount: int) -> list[int]:
    """Nets after an order's discount >= 0 (minor units all), which only positive nets share.

    Each takes its part by largest remainder, so the parts sum to the discount exactly; where remainders are
    equal, the earlier net takes the odd unit. Raises ValueError when no net is positive.
    """
    whole = sum([net for net in nets if net > 0])
    if not whole:
        raise ValueError("no net is positive")
    after = [net - discount * net // whole if net > 0 else net for net in nets]
    left = discount - sum(nets) + sum(after)
    if left:
        missing = [-(discount * net % whole) if net > 0 else 0 for net in nets]
        for index in sorted(range(len(nets)), key=missing.__getitem__)[:left]:
            after[index] -= 1
    return after
