"""What a schema expects of a node: a block, a text, one of some words, a phrase that can be read.

Every function reports what does not fit and then gives None; a node that is not there (None) gives
None in silence, so that `word_of(block.get("mode"), ...) or "down"` reads a setting with its default.
`what` names the place for the reader, such as "`rounding`".
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TypeVar

from loyalty_engine.rulebook.catalogue import register
from loyalty_engine.rulebook.diagnostic import Mark, Report
from loyalty_engine.rulebook.near import did_you_mean
from loyalty_engine.rulebook.node import Block, Items, Member, Node, Text

T = TypeVar("T")
LONGEST_NAME = 64

register(
    {
        "R022": ("there is no setting `{key}` in {what}", "remove it or correct its name"),
        "R023": ("{what} has no `{key}`", "add `{key}:`"),
        "R024": ("{what} must be a single value", "write one word, number or phrase"),
        "R025": ("{what} must be a block of `key: value`", "indent its settings below it"),
        "R026": ("{what} must be a list", "write it in brackets: [a, b]"),
        "R027": ("`{text}` is not possible for {what}", "write one of the words that are"),
        "R028": (
            "`{text}` cannot be a name",
            "begin with a letter or digit, go on with letters, digits, `-`, `_` or `.`, at most 64 in all",
        ),
        "R029": (
            "{what}: {problem}",
            "write a whole number, 1 or more, of minutes, hours, days, weeks, months or years: `14 days`",
        ),
        "R030": ("`{text}` stands twice in {what}", "remove one of them"),
    }
)


def block_of(node: Node | None, what: str, report: Report) -> Block | None:
    """The node as a block of settings."""
    if isinstance(node, Block) or node is None:
        return node
    report.error("R025", node.mark, what=what)
    return None


def text_of(node: Node | None, what: str, report: Report) -> Text | None:
    """The node as one value that is not empty."""
    if node is None or (isinstance(node, Text) and node.value.strip()):
        return node
    report.error("R024", node.mark, what=what)
    return None


def texts_of(node: Node | None, what: str, report: Report) -> tuple[Text, ...] | None:
    """The node as a list of values; None when one of them is none."""
    if node is None:
        return None
    if not isinstance(node, Items):
        report.error("R026", node.mark, what=what)
        return None
    texts = [text_of(item, f"an entry of {what}", report) for item in node.items]
    found = tuple(text for text in texts if text is not None)
    return found if len(found) == len(texts) else None


def distinct(texts: Iterable[Text], what: str, report: Report) -> tuple[str, ...]:
    """The values of a list, each once; a repetition is reported."""
    seen: dict[str, None] = {}
    for text in texts:
        if text.value in seen:
            report.error("R030", text.mark, text=text.value, what=what)
        seen[text.value] = None
    return tuple(seen)


def word_of(node: Node | None, words: Collection[str], what: str, report: Report) -> str | None:
    """The node as one of some words."""
    text = text_of(node, what, report)
    if text is None or text.value in words:
        return None if text is None else text.value
    report.error("R027", text.mark, text=text.value, what=what, help=did_you_mean(text.value, words))
    return None


def titles_of(node: Node | None, report: Report) -> Mapping[str, str]:
    """A `title:` as texts by locale; one text for every locale stands under ""."""
    if not isinstance(node, Block):
        text = text_of(node, "`title`", report)
        return {"": text.value} if text else {}
    texts = {member.key: text_of(member.node, "`title`", report) for member in node}
    return {locale: text.value for locale, text in texts.items() if text is not None}


def boolean_of(node: Node | None, what: str, report: Report) -> bool | None:
    """The node as `true` or `false`."""
    word = word_of(node, ("true", "false"), what, report)
    return None if word is None else word == "true"


def parsed(
    node: Node | None, parse: Callable[[str], T], what: str, report: Report, code: str = "R029"
) -> T | None:
    """What `parse` makes of the node's text; the sentence of its ValueError becomes the diagnostic.

    `code` is one whose wording takes `what` and `problem`.
    """
    text = text_of(node, what, report)
    if text is None:
        return None
    try:
        return parse(text.value.strip())
    except ValueError as problem:
        report.error(code, text.mark, what=what, problem=str(problem))
        return None


def known_keys(block: Block, keys: Collection[str], what: str, report: Report) -> None:
    """Report every key of a block that is not among these."""
    for member in block:
        if member.key not in keys:
            report.error("R022", member.mark, key=member.key, what=what, help=did_you_mean(member.key, keys))


def required(block: Block, key: str, what: str, mark: Mark, report: Report) -> Node | None:
    """The value of a key that must be there; its absence is reported at `mark`."""
    node = block.get(key)
    if node is None:
        report.error("R023", mark, key=key, what=what)
    return node


def is_name(text: str) -> bool:
    """Whether a text can name a rule, stack, list, field or currency, in any script."""
    if not 1 <= len(text) <= LONGEST_NAME or not (text[0].isalnum() or text[0] == "_"):
        return False
    return all(c in "-_." or unicodedata.category(c)[0] in "LMN" for c in text)
    return None


def named(member: Member, report: Report) -> bool:
    """Whether a block's key can be a name; reported when not."""
    if not is_name(member.key):
        report.error("R028", member.mark, text=member.key)
    return is_name(member.key)
