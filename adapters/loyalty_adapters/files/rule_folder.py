"""Rule files from disk: a folder's YAML files, or one file."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from loyalty_engine.errors import InvalidFile

ENDINGS = (".yaml", ".yml")
LARGEST = 10_000_000  # bytes of one file that are read at all; the reader refuses long before


def read_rule_files(path: str | PathLike[str]) -> dict[str, bytes]:
    """File name -> content, sorted by name; what they hold is judged by the rulebook reader.

    Raises InvalidFile when there is nothing to read.
    """
    place = Path(path)
    if place.is_dir():
        found = sorted(file for file in place.iterdir() if file.suffix in ENDINGS and file.is_file())
        if not found:
            raise InvalidFile(f"the folder {place} has no rule files (*.yaml)", path=str(place))
        return {file.name: _read(file) for file in found}
    return {place.name: _read(place)}


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except OSError as error:
        raise InvalidFile(f"cannot read {file}: {error.strerror}", path=str(file)) from None
    if len(content) > LARGEST:
        raise InvalidFile(f"{file} is too large for a rule file", path=str(file))
    return content
