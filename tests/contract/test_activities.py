"""Idempotency keys, stored activities, and what a return loads of the activity it names."""

from __future__ import annotations

import pytest

from loyalty_engine.activity.activity import ActivityKey, Original
from loyalty_engine.engine.ports.driver import Driver
from loyalty_engine.engine.ports.store import Ask, Changes, Known, OriginalActivity
from loyalty_engine.errors import StoreFailure
from loyalty_engine.ledger.account import RecordedAward, ReturnedLine
from loyalty_engine.ledger.entry import Allocation, Bucket, EntryKind
from tests.contract.given import accrual, enrol, load, movement, own, recorded, save, stored

RECEIPT = '{"totals": {"points": 100}, "note": "谢谢 \\"\\u0000"}'


def test_a_known_key_gives_back_its_receipt_word_for_word(driver: Driver) -> None:
    (number,) = enrol(driver, "M-1")
    changes = Changes()
    recorded(changes, stored(number, 1), RECEIPT)
    save(driver, changes)
    key, other = ActivityKey("pos", "purchase", "R-1"), ActivityKey("web", "purchase", "R-1")

    batch = load(driver, Ask(own("M-1"), 0, key=key), Ask(own("M-1"), 0, key=other))

    assert batch.known == {key: Known(number, "print of R-1", RECEIPT)}


def test_a_key_is_known_whoever_asks(driver: Driver) -> None:
    first, _ = enrol(driver, "M-1", "M-2")
    key = ActivityKey("desk", "adjustment", "A-1")
    save(driver, Changes(known=[(key, Known(first, "f", "{}"))]))

    batch = load(driver, Ask(own("M-2"), 0, key=key), Ask(own("nobody"), 0, key=key))

    assert batch.known[key].account == first


def test_a_key_has_one_outcome_and_a_violation_keeps_nothing(driver: Driver) -> None:
    (number,) = enrol(driver, "M-1")
    changes = Changes()
    recorded(changes, stored(number, 1))
    save(driver, changes)
    again = Changes()
    recorded(again, stored(number, 2))
    again.known.append((stored(number, 1).key, Known(number, "other", "{}")))

    with pytest.raises(StoreFailure):
        save(driver, again)

    with driver.reading() as reader:
        assert reader.activity(number, 2) is None
        assert reader.find_activity(stored(number, 2).key) is None


def test_a_stored_activity_is_found_by_number_and_by_key(driver: Driver) -> None:
    (number,) = enrol(driver, "M-1")
    activity = stored(number, 1, content='{"name": "会员 \\ud83d\\ude00"}', facts='{"member": {}}', at=-5)
    changes = Changes(known=[(ActivityKey("desk", "adjustment", "A-1"), Known(number, "f", "{}"))])
    recorded(changes, activity)
    save(driver, changes)

    with driver.reading() as reader:
        assert reader.activity(number, 1) == reader.find_activity(activity.key) == activity
        assert reader.activity(number, 2) is None
        assert reader.find_activity(ActivityKey("pos", "purchase", "R-9")) is None
        assert reader.find_activity(ActivityKey("desk", "adjustment", "A-1")) is None
        assert reader.last_activity_at() == -5


def test_the_earliest_of_a_type_is_loaded_when_asked_for(driver: Driver) -> None:
    first, _ = enrol(driver, "M-1", "M-2")
    changes = Changes()
    for place, at in enumerate((300, 100, 200), start=1):
        recorded(changes, stored(first, place, at=at))
    recorded(changes, stored(first, 4, at=50, key=ActivityKey("pos", "visit", "V-1")))
    save(driver, changes)

    batch = load(
        driver,
        Ask(own("M-1"), 0, first_of_type="purchase"),
        Ask(own("M-1"), 0, first_of_type="recharge"),
        Ask(own("M-2"), 0, first_of_type="purchase"),
    )

    assert batch.first_at == {(first, "purchase"): 100}
    assert load(driver, Ask(own("M-1"), 0)).first_at == {}


