"""`loyalty balance`, `statement`, `explain`, `adjust` and `quote`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command_line import dump, purchase, return_of, run, succeed
from tests.cli.conftest import Shop

ADJUST = ("--reason", "goodwill", "--actor", "ann", "--key")


# -- balance ------------------------------------------------------------------------------------------------


def test_the_balance_in_json_is_the_document_of_the_design(open_shop: Shop) -> None:
    document = succeed("balance", "M-1", "--db", open_shop.db, "--at", "2026-05-01", "--json").document
    standing = {"available": 80, "pending": 0, "held": 0, "deficit": 0}
    expiring = [{"at": "2027-04-01T00:00:00+03:00", "points": 80}]
    assert document == {
        "member": "M-1",
        "at": "2026-05-01T00:00:00+03:00",
        "tier": None,
        "currencies": {
            "points": {**standing, "expiring": expiring},
            "credits": {**standing, "expiring": []},
        },
    }


def test_the_balance_for_a_person(open_shop: Shop) -> None:
    ran = succeed("balance", "M-1", "--db", open_shop.db, "--at", "2026-05-01")
    assert "Member M-1 at 2026-05-01T00:00:00+03:00" in ran.out
    assert "points" in ran.out
    assert "2027-04-01 00:00:00       80   points" in ran.out
    assert "\x1b" not in ran.out, "no colours where nobody sees them"


@pytest.mark.parametrize(
    ("at", "points"),
    [
        ("2026-03-01", 0),
        ("2026-03-01T10:00", 20),
        ("2026-03-01T08:00:00Z", 20),
        ("2026-03-01T07:59:59Z", 0),
        ("2026-03-02T10:00:00+02:00", 80),
        ("2026-03-31", 100),
        ("2027-04-01", 0),
    ],
)
def test_a_balance_is_as_of_any_time_on_the_programs_clock(open_shop: Shop, at: str, points: int) -> None:
    document = succeed("balance", "M-1", "--db", open_shop.db, "--at", at, "--json").document
    assert document["currencies"]["points"]["available"] == points


def test_a_balance_is_as_it_was_known(open_shop: Shop) -> None:
    options = ("balance", "M-1", "--db", open_shop.db, "--at", "2026-05-01", "--json")
    assert succeed(*options, "--known-at", "2026-05-01").document["currencies"] != {}
    known = succeed(*options, "--known-at", "2026-05-01").document["currencies"]["points"]
    assert known["available"] == 0, "all of it was recorded just now"


def test_a_member_is_found_by_an_identity(open_shop: Shop) -> None:
    change = ("member", "change", "M-1", "--link", "card=4711", "--key", "k1", "--at", "2026-04-02")
    succeed(*change, "--db", open_shop.db)
    options = ("--db", open_shop.db, "--at", "2026-05-01", "--json")
    found = succeed("balance", "4711", "--identity", "card", *options).document
    assert found["member"] == "M-1"
    assert run("balance", "4711", *options).error["code"] == "UnknownMember"
    assert run("balance", "4711", "--identity", "phone", *options).code == 4


@pytest.mark.parametrize("command", ["balance", "statement", "member show"])
def test_a_time_that_is_none_is_a_usage_error(open_shop: Shop, command: str) -> None:
    ran = run(*command.split(), "M-1", "--db", open_shop.db, "--at", "yesterday")
    assert ran.code == 2
    assert "--at" in ran.err
    assert "yesterday" in ran.err


# -- statement ----------------------------------------------------------------------------------------------


def test_a_statement_has_every_movement_with_its_running_balance(open_shop: Shop) -> None:
    ran = succeed("statement", "M-1", "--db", open_shop.db, "--at", "2026-05-01", "--json")
    entries = [entry for entry in ran.document["entries"] if entry["currency"] == "points"]
    assert [(entry["kind"], entry["rule"], entry["points"], entry["balance"]) for entry in entries] == [
        ("accrual", "everyday", 20, 20),
        ("accrual", "everyday", 50, 70),
        ("accrual", "big-basket", 10, 80),
        ("accrual", "everyday", 20, 100),
        ("reversal", "everyday", -20, 80),
    ]
    out = succeed("statement", "M-1", "--db", open_shop.db, "--at", "2026-05-01").out
    for entry in entries:
        assert entry["id"] in out
    assert "2026-04-01 10:00:00" in out
    assert "reversal: everyday" in out
    assert "return X-1" in out
    last = succeed("statement", "M-1", "--db", open_shop.db, "--last", "2", "--json").document["entries"]
    assert [entry["id"] for entry in last] == ["0000000001-00000009", "0000000001-00000010"]


def test_a_statement_of_one_currency_leaves_out_the_others(open_shop: Shop) -> None:
    whole = succeed("statement", "M-1", "--db", open_shop.db, "--json").document["entries"]
    for name in ("points", "credits"):
        own = succeed("statement", "M-1", "--db", open_shop.db, "--currency", name, "--json")
        assert own.document["entries"] == [one for one in whole if one["currency"] == name]
    ran = run("statement", "M-1", "--db", open_shop.db, "--currency", "pionts", "--json")
    assert (ran.code, ran.error["code"]) == (4, "UnknownCurrency")


def test_a_statement_ends_where_it_is_asked_to(open_shop: Shop) -> None:
    early = succeed("statement", "M-1", "--db", open_shop.db, "--at", "2026-02-01")
    assert "No points have moved." in early.out


# -- explain ------------------------------------------------------------------------------------------------


def entry_of(shop: Shop, rule: str) -> str:
    """The first entry of a rule."""
    document = succeed("statement", "M-1", "--db", shop.db, "--json").document
    return str(next(entry["id"] for entry in document["entries"] if entry["rule"] == rule))


def test_an_entry_is_explained_rule_by_rule(open_shop: Shop) -> None:
    entry = entry_of(open_shop, "everyday")
    document = succeed("explain", entry, "--db", open_shop.db, "--json").document
    assert document["entry"]["id"] == entry
    rules = {rule["rule"]: rule for rule in document["rules"]}
    assert rules["everyday"]["points"] == 20
    assert rules["plan-m"]["failed"] == {"field": "plan", "test": "M", "seen": None}
    out = succeed("explain", entry, "--db", open_shop.db).out
    assert "Because rule `everyday` granted 20 points." in out
    assert "purchase R-1 of pos" in out
    assert "`plan` is missing" in out


def test_a_rule_that_did_not_fire_shows_the_value_it_saw_as_it_was_written(open_shop: Shop) -> None:
    entry = entry_of(open_shop, "everyday")
    out = succeed("explain", entry, "--db", open_shop.db).out
    assert "`total` is 20.00, not >= 50.00" in out


def test_a_reversal_is_explained_by_its_lots(open_shop: Shop) -> None:
    document = succeed("statement", "M-1", "--db", open_shop.db, "--json").document
    entry = next(one for one in document["entries"] if one["kind"] == "reversal")["id"]
    out = succeed("explain", entry, "--db", open_shop.db).out
    assert "a return took back 20 points" in out
    assert "available" in out


@pytest.mark.parametrize("entry", ["0000000001-99999999", "9-9", "nonsense", "9" * 190])
def test_an_entry_that_is_none_is_refused(open_shop: Shop, entry: str) -> None:
    ran = run("explain", entry, "--db", open_shop.db, "--json")
    assert ran.code == 4
    assert ran.error["code"] == "UnknownEntry"


def test_an_entry_without_a_name_is_none(open_shop: Shop) -> None:
    assert run("explain", "", "--db", open_shop.db, "--json").code in (3, 4)


# -- adjust -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("points", "moved"), [("+50", 50), ("50", 50), ("-30", -30)])
def test_a_correction_goes_up_or_down(open_shop: Shop, points: str, moved: int) -> None:
    ran = succeed("adjust", "M-1", points, *ADJUST, "k1", "--db", open_shop.db, "--json")
    (entry,) = [one for one in ran.document["entries"] if one["kind"] == "adjustment"]
    assert (entry["points"], entry["currency"]) == (moved, "points")
    statement = succeed("statement", "M-1", "--db", open_shop.db, "--json").document["entries"]
    (row,) = [one for one in statement if one["kind"] == "adjustment"]
    assert (row["actor"], row["reason"]) == ("ann", "goodwill")


def test_a_correction_happens_once_per_key(open_shop: Shop) -> None:
    first = succeed("adjust", "M-1", "+50", *ADJUST, "k1", "--db", open_shop.db, "--json")
    before = dump(open_shop.file)
    again = succeed("adjust", "M-1", "+50", *ADJUST, "k1", "--db", open_shop.db, "--json")
    assert again.document == first.document
    assert "nothing changed" in again.err
    other = run("adjust", "M-1", "+51", *ADJUST, "k1", "--db", open_shop.db, "--json")
    assert other.code == 4
    assert other.error["code"] == "ActivityConflict"
    assert dump(open_shop.file) == before


def test_another_currency_may_be_corrected(open_shop: Shop) -> None:
    options = ("--currency", "credits", "--db", open_shop.db, "--json")
    document = succeed("adjust", "M-1", "+5", *ADJUST, "k1", *options).document
    assert document["totals"] == {"points": 0, "credits": 5}
    unknown = run("adjust", "M-1", "+5", *ADJUST, "k2", "--currency", "miles", "--db", open_shop.db, "--json")
    assert (unknown.code, unknown.error["code"]) == (4, "UnknownCurrency")


@pytest.mark.parametrize(
    ("points", "code"),
    [("0", 3), ("9999999999999999999", 3), ("-9999999999999999999", 3), ("ten", 2), ("1.5", 2), ("--5", 2)],
)
def test_a_number_of_points_that_is_none_changes_nothing(open_shop: Shop, points: str, code: int) -> None:
    before = dump(open_shop.file)
    assert run("adjust", "M-1", points, *ADJUST, "k1", "--db", open_shop.db).code == code
    assert dump(open_shop.file) == before


def test_a_correction_needs_reason_actor_and_key(open_shop: Shop) -> None:
    for option in ("--reason", "--actor", "--key"):
        options = dict(zip(("--reason", "--actor", "--key"), ("goodwill", "ann", "k1"), strict=True))
        del options[option]
        given = [part for pair in options.items() for part in pair]
        ran = run("adjust", "M-1", "+50", *given, "--db", open_shop.db)
        assert ran.code == 2
        assert option in ran.err


# -- quote --------------------------------------------------------------------------------------------------


def activity_file(folder: Path, number: int, amount: str) -> Path:
    """One activity as JSON, over several lines."""
    path = folder / "activity.json"
    path.write_text(json.dumps(purchase(number, amount), indent=2))
    return path


def test_a_quote_needs_no_database(shop: Shop, tmp_path: Path) -> None:
    file = activity_file(tmp_path, 5, "50.00")
    document = succeed("quote", file, "--rules", shop.rules, "--json").document
    assert document["totals"] == {"points": 60, "credits": 60}
    out = succeed("quote", file, "--rules", shop.rules).out
    assert "purchase R-5 of pos, member M-1" in out
    assert "accrual: big-basket" in out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["activity.json", "rules"]


def test_a_quote_comes_from_stdin_too(shop: Shop) -> None:
    ran = succeed("quote", "-", "--rules", shop.rules, "--json", stdin=json.dumps(purchase(5)).encode())
    assert ran.document["totals"]["points"] == 20


def test_a_quote_is_what_recording_answers_and_stores_nothing(open_shop: Shop, tmp_path: Path) -> None:
    file = activity_file(tmp_path, 9, "50.00")
    before = dump(open_shop.file)
    quoted = succeed("quote", file, "--db", open_shop.db, "--json").document
    assert dump(open_shop.file) == before
    data = tmp_path / "a.jsonl"
    data.write_text(json.dumps(purchase(9, "50.00")) + "\n")
    recorded = succeed("replay", data, "--db", open_shop.db, "--json").lines[0]
    assert quoted["entries"][:2] == recorded["entries"][:2]
    assert quoted["totals"] == recorded["totals"]


def test_a_quote_tries_rules_that_are_not_published(open_shop: Shop, tmp_path: Path) -> None:
    """They decide as if they were published last, also with the start of those that are."""
    (open_shop.rules / "examples.yaml").unlink()
    accrual = open_shop.rules / "accrual.yaml"
    accrual.write_text(accrual.read_text().replace("1 point per 1.00", "3 points per 1.00"))
    before = dump(open_shop.file)
    file = activity_file(tmp_path, 9, "20.00")
    options = ("--db", open_shop.db, "--json")
    assert succeed("quote", file, "--rules", open_shop.rules, *options).document["totals"]["points"] == 60
    assert succeed("quote", file, *options).document["totals"]["points"] == 20
    assert dump(open_shop.file) == before


def test_a_quote_of_a_return_takes_back_what_was_granted(open_shop: Shop) -> None:
    activity = json.dumps(return_of(9, 2)).encode()
    document = succeed("quote", "-", "--db", open_shop.db, "--json", stdin=activity).document
    assert document["totals"]["points"] == -60


def test_a_quote_without_rules_anywhere_is_a_usage_error(tmp_path: Path) -> None:
    ran = run("quote", activity_file(tmp_path, 1, "5.00"))
    assert ran.code == 2
    assert "--rules" in ran.err
