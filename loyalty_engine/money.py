"""Money as whole minor units of one currency; never a float, never a silent rounding."""

from __future__ import annotations

import re

LARGEST = 10**12  # minor units; every amount on the wire stays within +-LARGEST

# ISO 4217: the currencies whose minor unit is not a hundredth.
_EXPONENTS = {
    **dict.fromkeys(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0
    ),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}
_DECIMAL = re.compile(r"(-?)([0-9]{1,18})(?:\.([0-9]{1,18}))?", re.ASCII)


def exponent(currency: str) -> int:
    """How many decimal places the minor unit of an ISO 4217 currency has."""
    return _EXPONENTS.get(currency, 2)


def parse_money(text: str, places: int) -> int:
    """Minor units of a decimal string such as "-84.50".

    Raises ValueError, with a sentence for the reader, when it is no plain decimal, has more places
    than the currency, or is beyond +-LARGEST.
    """
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise ValueError(f"`{text[:40]}` is not a sum of money; write a decimal such as \"84.50\"")
    sign, whole, fraction = match[1], match[2], match[3] or ""
    if len(fraction) > places:
        raise ValueError(f"`{text[:40]}` has more than {places} decimal places")
    units = int(whole + fraction.ljust(places, "0"))
    if units > LARGEST:
        raise ValueError(f"`{text[:40]}` is larger than we book")
    return -units if sign else units


def format_money(units: int, places: int) -> str:
    """The decimal string of an amount of minor units: format_money(-8450, 2) == "-84.50"."""
    if places == 0:
        return str(units)
    sign = "-" if units < 0 else ""
    digits = str(abs(units)).rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}"