def bought(driver: Driver) -> tuple[int, OriginalActivity]:
    """A purchase with two awards and a mirrored credit, of which some was returned and some has expired."""
    (number,) = enrol(driver, "M-1")
    activity = stored(number, 1)
    awards = [accrual(number, seq, activity=1) for seq in (1, 3)]
    credit = accrual(number, 2, activity=1, currency="credits", mirrors=1, rule=None)
    reversal = movement(number, 5, EntryKind.REVERSAL, -30, reverses=1, reversed_points=40, activity=2)
    expiry = movement(number, 6, EntryKind.EXPIRY, -60)
    other = accrual(number, 4, activity=2)
    changes = Changes(entries=[*awards, credit, other, reversal, expiry])
    recorded(changes, activity)
    recorded(changes, stored(number, 2))
    weights = RecordedAward(1, (("1", 70), ("2", -30))), RecordedAward(3, (("käse", 1),))
    changes.awards = [(number, award) for award in (*weights, RecordedAward(4, (("1", 1),)))]
    changes.allocations = [
        Allocation(number, 5, 1, Bucket.AVAILABLE, Bucket.OUT, 30),
        Allocation(number, 6, 1, Bucket.AVAILABLE, Bucket.OUT, 25),
        Allocation(number, 6, 1, Bucket.PENDING, Bucket.OUT, 10),
        Allocation(number, 6, 4, Bucket.AVAILABLE, Bucket.OUT, 25),
    ]
    lines = {"1": ReturnedLine(1000, 2500, complete=True), "2": ReturnedLine(0, 5)}
    changes.returned = {(number, 1, line): back for line, back in lines.items()}
    changes.returned[number, 2, "1"] = ReturnedLine(3000)
    save(driver, changes)
    entries = [awards[0], credit, awards[1], reversal]
    return number, OriginalActivity(activity, entries, {1: weights[0], 3: weights[1]}, {1: 35}, lines)


def test_a_return_loads_what_was_granted_taken_back_and_expired(driver: Driver) -> None:
    _, expected = bought(driver)
    by_id, by_key = Original("R-1"), Original("R-1", "pos", "purchase")

    batch = load(driver, Ask(own("M-1"), 0, original=by_id), Ask(own("M-1"), 0, original=by_key))

    assert batch.originals == {by_id: [expected], by_key: [expected]}


def test_two_references_to_one_activity_share_what_was_loaded(driver: Driver) -> None:
    bought(driver)
    by_id, by_key = Original("R-1"), Original("R-1", "pos", "purchase")

    batch = load(driver, Ask(own("M-1"), 0, original=by_id), Ask(own("M-1"), 0, original=by_key))

    assert batch.originals[by_id][0] is batch.originals[by_key][0]


def test_line_weights_can_be_read_alone(driver: Driver) -> None:
    number, expected = bought(driver)

    with driver.reading() as reader:
        assert reader.awards(number, [1, 2, 3]) == expected.awards
        assert reader.awards(number, []) == {}


def test_a_return_of_something_unknown_loads_nothing(driver: Driver) -> None:
    bought(driver)
    unknown = Original("R-9"), Original("R-1", "web"), Original("R-1", "pos", "visit")

    batch = load(driver, *[Ask(own("M-1"), 0, original=original) for original in unknown])

    assert batch.originals == {original: [] for original in unknown}


def test_an_id_that_several_sources_or_types_use_is_ambiguous(driver: Driver) -> None:
    mine, others = enrol(driver, "M-1", "M-2")
    changes = Changes()
    keys = [
        ActivityKey("pos", "purchase", "7"),
        ActivityKey("pos", "visit", "7"),
        ActivityKey("web", "visit", "7"),
    ]
    for place, key in enumerate(keys, start=1):
        recorded(changes, stored(mine, place, key=key))
    for place in range(1, 20):
        recorded(changes, stored(others, place, key=ActivityKey(f"a till {place}", "purchase", "7")))
    save(driver, changes)
    asked = Original("7"), Original("7", "pos"), Original("7", type="visit"), Original("7", "web")

    batch = load(driver, *[Ask(own("M-1"), 0, original=original) for original in asked])

    found = {original: [one.activity.key for one in several] for original, several in batch.originals.items()}
    assert found == dict(zip(asked, (keys, keys[:2], keys[1:], keys[2:]), strict=True))


def test_a_return_finds_only_what_its_own_member_did(driver: Driver) -> None:
    """Tills of several shops may count their receipts from one: another member's is not meant."""
    first, second = enrol(driver, "M-1", "M-2")
    changes = Changes()
    till, other = ActivityKey("till 1", "purchase", "7"), ActivityKey("till 2", "purchase", "7")
    recorded(changes, stored(first, 1, key=till))
    recorded(changes, stored(second, 1, key=other))
    save(driver, changes)
    asks = [Ask(own(name), 0, original=Original("7")) for name in ("M-1", "M-2", "nobody")]

    alone = [[one.activity.key for one in load(driver, ask).originals[Original("7")]] for ask in asks]
    together = load(driver, *asks).originals[Original("7")]

    assert alone == [[till], [other], []]
    assert [one.activity.key for one in together] == [till, other]
