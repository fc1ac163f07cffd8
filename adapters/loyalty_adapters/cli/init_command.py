"""`loyalty init`: a ready program as the beginning of one's own."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from loyalty_adapters.cli.options import Json
from loyalty_adapters.cli.output import output_of
from loyalty_adapters.files.shipped_rules import shipped_rules, templates
from loyalty_engine.errors import InvalidFile, Refusal


class DirectoryNotEmpty(Refusal):
    """There are files where the program's would go, and they are not ours to overwrite."""


def _known_template(name: str) -> str:
    if name not in templates():
        raise typer.BadParameter(f"there is no template `{name}`; there are: {', '.join(templates())}")
    return name


def init(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Where the rule files go.")],
    template: Annotated[
        str, typer.Option("--template", metavar="NAME", help="The ready program.", callback=_known_template)
    ] = "retail",
    force: Annotated[bool, typer.Option("--force", help="Write into a directory that is not empty.")] = False,
    json: Json = False,
) -> None:
    """Copy a ready program's rule files into DIR."""
    try:
        if directory.is_dir() and any(directory.iterdir()) and not force:
            raise DirectoryNotEmpty(
                f"{directory} is not empty; choose another directory, or --force to write into it",
                directory=str(directory),
            )
        source = shipped_rules() / template
        files = sorted(path.relative_to(source) for path in source.rglob("*") if path.is_file())
        shutil.copytree(source, directory, dirs_exist_ok=True)
    except (OSError, shutil.Error) as error:
        raise InvalidFile(f"cannot write {directory}: {error}", directory=str(directory)) from error
    document = {"directory": str(directory), "template": template, "files": [str(file) for file in files]}
    output_of(context).document(
        document,
        f"{directory} holds the program `{template}`: {', '.join(document['files'])}",
        f"Next: loyalty rules check {directory}",
    )
