"""How a diagnostic looks on a terminal and as JSON."""

from __future__ import annotations

from loyalty_engine.rulebook.diagnostic import MOST_DIAGNOSTICS, Mark, Report
from loyalty_engine.rulebook.render import render_text
from loyalty_engine.rulebook.source_lines import lines_of


def rendered(mark: Mark, text: str, name: str = "teir") -> str:
    report = Report()
    report.error("R012", mark, name=name, help="did you mean `tier`?")
    return render_text(report.diagnostics, {mark.file: text})


def test_a_diagnostic_shows_its_line_its_place_and_what_helps() -> None:
    assert rendered(Mark("accrual.yaml", 12, 9, 4), "\n" * 11 + "  when: {teir: gold}\n") == (
        "error[R012]: there is no field `teir`\n"
        "  --> accrual.yaml:12:9\n"
        "   |\n"
        "12 |   when: {teir: gold}\n"
        "   |         ^^^^\n"
        "   = help: did you mean `tier`?\n"
    )


def test_the_caret_stands_under_wide_and_combining_characters_and_tabs() -> None:
    caret = rendered(Mark("a.yaml", 1, 7, 1), "周末:\ta\N{COMBINING ACUTE ACCENT}b\n").split("\n")[4]
    assert caret.index("^") - caret.index("|") - 2 == 2 + 2 + 1 + 4 + 1
    wide = rendered(Mark("a.yaml", 1, 1, 2), "频道: x\n").split("\n")[4]
    assert wide.endswith("| ^^^^")


def test_a_very_long_line_is_cut_around_the_place() -> None:
    shown = rendered(Mark("a.yaml", 1, 5001, 3), "x" * 5000 + "bad" + "y" * 5000)
    line, caret = shown.split("\n")[3:5]
    assert len(line) < 180
    assert line[caret.index("^") : caret.rindex("^") + 1] == "bad"


def test_a_place_beyond_the_text_is_still_named() -> None:
    assert "a.yaml:9:1" in rendered(Mark("a.yaml", 9, 1), "one line")
    report = Report()
    report.warning("R217", Mark("b.yaml", 1, 1))
    assert "b.yaml:1:1" in render_text(report.diagnostics, {})


def test_what_a_terminal_would_act_on_is_not_shown() -> None:
    shown = rendered(Mark("a.yaml", 1, 1), "a: \x1b[31m\u202e\n", name="\x1b[31m" + "x" * 1000)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert max(len(line) for line in shown.split("\n")) < 400


def test_diagnostics_come_by_file_and_place_and_each_once() -> None:
    report = Report()
    for line in (3, 1, 3):
        report.error("R012", Mark("b.yaml", line, 1), name="x")
    report.warning("R217", Mark("a.yaml", 9, 1))
    assert [(d.mark.file, d.mark.line) for d in report.diagnostics] == [
        ("a.yaml", 9),
        ("b.yaml", 1),
        ("b.yaml", 3),
    ]
    assert report.diagnostics[1].as_json() == {
        "code": "R012",
        "severity": "error",
        "file": "b.yaml",
        "line": 1,
        "column": 1,
        "message": "there is no field `x`",
        "help": "correct the name, or declare it under `fields:`",
    }


def test_very_many_mistakes_are_cut_and_that_is_said() -> None:
    report = Report()
    for line in range(1, 2 * MOST_DIAGNOSTICS):
        report.warning("R034", Mark("a.yaml", line, 1), name="x")
    assert len(report.diagnostics) == MOST_DIAGNOSTICS + 1
    assert report.diagnostics[-1].code == "R032"
    assert report.has_errors


def test_lines_end_where_yaml_ends_them() -> None:
    assert lines_of("a\r\nb\rc\nd\x85e\u2028f") == ["a", "b", "c", "d", "e", "f"]
