"""Use case: check rule files as a whole: read, type, compile, run the examples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from loyalty_engine.engine.example_reading import ExampleWords, read_examples
from loyalty_engine.engine.example_redemption import redemption_keys
from loyalty_engine.engine.example_run import ExampleResult, run_examples
from loyalty_engine.engine.rulebooks import CompiledRulebook, compile_rulebook
from loyalty_engine.engine.sections import SECTIONS
from loyalty_engine.errors import InvalidRulebook
from loyalty_engine.rulebook.diagnostic import Diagnostic, Mark, Report
from loyalty_engine.rulebook.load import load_rulebook


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: `candidate` is None when the files do not load by themselves."""

    candidate: CompiledRulebook | None
    diagnostics: tuple[Diagnostic, ...]
    examples: tuple[ExampleResult, ...]

    @property
    def readable(self) -> bool:
        """Whether the files are valid by themselves; only examples may have failed."""
        return self.candidate is not None

    @property
    def compiled(self) -> CompiledRulebook | None:
        """The rulebook that these files load as; None when they do not, by themselves or by an example."""
        failed = any(found.severity == "error" for found in self.diagnostics)
        return None if failed else self.candidate

    @property
    def unreached(self) -> tuple[str, ...]:
        """Rules that granted nothing in any example, and offers that nobody took."""
        if self.candidate is None:
            return ()
        reached = {name for result in self.examples for name in result.reached}
        return tuple(name for name in self.candidate.names if name not in reached)


def check(files: Mapping[str, str | bytes]) -> Checked:
    """Check rule files (name -> content) and run their examples. Never raises on what they say."""
    loaded = load_rulebook(files, SECTIONS)
    if loaded.rulebook is None:
        return Checked(None, loaded.diagnostics, ())
    candidate = compile_rulebook(loaded.rulebook)
    report = Report()
    examples = read_examples(loaded.rulebook.examples, _words(candidate), report)
    readable = not report.has_errors
    results = run_examples(examples, candidate, report) if readable else []
    if not examples and readable:
        report.warning("R407", _start(loaded.rulebook.files))
    diagnostics = tuple(sorted((*loaded.diagnostics, *report.diagnostics), key=_position))
    return Checked(candidate if readable else None, diagnostics, tuple(results))


def check_rules(files: Mapping[str, str | bytes]) -> CompiledRulebook:
    """The compiled rulebook of files without a mistake, whose examples hold. Raises InvalidRulebook."""
    checked = check(files)
    if checked.compiled is None:
        raise InvalidRulebook(checked.diagnostics)
    return checked.compiled


def _words(candidate: CompiledRulebook) -> ExampleWords:
    currencies = [currency.name for currency in candidate.program.currencies]
    tiers = [tier.name for tier in candidate.ladder.tiers] if candidate.ladder else []
    return ExampleWords(candidate.names, currencies, redemption_keys(candidate), tiers)


def _start(files: Mapping[str, str]) -> Mark:
    return Mark(next(iter(sorted(files)), "program.yaml"), 1, 1)


def _position(found: Diagnostic) -> tuple[Mark, str, str]:
    return (found.mark, found.code, found.message)
