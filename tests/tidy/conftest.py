"""Reports files that are large, though not too large yet."""

from __future__ import annotations

import pytest

from tests.tidy.house_rules import LARGE, ROOT, python_files


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Names the files over LARGE lines, the largest first."""
    sizes = {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8").count("\n")
        for path in python_files("loyalty_engine", "adapters", "tests", "benchmarks", "scripts")
    }
    large = sorted(((lines, name) for name, lines in sizes.items() if lines > LARGE), reverse=True)
    named = ", ".join(f"{name} ({lines})" for lines, name in large)
    terminalreporter.write_line(
        f"files over {LARGE} lines: {len(large)} of {len(sizes)}{': ' if large else ''}{named}"
    )
