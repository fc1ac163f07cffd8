"""Text that comes from outside, made safe to print."""

from __future__ import annotations


def visible(text: str) -> str:
    """A text without what a terminal would obey rather than show; line ends stay."""
    return "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text)
