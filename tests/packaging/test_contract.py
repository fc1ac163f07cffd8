"""The packages import only what they may, and checkouts work installed or not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def lint_imports(config: Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache", "--config", config],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": f"{cwd}{os.pathsep}{cwd / 'adapters'}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_import_contract_is_kept() -> None:
    done = lint_imports(ROOT / "pyproject.toml", ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 kept, 0 broken" in done.stdout


def test_the_import_contract_catches_a_core_that_knows_a_database(tmp_path: Path) -> None:
    """The same contract over a planted house of the same shape."""
    for name in ("engine", "accrual", "members", "rulebook", "ledger", "activity"):
        package(tmp_path / "loyalty_engine" / name)
    for name in ("decision", "calendar", "money", "errors"):
        (tmp_path / "loyalty_engine" / f"{name}.py").touch()
    for name in ("cli", "sql", "memory", "files"):
        package(tmp_path / "adapters" / "loyalty_adapters" / name)
    for parent in ("loyalty_engine", "adapters/loyalty_adapters"):
        (tmp_path / parent / "__init__.py").touch()
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    kept = lint_imports(tmp_path / "pyproject.toml", tmp_path)
    assert "3 kept, 0 broken" in kept.stdout, kept.stdout + kept.stderr

    for place, planted in (
        ("loyalty_engine/ledger/lot.py", "import sqlalchemy"),
        ("loyalty_engine/engine/record.py", "import loyalty_adapters.sql"),
        ("loyalty_engine/ledger/entry.py", "import loyalty_engine.accrual"),
        ("loyalty_engine/ledger/hold.py", "import loyalty_engine.members"),
        ("adapters/loyalty_adapters/sql/store.py", "import loyalty_adapters.cli"),
    ):
        file = tmp_path / place
        file.write_text(planted)
        done = lint_imports(tmp_path / "pyproject.toml", tmp_path)
        assert done.returncode != 0, planted
        assert "1 broken" in done.stdout, done.stdout + done.stderr
        file.unlink()


def package(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()


def test_a_checkout_is_imported_from_anywhere(tmp_path: Path) -> None:
    """Two roots, one editable install: both packages come from the checkout, not from a copy."""
    shown = subprocess.run(
        [
            sys.executable,
            "-c",
            "import loyalty_engine, loyalty_adapters as a; print(loyalty_engine.__file__, a.__file__)",
        ],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout.split()
    assert shown == [
        str(ROOT / "loyalty_engine" / "__init__.py"),
        str(ROOT / "adapters" / "loyalty_adapters" / "__init__.py"),
    ]
