"""Who is enrolled, under which identities, with which dated attributes."""

from __future__ import annotations

import pytest

from loyalty_engine.activity.activity import MemberRef
from loyalty_engine.engine.ports.driver import Driver
from loyalty_engine.engine.ports.store import Ask, Attribute, Changes, IdentityLink, Membership
from loyalty_engine.errors import StoreFailure
from loyalty_engine.ledger.account import Account
from tests.contract.given import enrol, load, own, save

CARD = MemberRef("card", "4711")


def linked(driver: Driver, account: int, value: str = "4711", at: int = 10) -> IdentityLink:
    link = IdentityLink("card", value, account, linked_at=at)
    save(driver, Changes(links=[link]))
    return link


def test_an_unknown_member_loads_nothing_and_the_first_account_is_one(driver: Driver) -> None:
    batch = load(driver, Ask(own("M-1"), now=0), Ask(CARD, now=0))

    assert (batch.members, batch.accounts, batch.next_account) == ({}, {}, 1)


def test_a_member_is_found_by_its_own_id(driver: Driver) -> None:
    first, second = enrol(driver, "M-1", "M-2")

    batch = load(driver, Ask(own("M-2"), now=0), Ask(own("M-3"), now=0))

    assert batch.members == {own("M-2"): Membership("M-2", second, 5)}
    assert batch.accounts == {second: Account(second)}
    assert batch.next_account == second + 1 == first + 2


def test_a_member_is_found_by_an_identity(driver: Driver) -> None:
    (number,) = enrol(driver, "M-1")
    linked(driver, number)

    batch = load(driver, Ask(CARD, now=0))

    assert batch.members == {CARD: Membership("M-1", number, 5)}
    assert list(batch.accounts) == [number]


def test_names_of_any_script_are_told_apart_byte_by_byte(driver: Driver) -> None:
    names = ["会员", "会員", "a", "A", "ä", "a ", 'q"uote', "back\\slash", "\\u0000", "'"]
    numbers = enrol(driver, *names)

    batch = load(driver, *[Ask(own(name), now=0) for name in names])

    assert [batch.members[own(name)].account for name in names] == numbers


def test_whose_identities_are_is_answered_without_loading_their_accounts(driver: Driver) -> None:
    first, second = enrol(driver, "M-1", "M-2")
    linked(driver, second)

    batch = load(driver, Ask(own("M-1"), now=0, identities=(CARD, MemberRef("card", "free"))))

    assert batch.members[CARD].account == second
    assert MemberRef("card", "free") not in batch.members
    assert list(batch.accounts) == [first]


def test_an_ended_identity_finds_nobody(driver: Driver) -> None:
    (number,) = enrol(driver, "M-1")
    link = linked(driver, number)
    save(driver, Changes(links=[link._replace(unlinked_at=20)]))

    assert load(driver, Ask(CARD, now=0)).members == {}
    with driver.reading() as reader:
        assert reader.links(number) == [link._replace(unlinked_at=20)]


def test_an_identity_may_move_to_another_member_in_one_batch(driver: Driver) -> None:
    first, second = enrol(driver, "M-1", "M-2")
    link = linked(driver, first)
    begins = link._replace(account=second, linked_at=20)

    save(driver, Changes(links=[begins, link._replace(unlinked_at=20)]))

    assert load(driver, Ask(CARD, now=0)).members[CARD].account == second


def test_an_identity_may_come_back_to_its_member(driver: Driver) -> None:
    (number,) = enrol(driver, "M-1")
    link = linked(driver, number)
    save(driver, Changes(links=[link._replace(unlinked_at=20)]))
    linked(driver, number, at=30)

    assert load(driver, Ask(CARD, now=0)).members[CARD].account == number
    with driver.reading() as reader:
        assert [one.linked_at for one in reader.links(number)] == [10, 30]


def test_an_identity_in_force_belongs_to_one_member_and_a_violation_keeps_nothing(driver: Driver) -> None:
    first, second = enrol(driver, "M-1", "M-2")
    linked(driver, first)
    changes = Changes(
        links=[IdentityLink("card", "new", second, 10), IdentityLink("card", "4711", second, 10)]
    )

    with pytest.raises(StoreFailure):
        save(driver, changes)

    batch = load(driver, Ask(CARD, now=0, identities=(MemberRef("card", "new"),)))
    assert {ref: found.account for ref, found in batch.members.items()} == {CARD: first}


def test_an_own_id_belongs_to_one_account_and_a_violation_keeps_nothing(driver: Driver) -> None:
    enrol(driver, "M-1")
    changes = Changes(memberships=[Membership("M-2", 2, 5), Membership("M-1", 3, 5)])
    changes.accounts = {2: Account(2), 3: Account(3)}

    with pytest.raises(StoreFailure):
        save(driver, changes)

    batch = load(driver, Ask(own("M-2"), now=0))
    assert (batch.members, batch.next_account) == ({}, 2)


def test_attributes_are_loaded_when_asked_for(driver: Driver) -> None:
    first, second = enrol(driver, "M-1", "M-2")
    rows = [Attribute("tier", 20, None), Attribute("plan", 5, '"S"'), Attribute("tier", 10, '"gold"')]
    save(driver, Changes(attributes=[(first, row, 30) for row in rows]))

    batch = load(driver, Ask(own("M-1"), now=0, attributes=True), Ask(own("M-2"), now=0))

    assert batch.attributes == {first: [rows[1], rows[2], rows[0]]}
    with driver.reading() as reader:
        assert (reader.attributes(first), reader.attributes(second)) == ([rows[1], rows[2], rows[0]], [])


def test_an_attribute_of_the_same_instant_is_replaced(driver: Driver) -> None:
    (number,) = enrol(driver, "M-1")
    for value in ('"S"', '"M"'):
        save(driver, Changes(attributes=[(number, Attribute("plan", 5, value), 30)]))

    batch = load(driver, Ask(own("M-1"), now=0, attributes=True))
    assert batch.attributes[number] == [Attribute("plan", 5, '"M"')]


def test_a_reader_names_members_both_ways(driver: Driver) -> None:
    (number,) = enrol(driver, "M-1")
    linked(driver, number)

    with driver.reading() as reader:
        assert reader.member(own("M-1")) == reader.member(CARD) == reader.member_of(number)
        assert reader.member(own("nobody")) is None
        assert reader.member_of(number + 1) is None
