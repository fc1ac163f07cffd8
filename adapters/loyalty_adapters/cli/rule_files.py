"""Rule files as commands read them: checked, and their mistakes shown where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from loyalty_adapters.cli.output import Output
from loyalty_adapters.files.rule_folder import read_rule_files
from loyalty_engine.engine.rulebook_loading import Checked, check
from loyalty_engine.engine.rulebooks import CompiledRulebook
from loyalty_engine.errors import InvalidRulebook
from loyalty_engine.rulebook.render import render_text


@dataclass(frozen=True, slots=True)
class RuleFiles:
    """The files at a path with what checking them found."""

    path: Path
    texts: dict[str, str]
    checked: Checked

    def valid(self) -> CompiledRulebook:
        """The rules, without a mistake and with examples that hold. Raises InvalidRulebook."""
        if self.checked.compiled is None:
            raise InvalidRulebook(self.checked.diagnostics)
        return self.checked.compiled

    def show_diagnostics(self, output: Output) -> None:
        """Print every mistake and doubt with its line, as talk."""
        if self.checked.diagnostics:
            output.say(render_text(self.checked.diagnostics, self.texts))


def checked_files(path: Path) -> RuleFiles:
    """Read and check the rule files at a path. Raises InvalidFile when there is nothing to read."""
    files = read_rule_files(path)
    texts = {name: data.decode(errors="replace").removeprefix("\ufeff") for name, data in files.items()}
    return RuleFiles(path, texts, check(files))


def valid_rules(path: Path, output: Output) -> CompiledRulebook:
    """The rules at a path, without a mistake and with examples that hold.

    Raises InvalidFile, and InvalidRulebook after the mistakes were shown.
    """
    files = checked_files(path)
    if files.checked.compiled is None:
        files.show_diagnostics(output)
    return files.valid()
