"""What the text of a file becomes: blocks of text with positions, nothing typed."""

from __future__ import annotations

import pytest
import yaml

from loyalty_engine.rulebook.diagnostic import Mark, Report
from loyalty_engine.rulebook.node import Block, Items, Node, Text
from loyalty_engine.rulebook.yaml_tree import NodeBudget, read_tree


def tree(text: str) -> Block:
    report = Report()
    found = read_tree("a.yaml", text, report, NodeBudget())
    assert found is not None, report.diagnostics
    return found


def plain(node: Node | None) -> object:
    if isinstance(node, Block):
        return {member.key: plain(member.node) for member in node}
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return None if node is None else node.value


def test_words_that_yaml_would_turn_into_something_else_stay_text() -> None:
    found = tree("a: NO\nb: 012345\nc: 1e3\nd: ~\ne: true\nf: 2026-03-01\ng: 'x'\nh: 0x1F\ni: 12:30:00\n")
    assert plain(found) == {
        "a": "NO",
        "b": "012345",
        "c": "1e3",
        "d": "~",
        "e": "true",
        "f": "2026-03-01",
        "g": "x",
        "h": "0x1F",
        "i": "12:30:00",
    }


def test_a_position_counts_characters_from_one_and_covers_the_scalar() -> None:
    found = tree('# 注释\n名: {b: [x, "y z"]}\n')
    member = found.members[0]
    assert (member.key, member.mark) == ("名", Mark("a.yaml", 2, 1, 1))
    assert isinstance(member.node, Block)
    items = member.node.get("b")
    assert isinstance(items, Items)
    assert [item.mark for item in items.items] == [Mark("a.yaml", 2, 9, 1), Mark("a.yaml", 2, 12, 5)]


def test_a_scalar_over_several_lines_is_marked_to_the_end_of_its_first() -> None:
    node = tree("a: one two\n  three\n").get("a")
    assert node == Text(Mark("a.yaml", 1, 4, 7), "one two three")


def test_names_and_values_are_brought_to_one_form_of_unicode() -> None:
    decomposed = "cafe\N{COMBINING ACUTE ACCENT}"
    assert plain(tree(f"{decomposed}: {decomposed}\n")) == {"café": "café"}


def test_two_forms_of_one_name_are_one_key_given_twice() -> None:
    report = Report()
    read_tree("a.yaml", "café: 1\ncafe\N{COMBINING ACUTE ACCENT}: 2\n", report, NodeBudget())
    assert [found.code for found in report.diagnostics] == ["R011"]


@pytest.mark.parametrize("text", ["", "\n", "# only a remark\n", "---\n", "--- # still nothing\n"])
def test_a_file_with_nothing_in_it_is_an_empty_block(text: str) -> None:
    assert tree(text).members == ()


def test_after_a_syntax_error_one_diagnostic_is_enough() -> None:
    report = Report()
    assert read_tree("a.yaml", "a: {b\nc: ]\nd: [}\n", report, NodeBudget()) is None
    assert [found.code for found in report.diagnostics] == ["R007"]


def test_what_can_be_gone_on_with_is_reported_all_at_once() -> None:
    report = Report()
    found = read_tree("a.yaml", "a: &x 1\nb: !!int 2\na: 3\n", report, NodeBudget())
    assert plain(found) == {"a": "1", "b": "2"}
    assert [d.code for d in report.diagnostics] == ["R009", "R010", "R011"]


@pytest.mark.parametrize(
    "text", ["a: &x 1\nb: *x\n", "<<: {a: 1}\n", "? [a]\n: 1\n", "? {a: 1}\n: 1\n", ": 1\n"]
)
def test_what_hides_a_value_leaves_no_tree_to_go_on_with(text: str) -> None:
    report = Report()
    assert read_tree("a.yaml", text, report, NodeBudget()) is None
    assert report.has_errors


def test_a_quoted_merge_sign_is_a_key_like_any_other() -> None:
    assert plain(tree('"<<": 1\n')) == {"<<": "1"}


def test_fifty_levels_are_read_and_one_more_is_not() -> None:
    assert tree("a: " + "[" * 49 + "]" * 49).get("a") is not None
    report = Report()
    assert read_tree("a.yaml", "a: " + "[" * 50 + "]" * 50, report, NodeBudget()) is None
    assert [found.code for found in report.diagnostics] == ["R015"]


def test_without_the_compiled_parser_the_same_comes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a: {b: [x, NO]}\n'<<': |\n  t\n"
    compiled = tree(text)
    monkeypatch.delattr(yaml, "CLoader")
    assert tree(text) == compiled
    report = Report()
    assert read_tree("a.yaml", "a: *b\n<<: {c: 1}\nd: [", report, NodeBudget()) is None
    assert [found.code for found in report.diagnostics] == ["R009", "R033", "R007"]
