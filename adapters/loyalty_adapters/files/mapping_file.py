"""Reading a mapping file: YAML without surprises, every mistake with its line."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from loyalty_adapters.files.mapping import ActivityFields, FileMapping, LineFields, LookupFile, Values
from loyalty_engine.errors import InvalidFile

LARGEST_FILE = 256 * 1024  # bytes
Place = tuple[str, ...]


def load_mapping(path: str | Path) -> FileMapping:
    """The mapping that a YAML file describes.

    Raises InvalidFile with every mistake and its line.
    """
    path = Path(path)
    content, lines = read_yaml(path)
    try:
        return FileMapping.model_validate({**content, "folder": path.resolve().parent})
    except ValidationError as error:
        raise InvalidFile("\n".join(described(path, error, lines, _KNOWN)), file=str(path)) from error


def read_yaml(path: Path) -> tuple[dict[str, Any], dict[Place, int]]:
    """A YAML mapping whose scalars stay text, and the line of each place in it.

    Raises InvalidFile for what is no YAML, too large, holds a key twice or an anchor.
    """
    try:
        data = path.read_bytes()
        if len(data) > LARGEST_FILE:
            raise InvalidFile(f"{path}: larger than {LARGEST_FILE} bytes", file=str(path))
        text = data.decode()
        for token in yaml.scan(text):
            if isinstance(token, (yaml.AnchorToken, yaml.AliasToken)):
                line = token.start_mark.line + 1
                raise InvalidFile(f"{path}:{line}: anchors and aliases are not read", file=str(path))
        root = yaml.compose(text)
    except OSError as error:
        raise InvalidFile(f"{path}: {error.strerror or error}", file=str(path)) from error
    except UnicodeDecodeError as error:
        raise InvalidFile(f"{path}: not UTF-8 at byte {error.start + 1}", file=str(path)) from error
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f":{mark.line + 1}" if mark else ""
        raise InvalidFile(f"{path}{place}: {getattr(error, 'problem', error)}", file=str(path)) from error
    lines: dict[Place, int] = {}
    content = _plain(root, (), lines, path) if root is not None else {}
    if not isinstance(content, dict):
        raise InvalidFile(f"{path}: a mapping is expected, with keys such as `activity`", file=str(path))
    return content, lines


def _plain(node: yaml.Node, place: Place, lines: dict[Place, int], path: Path) -> Any:
    lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*place, str(i)), lines, path) for i, item in enumerate(node.value)]
    if not isinstance(node, yaml.MappingNode):
        return node.value
    result: dict[str, Any] = {}
    for key, value in node.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else None
        if name is None or name in result:
            line = key.start_mark.line + 1
            what = "a key must be text" if name is None else f"`{name}` stands twice"
            raise InvalidFile(f"{path}:{line}: {what}", file=str(path))
        result[name] = _plain(value, (*place, name), lines, path)
        lines[*place, name] = key.start_mark.line + 1
    return result


_KNOWN = {
    name
    for model in (FileMapping, Values, ActivityFields, LineFields, LookupFile)
    for name in model.model_fields
} - {"folder"}


def described(path: Path, error: ValidationError, lines: dict[Place, int], known: set[str]) -> Iterator[str]:
    """One sentence a mistake, such as `mapping.yaml:12: lines.amout: there is no such key`."""
    for mistake in error.errors(include_url=False):
        place = tuple(str(part) for part in mistake["loc"])
        while place and place not in lines:  # pydantic adds parts of its own, such as the member of a union
            place = place[:-1]
        message = mistake["msg"].removeprefix("Value error, ")
        if mistake["type"] == "extra_forbidden":
            near = get_close_matches(place[-1], known, n=1)
            message = "there is no such key" + (f"; did you mean `{near[0]}`?" if near else "")
        where = f"{'.'.join(place)}: " if place else ""
        yield f"{path}:{lines.get(place, 1)}: {where}{message}"
