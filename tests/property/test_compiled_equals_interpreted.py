from __future__ import annotations

from hypothesis import given, settings

from tests.property.agreement import assert_agreement
from tests.property.strategies_cases import Case, cases


@settings(max_examples=300)
@given(cases)
def test_the_compiled_evaluator_grants_exactly_what_the_interpreter_grants(case: Case) -> None:
    assert_agreement(case)
