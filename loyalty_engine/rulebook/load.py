"""From rule files to a rulebook: read, check, report everything at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from loyalty_engine.activity.field import Field
from loyalty_engine.rulebook.catalogue import register
from loyalty_engine.rulebook.context import ReadingContext
from loyalty_engine.rulebook.diagnostic import Mark, Report
from loyalty_engine.rulebook.expect import block_of
from loyalty_engine.rulebook.meaning import meaning_hash
from loyalty_engine.rulebook.node import Block
from loyalty_engine.rulebook.program_reading import MANDATORY_KEYS, PROGRAM_KEYS, read_program
from loyalty_engine.rulebook.rulebook import Loaded, Rulebook
from loyalty_engine.rulebook.section import Section, SectionInput
from loyalty_engine.rulebook.top_level import TopLevel, check_keys, read_top_level

MANDATORY = (*MANDATORY_KEYS, "stacks")

register(
    {
        "R034": ("list `${name}` is never used", "remove it, or name it in a condition"),
        "R035": ("field `{name}` is never tested", "remove it, or name it in a condition"),
    }
)


def load_rulebook(files: Mapping[str, str | bytes], sections: Sequence[Section]) -> Loaded:
    """The rulebook of these files (name -> content) when nothing is wrong, and all that was found.

    Never raises on what the files say. When a file cannot be read at all, nothing is called missing or
    unknown that it may hold: of the others, only their keys and the program's settings are judged.
    """
    report = Report()
    top = read_top_level(files, report)
    known = (*PROGRAM_KEYS, *(key for section in sections for key in section.keys), "examples")
    check_keys(top, known, MANDATORY if top.complete else (), report)
    if not top.complete:
        read_program(top.members, report)
        return Loaded(None, report.diagnostics)
    rulebook = _read(top, sections, report)
    if not report.has_errors:
        for section in sections:
            if section.lint is not None:
                section.lint(rulebook, report)
    return Loaded(None if report.has_errors else rulebook, report.diagnostics)


def _read(top: TopLevel, sections: Sequence[Section], report: Report) -> Rulebook:
    program, fields, broken_lists = read_program(top.members, report)
    context = ReadingContext(program, fields, report, broken_lists)
    context.fields = fields.overridden(_overrides(top, sections, context))
    models: dict[str, Any] = {}
    for section in sections:
        models[section.name] = section.read(_input(section, top, context, dict(models)))
    examples = top.members.get("examples")
    block = block_of(examples.node if examples else None, "`examples`", report)
    if not report.has_errors:
        _warn_of_unused(top, context)
    return Rulebook(
        program=program,
        models=models,
        fields=context.fields,
        hash=meaning_hash(top.members),
        files=top.texts,
        examples=block,
    )


def _overrides(top: TopLevel, sections: Sequence[Section], context: ReadingContext) -> Mapping[str, Field]:
    found: dict[str, Field] = {}
    for section in sections:
        if section.fields is not None:
            found.update(section.fields(_input(section, top, context, {})))
    return found


def _input(
    section: Section, top: TopLevel, context: ReadingContext, models: Mapping[str, Any]
) -> SectionInput:
    return SectionInput({key: top.members.get(key) for key in section.keys}, context, models)


def _warn_of_unused(top: TopLevel, context: ReadingContext) -> None:
    for name, mark in _declared(top, "lists"):
        if name not in context.used_lists:
            context.report.warning("R034", mark, name=name)
    for name, mark in _declared(top, "fields"):
        if name not in context.used_fields and not context.program.fields[name].personal:
            context.report.warning("R035", mark, name=name)


def _declared(top: TopLevel, key: str) -> list[tuple[str, Mark]]:
    member = top.members.get(key)
    block = member.node if member is not None and isinstance(member.node, Block) else None
    return [(inner.key, inner.mark) for inner in block or ()]
