"""`loyalty rules`: what is said of rule files, and by which exit code."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests.cli.command_line import dump, purchase, run, succeed
from tests.cli.conftest import Shop


def edit(shop: Shop, file: str, old: str, new: str) -> None:
    """Change a text that stands in a rule file."""
    path = shop.rules / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


# -- check --------------------------------------------------------------------------------------------------


def test_good_rules_check_with_one_line_that_names_them(shop: Shop) -> None:
    ran = succeed("rules", "check", shop.rules)
    assert ran.err == ""
    (line,) = ran.out.splitlines()
    for part in ("corner-shop", "ok", "2026-01-01T00:00:00+02:00", "3 of 3 examples"):
        assert part in line


def test_the_check_in_json(shop: Shop) -> None:
    document = succeed("rules", "check", shop.rules, "--json").document
    assert document["ok"] is True
    assert document["program"] == "corner-shop"
    assert document["effective"] == "2026-01-01T00:00:00+02:00"
    assert len(document["hash"]) == 64
    assert document["diagnostics"] == []
    assert [one["name"] for one in document["examples"]] == [
        "a small basket",
        "a big basket",
        "a member with plan M",
    ]
    assert all(one["passed"] for one in document["examples"])


def test_every_mistake_is_shown_with_its_line_and_a_caret(shop: Shop) -> None:
    edit(shop, "accrual.yaml", "total:", "totl:")
    edit(shop, "program.yaml", "EUR", "euros")
    ran = run("rules", "check", shop.rules)
    assert ran.code == 3
    assert "--> accrual.yaml:4:53" in ran.err
    assert "did you mean `total`?" in ran.err
    assert "^" in ran.err
    assert "--> program.yaml:4:11" in ran.err
    assert "2 errors" in ran.out


def test_mistakes_in_json_stand_in_the_document_and_in_the_talk(shop: Shop) -> None:
    edit(shop, "accrual.yaml", "total:", "totl:")
    ran = run("rules", "check", shop.rules, "--json")
    assert ran.code == 3
    document = ran.document
    assert document["ok"] is False
    assert document["program"] is None
    (found,) = document["diagnostics"]
    assert (found["severity"], found["file"], found["line"]) == ("error", "accrual.yaml", 4)
    assert "totl" in ran.err


def test_only_examples_that_fail_are_findings(shop: Shop) -> None:
    edit(shop, "examples.yaml", "everyday: 20, total: 20", "everyday: 21")
    ran = run("rules", "check", shop.rules, "--json")
    assert ran.code == 1
    assert ran.document["ok"] is False
    assert ran.document["program"] == "corner-shop"
    assert "--> examples.yaml:2:65" in ran.err
    assert "examples fail" in run("rules", "check", shop.rules).out


def test_a_warning_does_not_fail_a_check(shop: Shop) -> None:
    (shop.rules / "examples.yaml").unlink()
    ran = succeed("rules", "check", shop.rules)
    assert "warning[R407]" in ran.err
    assert "1 warning" in ran.out


def test_one_file_is_rules_too(shop: Shop) -> None:
    whole = shop.rules.parent / "whole.yaml"
    whole.write_text("\n".join(path.read_text() for path in sorted(shop.rules.iterdir())))
    document = succeed("rules", "check", whole, "--json").document
    assert document["hash"] == succeed("rules", "check", shop.rules, "--json").document["hash"]


# -- test ---------------------------------------------------------------------------------------------------


def test_the_verdict_counts_the_examples_that_hold(shop: Shop) -> None:
    assert "3 of 3 examples hold" in succeed("rules", "check", shop.rules).out
    edit(shop, "examples.yaml", "big-basket: 10, total: 60", "big-basket: 11")
    assert "2 of 3 examples hold" in run("rules", "check", shop.rules).out
    Path(shop.rules, "examples.yaml").unlink()
    assert ", no examples, " in succeed("rules", "check", shop.rules).out


def test_each_example_is_listed(shop: Shop) -> None:
    ran = succeed("rules", "test", shop.rules)
    for name in ("a small basket", "a big basket", "a member with plan M"):
        assert f"ok      {name}" in ran.out
    assert "3 examples, none failed" in ran.out
    assert "reaches" not in ran.out


def test_a_failed_example_is_shown_at_the_number_that_does_not_hold(shop: Shop) -> None:
    edit(shop, "examples.yaml", "big-basket: 10, total: 60", "big-basket: 11")
    ran = run("rules", "test", shop.rules)
    assert ran.code == 1
    assert "FAILED  a big basket" in ran.out
    assert "ok      a small basket" in ran.out
    assert "`big-basket` gives 10, not 11" in ran.out
    assert "--> examples.yaml:3:79" in ran.out
    document = run("rules", "test", shop.rules, "--json").document
    assert [one["passed"] for one in document["examples"]] == [True, False, True]
    assert len(document["diagnostics"]) == 1


def test_rules_that_no_example_reaches_are_named_and_do_not_fail(shop: Shop) -> None:
    edit(
        shop,
        "examples.yaml",
        "{amount: 50.00}, gives: {everyday: 50, big-basket: 10, total: 60}",
        "{amount: 5.00}",
    )
    edit(
        shop,
        "examples.yaml",
        "a big basket: {activity: {amount: 5.00}}",
        "a basket: {activity: {amount: 5.00}, gives: {total: 5}}",
    )
    ran = succeed("rules", "test", shop.rules)
    assert "No example reaches: big-basket" in ran.out
    assert succeed("rules", "test", shop.rules, "--json").document["unreached"] == ["big-basket"]


def test_a_test_fails_when_there_is_nothing_to_run(shop: Shop) -> None:
    (shop.rules / "examples.yaml").unlink()
    ran = run("rules", "test", shop.rules)
    assert ran.code == 1
    assert "no examples" in ran.out
    assert run("rules", "test", shop.rules, "--json").document["ok"] is False


def test_a_test_of_rules_that_do_not_load_is_bad_input(shop: Shop) -> None:
    edit(shop, "accrual.yaml", "total:", "totl:")
    ran = run("rules", "test", shop.rules, "--json")
    assert ran.code == 3
    assert ran.error["code"] == "InvalidRulebook"
    assert ran.error["diagnostics"][0]["file"] == "accrual.yaml"
    assert "--> accrual.yaml:4:53" in ran.err


# -- show and schema ----------------------------------------------------------------------------------------


def test_show_says_every_setting_and_rule(shop: Shop) -> None:
    out = succeed("rules", "show", shop.rules).out
    for part in (
        "corner-shop",
        "Europe/Riga",
        "everyday",
        "1 point per 1.00",
        "big-basket",
        "pending 14 days",
    ):
        assert part in out
    document = succeed("rules", "show", shop.rules, "--json").document
    assert document["prices"] == "include tax"
    assert [rule["name"] for rule in document["accrual"]] == ["everyday", "big-basket", "plan-m"]


def test_show_says_what_points_can_be_spent_on(shop: Shop) -> None:
    assert "Redemption" not in succeed("rules", "show", shop.rules).out
    (shop.rules / "redemption.yaml").write_text(
        "redemption:\n"
        "  pay-with-points: {worth: 100 points = 0.80, step: 100 points, at_most: 50% of total}\n"
        "  voucher-10: {cost: 1000 points + 1, gives: 10.00 voucher, when: {weekday: mon},\n"
        "               active: 2026-05-01}\n"
    )
    out = succeed("rules", "show", shop.rules).out
    for part in (
        "Redemption",
        "at most 50% of total; at least 100 points; step 100 points; hold 30 minutes; in points",
        "1000 points + 1.00",
        "10.00 voucher",
        "weekday: mon",
        "active 2026-05-01; hold 30 minutes",
    ):
        assert part in out
    offers = succeed("rules", "show", shop.rules, "--json").document["redemption"]
    assert list(offers) == ["pay-with-points", "voucher-10"]


def test_show_needs_no_examples_that_hold(shop: Shop) -> None:
    edit(shop, "examples.yaml", "everyday: 20", "everyday: 21")
    assert succeed("rules", "show", shop.rules, "--json").document["program"] == "corner-shop"


def test_the_editor_schema_knows_a_programs_own_words(shop: Shop) -> None:
    general = succeed("rules", "schema").document
    own = succeed("rules", "schema", shop.rules, "--json").document
    assert general["title"] == "Loyalty program"
    assert own["title"] == "Loyalty program corner-shop"
    assert "newsletter" in json.dumps(own)
    jsonschema.Draft7Validator.check_schema(general)
    jsonschema.Draft7Validator.check_schema(own)


def test_the_schema_of_an_activity_accepts_activities() -> None:
    schema = succeed("rules", "schema", "--activity").document
    jsonschema.validate(purchase(1), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(purchase(1) | {"amount": 20.0}, schema)


def test_an_activity_has_no_schema_of_a_program(shop: Shop) -> None:
    assert run("rules", "schema", shop.rules, "--activity").code == 2


# -- publish ------------------------------------------------------------------------------------------------


def test_publishing_stores_a_version_that_decides(shop: Shop) -> None:
    document = succeed("rules", "publish", shop.rules, "--db", shop.db, "--actor", "ann", "--json").document
    hash_ = succeed("rules", "check", shop.rules, "--json").document["hash"]
    assert document == {
        "published": True,
        "number": 1,
        "program": "corner-shop",
        "effective": "2026-01-01T00:00:00+02:00",
        "hash": hash_,
    }
    (version,) = succeed("status", "--db", shop.db, "--json").document["rulebooks"]
    assert version["hash"] == hash_


def test_what_decides_already_is_not_stored_again(shop: Shop) -> None:
    succeed("rules", "publish", shop.rules, "--db", shop.db)
    before = dump(shop.file)
    ran = succeed("rules", "publish", shop.rules, "--db", shop.db)
    assert "unchanged" in ran.out
    assert dump(shop.file) == before


def test_going_back_to_earlier_rules_publishes_them_again(shop: Shop) -> None:
    succeed("rules", "publish", shop.rules, "--db", shop.db)
    edit(shop, "accrual.yaml", "earn: 10 points", "earn: 12 points")
    edit(shop, "examples.yaml", "big-basket: 10, total: 60", "big-basket: 12, total: 62")
    succeed("rules", "publish", shop.rules, "--db", shop.db)
    edit(shop, "accrual.yaml", "earn: 12 points", "earn: 10 points")
    edit(shop, "examples.yaml", "big-basket: 12, total: 62", "big-basket: 10, total: 60")
    document = succeed("rules", "publish", shop.rules, "--db", shop.db, "--json").document
    assert (document["published"], document["number"]) == (True, 3)


@pytest.mark.parametrize("mistake", ["totl:", 'total: "<= x", channel:'])
def test_rules_with_a_mistake_are_not_published(shop: Shop, mistake: str) -> None:
    edit(shop, "accrual.yaml", "total:", mistake)
    ran = run("rules", "publish", shop.rules, "--db", shop.db, "--json")
    assert ran.code == 3
    assert ran.error["code"] == "InvalidRulebook"
    assert not shop.file.exists()


def test_rules_whose_examples_fail_are_not_published(shop: Shop) -> None:
    edit(shop, "examples.yaml", "everyday: 20", "everyday: 21")
    ran = run("rules", "publish", shop.rules, "--db", shop.db)
    assert ran.code == 3
    assert "everyday" in ran.err
    assert not shop.file.exists()


def test_several_programs_share_a_database(shop: Shop, tmp_path: Path) -> None:
    succeed("rules", "publish", shop.rules, "--db", shop.db)
    succeed("member", "enrol", "M-1", "--db", shop.db, "--at", "2026-02-01")
    edit(shop, "program.yaml", "corner-shop", "other-shop")
    assert succeed("rules", "publish", shop.rules, "--db", shop.db, "--json").document["number"] == 2

    unclear = run("status", "--db", shop.db, "--json")
    assert unclear.code == 4
    assert unclear.error["code"] == "UnknownProgram"
    assert "corner-shop, other-shop" in unclear.err

    def members(*options: object) -> int:
        status = succeed("status", "--db", shop.db, "--json", *options).document
        found: int = status["counts"]["members"]
        return found

    assert members("--program", "corner-shop") == 1
    assert members("--program", "other-shop") == 0
    assert members("--rules", shop.rules) == 0
    unknown = run("status", "--db", shop.db, "--program", "third-shop")
    assert unknown.code == 4
    assert "it has corner-shop, other-shop" in unknown.err


def test_rules_of_another_program_than_the_one_named_are_refused(shop: Shop) -> None:
    succeed("rules", "publish", shop.rules, "--db", shop.db)
    before = dump(shop.file)
    ran = run("rules", "publish", shop.rules, "--db", shop.db, "--program", "other-shop")
    assert ran.code == 4
    assert "corner-shop" in ran.err
    assert dump(shop.file) == before
