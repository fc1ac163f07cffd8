"""The laws of tiers, for any credits and ladder; and the history is the one of the slow model."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_engine.tiers.advance import advance, review
from loyalty_engine.tiers.change import Reason, TierChange
from loyalty_engine.tiers.correction import lower
from loyalty_engine.tiers.credits import Credits, CreditsNotLoaded
from loyalty_engine.tiers.ladders import Ladders
from loyalty_engine.tiers.timeline import State, Timeline
from tests.property.strategies_tiers import (
    FIRST,
    LAST,
    RIGA,
    Case,
    Player,
    always,
    at,
    cases,
    keyed,
    ladder_of,
    yearly_cases,
)
from tests.reference.tier_history import replay

END = at(LAST, 23)
WEEKS = [at(FIRST + timedelta(weeks=week)) for week in range(170)]  # all before END
few = settings(max_examples=60)


def at_once(case: Case, now: int = END) -> Timeline:
    """The timeline of a member all of whose credits are known when he is first looked at."""
    changes = advance(Timeline(), Credits(keyed(case.credits)), always(ladder_of(case.rules)), now)
    return Timeline().record(changes, recorded_at=now)


def one_by_one(case: Case, player: Player) -> None:
    """Each credit becomes known on its day of becoming known, in the evening."""
    for credit, known in zip(case.credits, case.known, strict=True):
        player.learn(keyed([credit]), at(known, 20))


@settings(max_examples=150)
@given(cases)
def test_the_history_is_the_one_of_the_slow_model(case: Case) -> None:
    timeline = at_once(case)
    for day, evening in replay(case.rules, case.credits, FIRST, LAST).items():
        state = timeline.state_at(at(day, 23))
        until = RIGA.local(state.until).date() if state.until else None
        assert (day, state.tier, until) == (day, *evening)


@few
@given(cases, st.lists(st.sampled_from(WEEKS), max_size=12).map(sorted))
def test_advancing_in_steps_is_advancing_at_once(case: Case, steps: list[int]) -> None:
    known, ladders = Credits(keyed(case.credits)), always(ladder_of(case.rules))
    timeline, judged_to = Timeline(), None
    for now in (*steps, END):
        changes = advance(timeline, known, ladders, now)
        assert advance(timeline, known, ladders, now, judged_to) == changes
        timeline = timeline.record(changes, recorded_at=END)
        assert advance(timeline, known, ladders, now) == ()
        judged_to = now
    assert timeline.earned == renumbered(at_once(case), timeline)


@few
@given(cases, st.lists(st.sampled_from(WEEKS), max_size=6).map(sorted))
def test_what_is_not_loaded_is_asked_for_until_it_suffices(case: Case, steps: list[int]) -> None:
    rows, ladders = keyed(case.credits), always(ladder_of(case.rules))
    timeline, judged_to = Timeline(), at(FIRST, 0)
    for now in (*steps, END):
        since, found = now, None
        while found is None:
            loaded = {key: points for key, points in rows.items() if key[1] >= since or key[2] > judged_to}
            try:
                found = advance(timeline, Credits(loaded, since), ladders, now, judged_to)
            except CreditsNotLoaded as needed:
                assert needed.since < since
                since = needed.since
        assert found == advance(timeline, Credits(rows), ladders, now, judged_to)
        timeline, judged_to = timeline.record(found, recorded_at=now), now


def renumbered(timeline: Timeline, other: Timeline) -> tuple[TierChange, ...]:
    """What stands of a timeline, with the numbers of another: steps may record a row that is removed."""
    assert len(timeline.earned) == len(other.earned)
    return tuple(
        row._replace(number=like.number) for row, like in zip(timeline.earned, other.earned, strict=True)
    )


@few
@given(cases, cases, st.sampled_from(WEEKS), st.sampled_from(WEEKS))
def test_a_changed_ladder_moves_nobody_before_a_review_and_reviewing_twice_is_once(
    case: Case, other: Case, changed_at: int, as_of: int
) -> None:
    old, new = ladder_of(case.rules), ladder_of(other.rules)
    known = Credits(keyed([credit for credit in case.credits if at(credit.counts) < changed_at]))
    ladders = Ladders.of([(at(FIRST, 0), old), (changed_at, new)])
    timeline = Timeline().record(advance(Timeline(), known, ladders, as_of), recorded_at=as_of)
    for before, row in pairwise((None, *timeline.earned)):
        assert row is not None
        term_over = before is not None and before.until is not None and before.until <= row.effective_at
        assert row.effective_at < changed_at or term_over
    changes = review(timeline, known, ladders, as_of)
    assert all(change.reason == Reason.REACHED and change.effective_at == as_of for change in changes)
    timeline = timeline.record(changes, recorded_at=as_of)
    assert review(timeline, known, ladders, as_of) == ()
    assert advance(timeline, known, ladders, as_of) == ()


@few
@given(cases)
def test_only_credits_lift_and_only_time_lowers(case: Case) -> None:
    ladder, state = ladder_of(case.rules), State()
    counting = {at(credit.counts) for credit in case.credits}
    for row in at_once(case).earned:
        after = State(row.tier, row.until, row.effective_at)
        if row.reason == Reason.REACHED:
            assert lower(state, after, ladder)
            assert row.effective_at in counting
        else:
            assert state.until is not None
            assert state.until <= row.effective_at
            assert (row.reason == Reason.RENEWED) == (row.tier == state.tier)
            assert not lower(state, after._replace(until=state.until), ladder)
        state = after
    assert advance(Timeline(), Credits(), always(ladder), END) == ()


@few
@given(cases)
def test_late_credits_never_lower_the_past(case: Case) -> None:
    ladder = ladder_of(case.rules)
    player = Player(always(ladder))
    for credit, known in zip(case.credits, case.known, strict=True):
        now = at(known, 20)
        player.advance(now)
        before = player.timeline
        player.learn(keyed([credit]), now)
        for instant in (*WEEKS, now):
            if instant <= now:
                old, new = before.state_at(instant), player.timeline.state_at(instant)
                assert not lower(new, old, ladder)


@few
@given(yearly_cases)
def test_the_order_in_which_credits_become_known_does_not_matter(case: Case) -> None:
    player = Player(always(ladder_of(case.rules)))
    one_by_one(case, player)
    player.advance(END)
    expected = at_once(case)
    for instant in (*WEEKS, END):
        assert player.timeline.state_at(instant).tier == expected.state_at(instant).tier


@few
@given(yearly_cases, st.lists(st.integers(0, 23), max_size=8))
def test_after_returns_a_member_stands_where_what_is_left_puts_him(case: Case, returned: list[int]) -> None:
    player = Player(always(ladder_of(case.rules)))
    one_by_one(case, player)
    left, now = list(case.credits), at(max(case.known), 20)
    for number in dict.fromkeys(number % len(case.credits) for number in returned):
        credit = case.credits[number]
        now += 5 * 86_400_000_000
        player.learn(keyed([credit._replace(points=-credit.points)]), now)
        left.remove(credit)
        ideal = at_once(case._replace(credits=left), now)
        assert player.timeline.latest.tier == ideal.latest.tier


@few
@given(cases)
def test_who_returns_everything_has_no_tier(case: Case) -> None:
    in_time = case._replace(credits=sorted(case.credits), known=sorted(c.day for c in case.credits))
    player = Player(always(ladder_of(case.rules)))
    one_by_one(in_time, player)
    now = at(max(case.known), 21)
    for credit in case.credits:
        player.learn(keyed([credit._replace(points=-credit.points)]), now)
    assert player.timeline.latest.tier is None


@few
@given(cases)
def test_returned_credits_lower_nobody_where_an_upgrade_is_kept(case: Case) -> None:
    player = Player(always(ladder_of(case.rules, returned_upgrade="keep")))
    one_by_one(case, player)
    now = at(max(case.known), 21)
    player.advance(now)
    state = player.timeline.latest
    for credit in case.credits:
        player.learn(keyed([credit._replace(points=-credit.points)]), now)
    in_grace = state.until is not None and state.until <= now  # held for pending credits, perhaps
    assert player.timeline.latest == state or in_grace


@few
@given(cases, st.sampled_from(["withdraw", "keep"]))
def test_returned_credits_leave_the_past_as_it_was(case: Case, setting: str) -> None:
    player = Player(always(ladder_of(case.rules, setting)))
    one_by_one(case, player)
    now = at(max(case.known), 21)
    for credit in reversed(case.credits):
        now += 5 * 86_400_000_000
        player.advance(now)
        before = [player.timeline.state_at(week) for week in WEEKS if week < now]
        player.learn(keyed([credit._replace(points=-credit.points)]), now)
        player.advance(now)
        assert [player.timeline.state_at(week) for week in WEEKS if week < now] == before
