"""The shelf of published rulebooks, and several programs in one store."""

from __future__ import annotations

import pytest

from loyalty_engine.activity.activity import ActivityKey, MemberRef
from loyalty_engine.engine.ports.driver import Driver
from loyalty_engine.engine.ports.rulebook_shelf import PublishedRulebook
from loyalty_engine.engine.ports.store import Ask, Changes, IdentityLink
from loyalty_engine.errors import UnknownProgram
from tests.contract.given import POINTS, enrol, granted, load, own, recorded, save, stored


def publication(program: str, effective_at: int = 100) -> PublishedRulebook:
    files = {"program.yaml": f"program: {program}  # 程序\n", "accrual.yaml": ""}
    return PublishedRulebook(0, program, "ab" * 32, effective_at, 200, None, files)


def publish(driver: Driver, rulebook: PublishedRulebook) -> PublishedRulebook:
    return driver.transact(lambda session: session.publish(rulebook))


def test_an_empty_shelf(driver: Driver) -> None:
    with driver.reading() as reader:
        assert (reader.latest(), list(reader.published())) == (0, [])


def test_publications_are_numbered_over_the_whole_store(driver: Driver) -> None:
    programs = ["acme", "other", "acme"]

    stored_ones = [publish(driver, publication(name)._replace(actor="Ann")) for name in programs]

    assert [one.number for one in stored_ones] == [1, 2, 3]
    with driver.reading() as reader:
        assert reader.latest() == 3
        assert list(reader.published()) == stored_ones
        assert list(reader.published("acme")) == [stored_ones[0], stored_ones[2]]
        assert list(reader.published("nobody's")) == []


def test_a_writer_sees_what_it_published_and_a_dropped_publication_is_gone(driver: Driver) -> None:
    with pytest.raises(ZeroDivisionError):
        driver.transact(lambda session: (session.publish(publication("acme")), 1 // 0))

    numbers = driver.transact(
        lambda session: (session.latest(), session.publish(publication("acme")).number, session.latest())
    )
    assert numbers == (0, 1, 1)


def test_programs_of_one_store_do_not_see_each_other(driver: Driver) -> None:
    number = granted(driver, "M-1")
    changes = Changes(links=[IdentityLink("card", "4711", number, 5)])
    recorded(changes, stored(number, 1))
    save(driver, changes)
    driver.program = "other"
    asks = [Ask(own("M-1"), 0, key=stored(0, 1).key), Ask(MemberRef("card", "4711"), 0)]

    before = load(driver, *asks)
    other = granted(driver, "M-1", expires_at=5000)
    changes = Changes(links=[IdentityLink("card", "4711", other, 5)])
    recorded(changes, stored(other, 1))
    save(driver, changes)

    assert (before.members, before.known) == ({}, {})
    assert before.next_account == number + 1 == other
    after = load(driver, *asks)
    assert {found.account for found in after.members.values()} == {other}
    assert after.known[stored(0, 1).key].account == other
    with driver.reading() as reader:
        assert [record.account.number for record in reader.records()] == [other]
        assert reader.counts() == {"members": 1, "activities": 1, "entries": 1, "lots": 1}
        assert reader.outstanding(2000)[POINTS].available == 100
        assert reader.member_of(number) is None
    assert driver.transact(lambda session: list(session.due_accounts(10**6, 0, 9))) == [other]


def test_without_a_program_the_journal_of_all_can_be_read(driver: Driver) -> None:
    first = granted(driver, "M-1")
    driver.program = "other"
    second = granted(driver, "M-1")
    driver.program = None

    with driver.reading() as reader:
        assert [record.account.number for record in reader.records()] == [first, second]
        assert (reader.account_count(), reader.counts()["members"]) == (2, 2)
        assert reader.outstanding(2000)[POINTS].available == 200
        assert [total.entries for total in reader.totals()] == [2]
        assert reader.member_of(second) is not None
    assert driver.transact(lambda session: list(session.due_accounts(10**6, 0, 9))) == [first, second]


def test_without_a_program_nobody_can_be_named(driver: Driver) -> None:
    enrol(driver, "M-1")
    driver.program = None

    with pytest.raises(UnknownProgram):
        load(driver, Ask(own("M-1"), 0))
    with pytest.raises(UnknownProgram):
        save(driver, Changes())
    with driver.reading() as reader:
        with pytest.raises(UnknownProgram):
            reader.member(own("M-1"))
        with pytest.raises(UnknownProgram):
            reader.context(Ask(own("M-1"), 0))
        with pytest.raises(UnknownProgram):
            reader.find_activity(ActivityKey("pos", "purchase", "R-1"))
