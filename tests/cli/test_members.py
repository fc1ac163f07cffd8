"""`loyalty member`: enrolment, identities and attributes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command_line import dump, jsonl, purchase, run, succeed
from tests.cli.conftest import Shop

AT = ("--at", "2026-02-01T10:00")


def test_a_member_is_enrolled_and_shown(shop: Shop) -> None:
    options = ("--link", "card=4711", "--link", "card=4712", "--set", "plan=M", "--set", "newsletter=true")
    receipt = succeed(
        "member", "enrol", "M-1", *options, *AT, "--rules", shop.rules, "--db", shop.db, "--json"
    ).document
    assert receipt["member"] == "M-1"
    assert receipt["activity"]["type"] == "enrolment"
    document = succeed("member", "show", "M-1", "--db", shop.db, "--json").document
    assert document["enrolled_at"] == "2026-02-01T10:00:00+02:00"
    assert document["identities"] == {"card": ["4711", "4712"]}
    assert document["attributes"] == {"newsletter": True, "plan": "M"}
    out = succeed("member", "show", "4712", "--identity", "card", "--db", shop.db).out
    for part in ("M-1", "2026-02-01 10:00:00", "4711, 4712", "plan"):
        assert part in out


def test_what_is_enrolled_counts_in_rules(shop: Shop, tmp_path: Path) -> None:
    enrol = ("member", "enrol", "M-1", "--set", "plan=M", "--set", "newsletter=true", *AT)
    succeed(*enrol, "--rules", shop.rules, "--db", shop.db)
    ran = succeed("replay", jsonl(tmp_path / "a.jsonl", [purchase(1)]), "--db", shop.db, "--json")
    assert ran.lines[0]["totals"]["points"] == 25


def test_a_change_is_dated_and_happens_once(shop: Shop) -> None:
    db = ("--db", shop.db)
    succeed("member", "enrol", "M-1", "--set", "plan=S", *AT, "--rules", shop.rules, *db)
    change = ("member", "change", "M-1", "--set", "plan=M", "--key", "k1", "--at", "2026-03-01")
    succeed(*change, *db)
    before = dump(shop.file)
    assert "nothing changed" in succeed(*change, *db).err
    assert dump(shop.file) == before

    def plan(at: str) -> object:
        return succeed("member", "show", "M-1", "--at", at, *db, "--json").document["attributes"].get("plan")

    assert plan("2026-02-20") == "S"
    assert plan("2026-03-20") == "M"
    succeed("member", "change", "M-1", "--unset", "plan", "--key", "k2", "--at", "2026-04-01", *db)
    assert plan("2026-04-20") is None


def test_an_identity_belongs_to_one_member(shop: Shop) -> None:
    db = ("--db", shop.db)
    succeed("member", "enrol", "M-1", "--link", "card=4711", *AT, "--rules", shop.rules, *db)
    before = dump(shop.file)
    ran = run("member", "enrol", "M-2", "--link", "card=4711", *AT, *db, "--json")
    assert (ran.code, ran.error["code"]) == (4, "IdentityTaken")
    assert dump(shop.file) == before


def test_nobody_is_changed_or_shown_who_is_not_enrolled(open_shop: Shop) -> None:
    change = run("member", "change", "M-9", "--set", "plan=M", "--key", "k", "--db", open_shop.db, "--json")
    assert (change.code, change.error["code"]) == (4, "UnknownMember")
    show = run("member", "show", "M-9", "--db", open_shop.db, "--json")
    assert (show.code, show.error["code"]) == (4, "UnknownMember")


@pytest.mark.parametrize(
    "wrong",
    [
        ("member", "enrol", "M-1", "--link", "4711"),
        ("member", "enrol", "M-1", "--set", "=M"),
        ("member", "change", "M-1", "--key", "k"),
        ("member", "change", "M-1", "--set", "plan=M"),
    ],
)
def test_a_change_that_says_too_little_is_a_usage_error(open_shop: Shop, wrong: tuple[str, ...]) -> None:
    assert run(*wrong, "--db", open_shop.db).code == 2


def test_a_value_that_its_field_does_not_take_is_bad_input(open_shop: Shop) -> None:
    before = dump(open_shop.file)
    for pair in ("plan=XL", "newsletter=perhaps"):
        ran = run("member", "change", "M-1", "--set", pair, "--key", "k", "--db", open_shop.db, "--json")
        assert (ran.code, ran.error["code"]) == (3, "InvalidActivity")
        assert pair.partition("=")[0] in ran.err
    assert dump(open_shop.file) == before


def test_a_first_start_publishes_the_rules_and_a_later_one_does_not(shop: Shop) -> None:
    """Enrolling is no way to change what is live."""
    options = ("--rules", shop.rules, "--db", shop.db)
    succeed("member", "enrol", "M-1", *AT, *options)
    (first,) = succeed("status", "--db", shop.db, "--json").document["rulebooks"]
    accrual = shop.rules / "accrual.yaml"
    accrual.write_text(accrual.read_text().replace("earn: 10 points", "earn: 11 points"))
    (shop.rules / "examples.yaml").unlink()
    succeed("member", "enrol", "M-2", *AT, *options)
    succeed("adjust", "M-2", "+1", "--reason", "r", "--actor", "a", "--key", "k", *options)
    assert succeed("status", "--db", shop.db, "--json").document["rulebooks"] == [first]


def test_rules_of_another_program_do_not_enrol_into_this_one(shop: Shop) -> None:
    enrol = ("member", "enrol", "M-1", *AT, "--rules", shop.rules, "--db", shop.db)
    succeed("rules", "publish", shop.rules, "--db", shop.db)
    program = shop.rules / "program.yaml"
    program.write_text(program.read_text().replace("corner-shop", "other-shop"))
    before = dump(shop.file)
    ran = run(*enrol, "--json")
    assert (ran.code, ran.error["code"]) == (4, "UnknownProgram")
    assert "other-shop" in ran.err
    assert dump(shop.file) == before


def test_without_a_database_and_without_rules_nothing_is_made(shop: Shop) -> None:
    ran = run("member", "enrol", "M-1", "--db", shop.db, "--json")
    assert ran.code == 4
    assert str(shop.file) in ran.err
    assert not shop.file.exists()
