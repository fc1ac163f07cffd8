"""From files to a rulebook: sections, the hash of the meaning, lints, and doubts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from loyalty_engine.rulebook.diagnostic import Mark, Report
from loyalty_engine.rulebook.load import load_rulebook
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.rulebook.section import SectionInput
from tests.samples.rule_files import ACME, SECTIONS, codes, completed, load


def digest(*texts: str, **files: str) -> str:
    loaded = load(*texts, **files)
    assert loaded.rulebook is not None, loaded.diagnostics
    return loaded.rulebook.hash


def test_the_hash_is_of_the_meaning_and_not_of_the_layout() -> None:
    assert digest(ACME) == digest(ACME.replace("\n", "   # a remark\n").replace("# yaml-", "# other-"))
    assert digest(ACME) == digest(ACME.replace("tobacco, gift-card", "'tobacco', \"gift-card\""))
    assert digest(ACME) == digest(ACME.replace("base:  {take: first}", "base:\n    take: first"))
    assert len(digest(ACME)) == 64


def test_the_hash_does_not_know_how_the_program_is_cut_into_files() -> None:
    start = ACME.index("accrual:")
    end = ACME.index("returns:")
    assert digest(ACME) == digest(program=ACME[:start] + ACME[end:], accrual=ACME[start:end])


def test_the_hash_leaves_the_examples_out() -> None:
    assert digest(ACME) == digest(ACME[: ACME.index("examples:")])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("take: first", "take: all"),
        ("[tobacco, gift-card]", "[gift-card, tobacco]"),
        ("prices: include tax\n", ""),
        ("silver: 1000, gold: 5000", "gold: 5000, silver: 1000"),
        ("acme-rewards", "acme"),
    ],
)
def test_whatever_may_change_a_decision_changes_the_hash(old: str, new: str) -> None:
    assert old in ACME
    assert digest(ACME) != digest(ACME.replace(old, new))


def test_one_meaning_has_one_hash_forever() -> None:
    assert digest("accrual: {a: {when: {channel: 网店}}}") == (
        "d1d7d3988ad94a1e064b08f3fef7c08a46926abbf2ffcc7062989cf7c6158746"
    )


def test_the_rulebook_carries_its_files_examples_and_models() -> None:
    loaded = load_rulebook({"acme.yaml": ACME.encode()}, SECTIONS)
    assert loaded.rulebook is not None
    assert loaded.rulebook.files == {"acme.yaml": ACME}
    assert loaded.rulebook.examples is not None
    assert [member.key for member in loaded.rulebook.examples] == ["a weekend basket"]
    assert list(loaded.rulebook.models["accrual"]) == ["base-earn", "topup", "weekend-dairy", "welcome"]
    assert loaded.rulebook.fields.when["tier"].choices == ("silver", "gold")


def test_sections_see_the_models_read_before_them() -> None:
    seen: list[list[str]] = []

    def read(given: SectionInput) -> str:
        seen.append(list(given.models))
        return "read"

    sections = [replace(section, read=read) for section in SECTIONS]
    loaded = load_rulebook({"acme.yaml": ACME.replace("lists:", "lists: {}\n#")}, sections)
    assert seen == [[], ["stacks"], ["stacks", "accrual"]]
    assert loaded.rulebook is not None
    assert loaded.rulebook.models == {"stacks": "read", "accrual": "read", "tiers": "read"}


def test_a_lint_runs_on_what_loads_and_may_still_refuse() -> None:
    def lint(rulebook: Rulebook, report: Report) -> None:
        report.error("R029", Mark("rules.yaml", 1, 1), what=rulebook.program.name, problem="is too old")

    sections = (replace(SECTIONS[0], lint=lint), *SECTIONS[1:])
    refused = load_rulebook(completed({"rules.yaml": "program: shop"}), sections)
    assert (refused.rulebook, codes(refused)) == (None, ["R029"])
    assert codes(load_rulebook(completed({"rules.yaml": "program: a shop"}), sections)) == ["R028"]


def test_a_key_of_a_later_version_may_be_taken_by_a_section() -> None:
    section = replace(SECTIONS[0], keys=("partners",))
    files = completed({"rules.yaml": "partners: {}"})
    assert codes(load_rulebook(files, SECTIONS)) == ["R020"]
    assert codes(load_rulebook(files, (*SECTIONS, section))) == []


def test_a_field_that_an_own_phrase_uses_is_not_unused() -> None:
    def read(given: SectionInput) -> None:
        given.context.find_field("data_gb", "when", Mark("rules.yaml", 1, 1))

    files = completed({"rules.yaml": "fields: {data_gb: {type: number}}"})
    assert codes(load_rulebook(files, SECTIONS)) == ["R035"]
    assert codes(load_rulebook(files, (replace(SECTIONS[0], read=read), *SECTIONS[1:]))) == []


def test_a_doubt_is_not_raised_beside_a_mistake() -> None:
    assert codes(load("lists: {a: [x]}\nprices: free")) == ["R027"]


def test_when_a_file_cannot_be_read_nothing_is_called_missing() -> None:
    loaded = load_rulebook({"a.yaml": "accrual: {a: {when: {teir: gold}}}", "b.yaml": "["}, SECTIONS)
    assert codes(loaded) == ["R007"]


def test_what_other_files_get_wrong_is_told_beside_a_file_that_cannot_be_read() -> None:
    files = {"a.yaml": "currency: EURO\nrulez: {}\nrounding: {mode: dwn}", "examples.yaml": "examples: ["}
    assert codes(load_rulebook(files, SECTIONS)) == ["R104", "R019", "R027", "R007"]


def test_files_without_a_key_are_told_what_is_missing_and_no_file_is_made_up() -> None:
    assert {found.mark.file for found in load_rulebook({"a.yaml": "# nothing\n"}, SECTIONS).diagnostics} == {
        "a.yaml"
    }


def test_no_files_at_all_are_a_mistake() -> None:
    assert codes(load_rulebook({}, SECTIONS)) == ["R001"]
