"""The law of the compiled evaluator can fail: it catches each fault that somebody could make."""

from __future__ import annotations

import pytest

from tests.property.agreement import assert_agreement, compiled
from tests.property.corpus import corpus_answer, corpus_case
from tests.property.planted_faults import FAULTS, Fault

CASES = 1500


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_the_law_catches(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _first_caught(fault, monkeypatch) is not None


def _first_caught(fault: Fault, patch: pytest.MonkeyPatch) -> int | None:
    """The number of the first case on which evaluator and interpreter disagree."""
    change = fault(patch)
    for number in range(CASES):
        case = corpus_case(number)
        rulebook = compiled(case.text)
        if change is not None:
            change(rulebook.plan)
        try:
            assert_agreement(case, rulebook, corpus_answer(number))
        except AssertionError:
            return number
    return None
