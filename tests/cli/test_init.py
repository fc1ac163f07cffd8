"""`loyalty init`: a ready program becomes one's own."""

from __future__ import annotations

from pathlib import Path

from loyalty_adapters.files.shipped_rules import shipped_rules
from tests.cli.command_line import run, succeed


def test_a_template_is_copied_whole_and_checks(tmp_path: Path) -> None:
    ran = succeed("init", tmp_path / "mine", "--template", "retail")
    shipped = shipped_rules() / "retail"
    for file in (path for path in shipped.rglob("*") if path.is_file()):
        assert (tmp_path / "mine" / file.relative_to(shipped)).read_bytes() == file.read_bytes()
    assert "program.yaml" in ran.out
    succeed("rules", "check", tmp_path / "mine")


def test_the_answer_in_json_names_the_files(tmp_path: Path) -> None:
    document = succeed("init", tmp_path, "--json").document
    assert document["directory"] == str(tmp_path)
    assert document["template"] == "retail"
    assert all((tmp_path / name).is_file() for name in document["files"])
    assert "program.yaml" in document["files"]


def test_what_is_there_is_not_written_over_unless_forced(tmp_path: Path) -> None:
    (tmp_path / "program.yaml").write_text("mine")
    refused = run("init", tmp_path, "--json")
    assert refused.code == 4
    assert refused.error["code"] == "DirectoryNotEmpty"
    assert "--force" in refused.err
    assert [path.name for path in tmp_path.iterdir()] == ["program.yaml"]
    assert (tmp_path / "program.yaml").read_text() == "mine"

    succeed("init", tmp_path, "--force")
    assert (tmp_path / "program.yaml").read_text() != "mine"


def test_an_unknown_template_is_a_usage_error_that_names_the_known(tmp_path: Path) -> None:
    ran = run("init", tmp_path / "mine", "--template", "airline")
    assert ran.code == 2
    assert "airline" in ran.err
    assert "retail" in ran.err
    assert not (tmp_path / "mine").exists()


def test_a_file_is_no_directory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    ran = run("init", tmp_path / "file", "--json")
    assert ran.code == 3
    assert ran.error["code"] == "InvalidFile"
    assert (tmp_path / "file").read_text() == "mine"
