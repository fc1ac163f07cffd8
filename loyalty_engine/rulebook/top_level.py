"""The top-level keys of all files of a program, each standing in exactly one of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from loyalty_engine.rulebook.catalogue import register
from loyalty_engine.rulebook.diagnostic import Mark, Report
from loyalty_engine.rulebook.near import did_you_mean
from loyalty_engine.rulebook.node import Member
from loyalty_engine.rulebook.source import read_sources
from loyalty_engine.rulebook.yaml_tree import NodeBudget, read_tree

FUTURE_KEYS = ("partners", "retention")
"""Parts of the language that a later version reads."""

register(
    {
        "R018": ("`{key}` stands in two files", "the first is {file}, line {line}; keep it in one of them"),
        "R019": ("there is no top-level key `{key}`", "remove it or correct its name"),
        "R020": ("`{key}` is not supported by this version", "remove it; nothing would be decided by it"),
        "R021": ("the program has no `{key}`", "add `{key}:` to this file"),
    }
)


@dataclass(frozen=True, slots=True)
class TopLevel:
    """What the files say: their texts, and every top-level key once."""

    texts: Mapping[str, str]
    members: Mapping[str, Member]
    complete: bool  # False: a file could not be read, so nothing may be called missing

    @property
    def program_mark(self) -> Mark:
        """The first line of the program's file: where a missing key is reported."""
        named = self.members.get("program")
        fallback = "program.yaml" if "program.yaml" in self.texts else min(self.texts, default="program.yaml")
        return Mark(named.mark.file if named else fallback, 1, 1)


def read_top_level(files: Mapping[str, str | bytes], report: Report) -> TopLevel:
    """Read every file; mistakes of form are reported."""
    texts = read_sources(files, report)
    complete = bool(files) and len(texts) == len(files)
    members: dict[str, Member] = {}
    budget = NodeBudget()
    for file, text in texts.items():
        tree = read_tree(file, text, report, budget)
        complete = complete and tree is not None
        for member in tree or ():
            _add(member, members, report)
    return TopLevel(texts, members, complete)


def _add(member: Member, members: dict[str, Member], report: Report) -> None:
    first = members.setdefault(member.key, member)
    if first is not member:
        report.error("R018", member.mark, key=member.key, file=first.mark.file, line=first.mark.line)


def check_keys(top: TopLevel, known: Collection[str], mandatory: Collection[str], report: Report) -> None:
    """Report unknown and unsupported top-level keys, and mandatory ones that no file has."""
    for member in top.members.values():
        if member.key in known:
            continue
        if member.key in FUTURE_KEYS:
            report.error("R020", member.mark, key=member.key)
        else:
            report.error("R019", member.mark, key=member.key, help=did_you_mean(member.key, known))
    for key in mandatory:
        if key not in top.members:
            report.error("R021", top.program_mark, key=key)
