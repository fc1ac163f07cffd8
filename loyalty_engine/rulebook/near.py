"""Which known word an unknown one was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice

_SHOWN = 12
_COMPARED = 500  # candidates; comparing is slow and a hostile file may declare very many names
_LONGEST = 64
_LENGTHS_APART = 4


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """A help sentence: the nearest known word, else the list of what there is."""
    known = list(dict.fromkeys(words))
    if not known:
        return "there is none so far"
    word = word[:_LONGEST]
    alike = (w for w in known if abs(len(w) - len(word)) <= _LENGTHS_APART)
    near = get_close_matches(word, list(islice(alike, _COMPARED)), 1)
    if near:
        return f"did you mean `{near[0]}`?"
    more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
    return "one of: " + ", ".join(f"`{w}`" for w in known[:_SHOWN]) + more
