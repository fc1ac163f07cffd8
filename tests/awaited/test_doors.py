"""Every door leads to the same engine: same methods, same answers, same errors, same rows."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest

from loyalty_adapters import AsyncLoyaltyEngine, open_async_engine, open_engine
from loyalty_engine.engine.loyalty_engine import LoyaltyEngine
from loyalty_engine.errors import LoyaltyError
from tests.awaited.calls import CALLS
from tests.awaited.doors import DOORS, Walk
from tests.engine.shop import rows_of

OF_THE_OBJECT = {"close", "within"}  # not use cases: how an engine ends, and how another face of it is made
FOR_COMPOSING = {"through"}  # by which doors are built


def public(kind: type) -> dict[str, Any]:
    """Public members by name."""
    return {name: member for name, member in inspect.getmembers(kind) if not name.startswith("_")}


def test_both_faces_have_the_same_members() -> None:
    assert set(public(AsyncLoyaltyEngine)) == set(public(LoyaltyEngine)) - FOR_COMPOSING | {"sync"}


@pytest.mark.parametrize("name", sorted(set(public(LoyaltyEngine)) - FOR_COMPOSING))
def test_each_member_has_the_same_signature_and_is_awaited(name: str) -> None:
    ours, theirs = public(AsyncLoyaltyEngine)[name], public(LoyaltyEngine)[name]
    if isinstance(theirs, property):
        assert isinstance(ours, property)
        assert ours.fget is not None
        assert theirs.fget is not None
        assert inspect.signature(ours.fget) == inspect.signature(theirs.fget)
    elif name == "within":  # it does nothing that takes time
        assert inspect.signature(ours).parameters == inspect.signature(theirs).parameters
        assert not inspect.iscoroutinefunction(ours)
    else:
        assert inspect.signature(ours) == inspect.signature(theirs)
        assert inspect.iscoroutinefunction(ours)


def test_engines_are_opened_with_the_same_arguments() -> None:
    ours, theirs = inspect.signature(open_async_engine), inspect.signature(open_engine)
    assert ours.parameters == theirs.parameters


def test_the_table_calls_every_use_case_and_most_kinds_of_error() -> None:
    assert {call.method for call in CALLS} == set(public(LoyaltyEngine)) - FOR_COMPOSING - OF_THE_OBJECT


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """What threads get, with which every other door is compared."""
    walk = Walk(tmp_path_factory.mktemp("expected"), "sqlite")
    walk.by_threads()
    return walk


def test_the_answers_are_what_they_are_meant_to_be(expected: Walk) -> None:
    """The table is worth nothing if everything in it is refused for the same reason."""
    answers = list(expected.answers.values())
    codes = {answer.code for answer in answers if isinstance(answer, LoyaltyError)}
    assert codes == {
        *("ActivityConflict", "HoldResolved", "IdentityTaken", "InsufficientPoints", "InvalidActivity"),
        *("InvalidCommand", "InvalidRulebook", "RedemptionNotPermitted", "UnknownActivity", "UnknownEntry"),
        *("UnknownHold", "UnknownMember", "UnknownProgram", "UnknownReward", "UnknownTier"),
    }
    assert sum(isinstance(answer, LoyaltyError) for answer in answers) < len(answers) // 2
    assert answers[-1].sound


@pytest.mark.parametrize("door", [door for door in DOORS if door != "threads"])
def test_every_door_gives_the_same_answers_and_leaves_the_same_rows(
    expected: Walk, tmp_path: Path, door: str
) -> None:
    store, through = DOORS[door]
    walk = Walk(tmp_path, store)
    through(walk)

    for mine, theirs in zip(walk.plainly(), expected.plainly(), strict=True):
        assert mine == theirs
    if store == "sqlite":
        assert rows_of(walk.file) == rows_of(expected.file)
