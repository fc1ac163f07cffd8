"""What is wrong with an activity: a place, and a sentence that says what to write instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Problem = tuple[str, str]
"""A place such as `lines[2].amount` (positions count from 0; empty: the whole activity) and a sentence."""

MOST_PROBLEMS = 100  # that one error lists


def first_problems(problems: Sequence[Problem]) -> list[Problem]:
    """The problems; where they are too many to read, the first of them and how many more there are."""
    if len(problems) <= MOST_PROBLEMS:
        return list(problems)
    return [*problems[:MOST_PROBLEMS], ("", f"and {len(problems) - MOST_PROBLEMS} problems more")]


def place(path: Iterable[int | str]) -> str:
    """A path as a reader writes it: ("lines", 2, "amount") is lines[2].amount."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{printable(part)}" if text else printable(part)
    return text


def shown(value: object) -> str:
    """A wire value for a sentence: short, in one line."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, int) and abs(value) >= 10**20:
        return "a number of more than 20 digits"
    if isinstance(value, str | float | int):
        return f"`{printable(str(value))}`"
    return f"a Python {type(value).__name__}"


def printable(text: str) -> str:
    """At most 40 characters of a text, those that no terminal can show replaced."""
    clean = visible(text[:41])
    return clean if len(clean) <= 40 else clean[:40] + "…"


def visible(text: str) -> str:
    """A text with every character that no terminal can show replaced."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else "\ufffd" for character in text)
