"""What the readers of all sections share: the program, its fields and lists, and the report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from loyalty_engine.activity.field import Field
from loyalty_engine.rulebook.catalogue import register
from loyalty_engine.rulebook.diagnostic import Mark, Report
from loyalty_engine.rulebook.fields import LINE, WHEN, FieldRegistry
from loyalty_engine.rulebook.near import did_you_mean
from loyalty_engine.rulebook.program import Program
from loyalty_engine.rulebook.test import SetTest, Test

MOST_WORK = 2_000_000  # evaluations that one reading may spend on finding contradictions
MOST_ALTERNATIVES = 20_000  # of all conditions together: each costs a bit in every mask
MOST_EXPANDED = 2_000_000  # values that lists may unfold to in all conditions together

register(
    {
        "R012": ("there is no field `{name}`", "correct the name, or declare it under `fields:`"),
        "R013": ("`{name}` is a field of {there}, and this tests {here}", "test it under `{key}:`"),
        "R206": ("there is no list `${name}`", "declare it under `lists:`"),
        "R212": (
            "`{name}` is personal and cannot be tested",
            "its value is not stored, so the decision could not be explained later",
        ),
        "R222": ("`{name}` cannot be tested here", "test a field that can"),
        "R217": (
            "`tier` is tested, and no ladder says which tiers there are",
            "declare `tiers:` with a ladder; until then any text is taken",
        ),
    }
)

_KEYS = {WHEN: "when", LINE: "lines"}
_PLACES = {WHEN: "the activity or its member", LINE: "a basket line"}


@dataclass(slots=True)
class ReadingContext:
    """Handed to every reader. It notes which lists and fields are used, so that the rest can be told."""

    program: Program
    fields: FieldRegistry
    report: Report
    broken_lists: frozenset[str] = frozenset()  # declared with a mistake that is reported already
    used_lists: set[str] = field(default_factory=set)
    used_fields: set[str] = field(default_factory=set)
    list_tests: dict[tuple[str, str, str], tuple[Test, ...] | None] = field(default_factory=dict)
    work_left: int = MOST_WORK
    expansion_left: int = MOST_EXPANDED
    alternatives_left: int = MOST_ALTERNATIVES

    def find_field(self, name: str, scope: str, mark: Mark) -> Field | None:
        """The field that a condition or phrase of scope `when` or `line` names.

        None when it cannot be tested there; the report then says why.
        """
        first_use = name not in self.used_fields
        self.used_fields.add(name)
        if name in self.fields.broken:
            return None
        found = self.fields.find(name, scope)
        if found is None:
            self._report_unknown(name, scope, mark)
            return None
        if found.personal:
            self.report.error("R212", mark, name=name)
            return None
        if first_use and found.built_in and found.name == "tier" and found.type == "text":
            self.report.warning("R217", mark)
        return found

    def _report_unknown(self, name: str, scope: str, mark: Mark) -> None:
        other = LINE if scope == WHEN else WHEN
        if name in self.fields.barred:
            self.report.error("R222", mark, name=name, help=did_you_mean(name, self.fields.names(scope)))
        elif self.fields.find(name, other) is None:
            self.report.error("R012", mark, name=name, help=did_you_mean(name, self.fields.names(scope)))
        else:
            self.report.error(
                "R013", mark, name=name, there=_PLACES[other], here=_PLACES[scope], key=_KEYS[other]
            )

    def list_values(self, name: str, mark: Mark) -> tuple[str, ...] | None:
        """The values of `$name` (written without the dollar); None, and reported, when there is none."""
        self.used_lists.add(name)
        values = self.program.lists.get(name)
        if values is None and name not in self.broken_lists:
            help_text = did_you_mean(f"${name}", [f"${known}" for known in self.program.lists])
            self.report.error("R206", mark, name=name, help=help_text)
        return values

    def may_decide(self, tests: Iterable[Test], candidates: int = 0) -> bool:
        """Whether the work of comparing these tests, over so many values more, fits in what is left.

        What is too dear stays undecided: no doubt is raised then.
        """
        every = tuple(tests)
        named = sum(len(t.values) + len(t.prefixes) if isinstance(t, SetTest) else 2 for t in every)
        self.work_left -= len(every) * (3 * named + candidates + 2)
        return self.work_left >= 0
