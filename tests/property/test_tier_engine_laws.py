"""The laws of tiers in the engine, for any life of its members, through its public calls only."""

from __future__ import annotations

from hypothesis import given, settings

from tests.property.tier_lives import MEMBERS, SPENDING, Life, Shop, lives

RECORDING = ("number", "recorded_at")  # a change is recorded by whoever comes next, if anybody does
few = settings(max_examples=60)
some = settings(max_examples=100)


@some
@given(lives)
def test_spending_never_changes_a_tier(life: Life) -> None:
    """A twin who never redeems, reserves or lets a job expire his points has the very same tier history."""
    spender = Shop(life.rules).live(life.acts)
    saver = Shop(life.rules).live(act for act in life.acts if act[0] not in SPENDING)
    assert spender.changes(*RECORDING) == saver.changes(*RECORDING)
    assert spender.tiers() == saver.tiers()
    assert spender.engine.verify().sound


def review(shop: Shop) -> None:
    """The job."""
    shop.engine.review_tiers(shop.now, dry_run=False)


def visit(shop: Shop) -> None:
    """A command that brings no credits."""
    for member in MEMBERS:
        shop.engine.change_member(member, attributes={"seen": "yes"}, key=f"{member} at {shop.now}")


@some
@given(lives)
def test_a_job_a_visit_and_a_look_come_to_the_same(life: Life) -> None:
    apart = (*RECORDING, "activity")  # visits are activities too
    looked = Shop(life.rules).live(life.acts)
    reviewed = Shop(life.rules).live(life.acts, between=review)
    visited = Shop(life.rules).live(life.acts, between=visit)
    assert looked.changes(*apart) == reviewed.changes(*apart) == visited.changes(*apart)
    assert looked.tiers() == reviewed.tiers() == visited.tiers()


@few
@given(lives)
def test_a_review_done_twice_is_done_once_and_its_dry_run_tells_it(life: Life) -> None:
    shop = Shop(life.rules).live(life.acts)
    preview = shop.engine.review_tiers(shop.now)
    assert shop.engine.review_tiers(shop.now, dry_run=False) == {**preview, "dry_run": False}
    before = shop.changes()
    again = shop.engine.review_tiers(shop.now, dry_run=False)
    assert [again[name] for name in ("rises", "drops", "renewals")] == [[], [], []]
    assert (shop.changes(), again["tiers"]) == (before, preview["tiers"])


@few
@given(lives)
def test_what_was_told_then_is_told_of_then(life: Life) -> None:
    """Whatever has become known since: as it was known at an instant, a tier is what was said at it."""
    told: dict[int, list[str | None]] = {}

    def ask(shop: Shop) -> None:
        told[shop.now] = shop.tiers()

    shop = Shop(life.rules).live(life.acts, between=ask)
    for at, tiers in told.items():
        then = [shop.engine.balance(member, at=at, known_at=at)["tier"] for member in MEMBERS]
        assert (at, then) == (at, tiers)
        history = [shop.engine.tier_history(member, at=at, known_at=at) for member in MEMBERS]
        assert [document["tier"] for document in history] == tiers


@few
@given(lives)
def test_in_one_batch_all_is_as_one_by_one(life: Life) -> None:
    """A past lived, then its like again in one commit: late activities and returns of years ago among it."""
    together, alone = (Shop(life.rules).live(life.acts) for _ in range(2))
    kinds = [act for act in life.acts if act[0] in ("buy", "return")]
    batch = [together.raw(act) for act in kinds]
    same = [alone.raw(act) for act in kinds]
    outcomes = together.engine.record_many(batch)
    answers = [alone.engine.record_many([raw])[0] for raw in same]
    assert [repr(one) for one in outcomes] == [repr(one) for one in answers]
    assert together.changes() == alone.changes()
    assert together.engine.verify().sound
