"""The wheel holds our two packages and the ready programs, and works where nothing else of ours is."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*command: str | Path, cwd: Path, env: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by the build tools of this environment, so that no network is needed."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Path:
    """An environment with the wheel alone; what it depends on is seen through a path file, ours is not."""
    folder = tmp_path_factory.mktemp("clean")
    venv.create(folder, with_pip=False)
    packages = next(folder.glob("lib*/python3*/site-packages"), folder / "Lib" / "site-packages")
    python = folder / "bin" / "python"
    run(
        *(sys.executable, "-m", "pip", "--python", python),
        *("install", "--quiet", "--no-deps", "--no-index", wheel),
        cwd=folder,
    )
    # The path file of an editable install is not read from a folder that a path file adds.
    (packages / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    return folder


def in_clean(clean: Path, *command: str) -> str:
    outside = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "LOYALTY"))
    }
    program, *arguments = command
    return run(clean / "bin" / program, *arguments, cwd=clean, env=outside)


def test_only_our_two_names_are_installed(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in ZipFile(wheel).namelist()}
    assert tops == {"loyalty_engine", "loyalty_adapters", "loyalty_engine-0.1.0.dist-info"}


def test_both_packages_say_that_they_are_typed(wheel: Path) -> None:
    names = ZipFile(wheel).namelist()
    assert {"loyalty_engine/py.typed", "loyalty_adapters/py.typed"} <= set(names)


def test_every_module_and_every_rule_file_is_there_and_nothing_else(wheel: Path) -> None:
    inside = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}
    expected = {
        target + "/" + path.relative_to(ROOT / source).as_posix()
        for source, target in (
            ("loyalty_engine", "loyalty_engine"),
            ("adapters/loyalty_adapters", "loyalty_adapters"),
            ("rules", "loyalty_engine/_rules"),
        )
        for path in (ROOT / source).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert inside == expected
    assert any(name.startswith("loyalty_engine/_rules/retail/") for name in inside)


def test_the_licence_travels_along(wheel: Path) -> None:
    archive = ZipFile(wheel)
    (licence,) = (name for name in archive.namelist() if name.endswith("licenses/LICENSE"))
    assert archive.read(licence) == (ROOT / "LICENSE").read_bytes()


def test_installed_it_imports_and_finds_its_rules(clean: Path) -> None:
    found = in_clean(
        clean,
        "python",
        "-c",
        "import loyalty_engine, loyalty_adapters\n"
        "from loyalty_adapters.files.shipped_rules import shipped_rules, templates\n"
        "print(loyalty_engine.__file__, loyalty_adapters.__file__, shipped_rules(), *templates(), sep='\\n')",
    ).splitlines()
    for path in found[:3]:
        assert Path(path).is_relative_to(clean), "the checkout was imported, not the wheel"
    assert Path(found[2]).name == "_rules"
    assert "retail" in found[3:]


def test_installed_it_has_its_command(clean: Path) -> None:
    shown = in_clean(clean, "loyalty", "--help")
    for command in ("rules", "replay", "balance", "ledger"):
        assert command in shown


def test_the_source_archive_builds_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", tmp_path, ROOT, cwd=tmp_path)
    (again,) = tmp_path.glob("*.whl")
    assert sorted(ZipFile(again).namelist()) == sorted(ZipFile(wheel).namelist())
