"""Who is a member: enrolling by the first activity or only on purpose, and identities."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty_engine.errors import ActivityConflict, IdentityTaken, UnknownMember
from tests.engine.shop import MEMBER, OpenShop, Points, Shop, instant, moment, purchase


def enrolment(
    member: str = MEMBER, id_: str = "E-1", at: str = "2026-02-01", **fields: Any
) -> dict[str, Any]:
    raw = {"type": "enrolment", "id": id_, "source": "desk", "member": member, "at": moment(at).isoformat()}
    return raw | fields


def change(id_: str, at: str = "2026-02-02", member: object = MEMBER, **fields: Any) -> dict[str, Any]:
    raw = {
        "type": "member-change",
        "id": id_,
        "source": "desk",
        "member": member,
        "at": moment(at).isoformat(),
    }
    return raw | fields


def identities(shop: Shop, member: object = MEMBER, at: str | None = None) -> Any:
    when = None if at is None else instant(at)
    return shop.engine.member(member, at=when)["identities"]  # type: ignore[arg-type]


# -- open and closed ------------------------------------------------------------------------------------


def test_an_open_program_enrols_by_the_first_activity_as_of_its_time(shop: Shop) -> None:
    shop.buy("R-1", at="2026-03-05")
    assert shop.engine.member(MEMBER)["enrolled_at"] == "2026-03-05T12:00:00+00:00"


def test_a_closed_program_refuses_whom_it_does_not_know(open_shop: OpenShop) -> None:
    shop = open_shop(enrolment="closed")
    before = shop.dump()
    with pytest.raises(UnknownMember):
        shop.buy("R-1")
    assert shop.dump() == before
    shop.record(enrolment())
    assert shop.buy("R-1").totals == {"points": 20}


def test_a_return_never_enrols(shop: Shop) -> None:
    with pytest.raises(UnknownMember):
        shop.give_back("X-1", "R-1")


def test_a_change_never_enrols(shop: Shop) -> None:
    with pytest.raises(UnknownMember):
        shop.record(change("C-1"))


def test_an_enrolment_may_earn(open_shop: OpenShop) -> None:
    shop = open_shop(accrual="{welcome: {stack: promo, when: {type: enrolment}, earn: 50 points}}")
    assert shop.engine.enrol(MEMBER).totals == {"points": 50}


# -- engine.enrol and engine.change_member --------------------------------------------------------------


def test_the_engine_enrols_by_an_activity_of_its_own(shop: Shop) -> None:
    receipt = shop.engine.enrol(MEMBER, identities={"card": ["1", "2"], "phone": "+371"}, actor="desk 3")
    assert receipt.data["activity"] == {"source": "engine", "type": "enrolment", "id": MEMBER}
    assert shop.engine.member(MEMBER) == {
        "member": MEMBER,
        "enrolled_at": "2026-01-01T12:00:00+00:00",
        "at": "2026-01-01T12:00:00+00:00",
        "identities": {"card": ["1", "2"], "phone": ["+371"]},
        "attributes": {},
    }


def test_enrolling_again_later_is_a_retry_unless_the_time_is_given(shop: Shop) -> None:
    first = shop.engine.enrol(MEMBER, identities={"card": "1"})
    shop.wait_until("2026-01-02")
    again = shop.engine.enrol(MEMBER, identities={"card": "1"})
    assert again.repeated
    assert again.text == first.text
    with pytest.raises(ActivityConflict):
        shop.engine.enrol(MEMBER, identities={"card": "1"}, at=moment("2026-01-02").isoformat())


def test_a_change_again_later_is_a_retry_unless_it_says_something_else(shop: Shop) -> None:
    shop.engine.enrol(MEMBER)
    first = shop.engine.change_member(MEMBER, attributes={"plan": "S"}, key="C-1")
    shop.wait_until("2026-01-05")
    assert shop.engine.change_member(MEMBER, attributes={"plan": "S"}, key="C-1").text == first.text
    with pytest.raises(ActivityConflict):
        shop.engine.change_member(MEMBER, attributes={"plan": "M"}, key="C-1")


def test_an_enrolment_of_a_member_changes_and_keeps_when_he_came(shop: Shop) -> None:
    shop.buy("R-1", at="2026-01-20")
    shop.record(enrolment(identities={"card": "1"}))
    assert shop.engine.member({"card": "1"})["enrolled_at"] == "2026-01-20T12:00:00+00:00"


# -- identities -----------------------------------------------------------------------------------------


def test_every_identity_names_the_member(shop: Shop) -> None:
    shop.record(enrolment(identities={"card": ["1", "2"], "phone": "1"}))
    for number, member in enumerate([MEMBER, {"card": "1"}, {"card": "2"}, {"phone": "1"}]):
        assert shop.buy(f"R-{number}", member=member).member == MEMBER
    assert shop.points() == Points(80)
    assert shop.engine.balance({"card": "2"}) == shop.engine.balance(MEMBER)
    assert shop.engine.statement({"phone": "1"}) == shop.engine.statement(MEMBER)


def test_the_same_value_of_another_kind_is_another_identity(shop: Shop) -> None:
    shop.record(enrolment("M-1", "E-1", identities={"card": "7"}))
    shop.record(enrolment("M-2", "E-2", identities={"phone": "7"}))
    assert shop.engine.member({"phone": "7"})["member"] == "M-2"


def test_an_own_id_is_no_identity_and_the_other_way_round(shop: Shop) -> None:
    shop.record(enrolment("M-1", "E-1", identities={"card": "M-2"}))
    shop.buy("R-1", member="M-2")
    assert shop.engine.member({"card": "M-2"})["member"] == "M-1"
    assert shop.engine.member({"member": "M-2"})["member"] == "M-2"


def test_an_unknown_identity_never_enrols(shop: Shop) -> None:
    before = shop.dump()
    with pytest.raises(UnknownMember, match="card `4711`"):
        shop.buy("R-1", member={"card": "4711"})
    with pytest.raises(UnknownMember):
        shop.record(enrolment() | {"member": {"card": "4711"}})
    assert shop.dump() == before


@pytest.mark.parametrize(
    "raw", [enrolment("M-2", "E-2"), change("C-2", member="M-2")], ids=lambda r: r["type"]
)
def test_an_identity_belongs_to_one_member(shop: Shop, raw: dict[str, Any]) -> None:
    shop.record(enrolment(identities={"card": "1"}))
    shop.buy("R-1", member="M-2")
    before = shop.dump()
    with pytest.raises(IdentityTaken, match="card `1` belongs to another member"):
        shop.record(raw | {"identities": {"phone": "9", "card": ["0", "1"]}, "attributes": {"plan": "S"}})
    assert shop.dump() == before
    assert identities(shop, "M-2") == {}


def test_whom_a_taken_identity_would_have_enrolled_is_not_enrolled(shop: Shop) -> None:
    shop.record(enrolment(identities={"card": "1"}))
    with pytest.raises(IdentityTaken):
        shop.engine.enrol("M-2", identities={"card": "1"})
    with pytest.raises(UnknownMember):
        shop.engine.member("M-2")


def test_naming_an_own_identity_again_changes_nothing(shop: Shop) -> None:
    shop.record(enrolment(identities={"card": ["1", "1"]}))
    shop.record(change("C-1", identities={"card": "1"}))
    assert identities(shop) == {"card": ["1"]}


def test_two_of_a_batch_cannot_take_the_same_identity(shop: Shop) -> None:
    first, second = shop.engine.record_many(
        [enrolment("M-1", "E-1", identities={"card": "1"}), enrolment("M-2", "E-2", identities={"card": "1"})]
    )
    assert not isinstance(first, Exception)
    assert isinstance(second, IdentityTaken)


def test_a_batch_knows_the_member_it_has_just_enrolled(shop: Shop) -> None:
    outcomes = shop.engine.record_many(
        [enrolment(identities={"card": "1"}), purchase("R-1", member={"card": "1"}), purchase("R-2")]
    )
    assert [outcome.member for outcome in outcomes] == [MEMBER] * 3  # type: ignore[union-attr]
    assert shop.points("2026-03-01") == Points(40)


def test_identities_are_shown_from_when_they_were_linked(shop: Shop) -> None:
    shop.record(enrolment(identities={"card": "1"}))
    shop.record(change("C-1", at="2026-02-20", identities={"card": "2"}))
    assert identities(shop, at="2026-02-19") == {"card": ["1"]}
    assert identities(shop, at="2026-02-20") == {"card": ["1", "2"]}
