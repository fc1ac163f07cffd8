"""A fixed set of cases: the same at every run, so that what it contains can be counted."""

from __future__ import annotations

from functools import lru_cache
from random import Random

from tests.property.agreement import Expected, interpreted
from tests.property.choices import Choices
from tests.property.strategies_cases import SIZE, Case, case_of
from tests.property.strategies_crowds import crowd_of


@lru_cache(maxsize=2000)
def corpus_case(number: int) -> Case:
    """The case of a number; each fourth is a crowd of awards."""
    make = crowd_of if number % 4 == 3 else case_of
    return make(Choices(Random(number).randbytes(SIZE)))


@lru_cache(maxsize=2000)
def corpus_answer(number: int) -> Expected:
    """What the interpreter decides on it."""
    return interpreted(corpus_case(number))
