"""Where the ready programs stand: inside an installed package, beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

import loyalty_engine
from loyalty_engine.errors import InvalidFile


def shipped_rules() -> Path:
    """The folder of the ready programs (retail/, ...), each a folder of YAML files.

    Raises InvalidFile when neither an installed package nor a checkout has it.
    """
    package = Path(loyalty_engine.__file__).parent
    for folder in (package / "_rules", package.parent / "rules"):
        if folder.is_dir():
            return folder
    raise InvalidFile(f"{package}: the ready programs are missing; install the package again")


def templates() -> tuple[str, ...]:
    """The names of the ready programs, sorted: folders that hold a program.yaml."""
    return tuple(sorted(found.parent.name for found in shipped_rules().glob("*/program.yaml")))
