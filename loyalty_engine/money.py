"""Money as whole minor units of one currency; never a float, never a silent rounding."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache

LARGEST = 10**12  # minor units; every amount on the wire stays within +-LARGEST

# ISO 4217: the currencies whose minor unit is not a hundredth.
_EXPONENTS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}
_DECIMAL = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?", re.ASCII)


def exponent(currency: str) -> int:
    """How many decimal places the minor unit of an ISO 4217 currency has."""
    return _EXPONENTS.get(currency, 2)


def parse_money(text: str, places: int) -> int:
    """Minor units of a decimal string such as "-84.50".

    Raises ValueError, with a sentence for the reader, when it is no plain decimal, has more places
    than the currency, or is beyond +-LARGEST.
    """
    if _DECIMAL.fullmatch(text) is None:
        raise ValueError(f'`{text[:40]}` is not a sum of money; write a decimal such as "84.50"')
    units = minor_units(text, places)
    if not -LARGEST <= units <= LARGEST:
        raise ValueError(f"`{text[:40]}` is larger than we book")
    return units


@cache
def money_reader(places: int) -> Callable[[str], int]:
    """`parse_money` for one number of places, remembering the many sums that come again and again."""

    @lru_cache(maxsize=1 << 14)
    def read(text: str) -> int:
        return parse_money(text, places)

    return read


def minor_units(text: str, places: int) -> int:
    """Minor units of what is known to be a plain decimal, whatever its size; the quick way of the hot path.

    Raises ValueError when it has more places than the currency.
    """
    if places and text[-places - 1 : -places] == ".":
        return int(text.replace(".", ""))
    whole, _, fraction = text.partition(".")
    if len(fraction) > places:
        what = (
            f"more than {places} decimal places" if places else "decimal places, which its currency has not"
        )
        raise ValueError(f"`{text[:40]}` has {what}")
    return int(whole + fraction.ljust(places, "0"))


def format_money(units: int, places: int) -> str:
    """The decimal string of an amount of minor units: format_money(-8450, 2) == "-84.50"."""
    if places == 0:
        return str(units)
    sign = "-" if units < 0 else ""
    digits = str(abs(units)).rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}"
