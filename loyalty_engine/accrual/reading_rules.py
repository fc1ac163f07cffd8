"""Reading the `accrual:` section: each rule typed against the program's fields, stacks and currencies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loyalty_engine.accrual.cap import Limit, parse_limit
from loyalty_engine.accrual.earn import Earn, EarnKind, UnreadablePhrase, parse_earn
from loyalty_engine.accrual.reading_stacks import read_caps
from loyalty_engine.accrual.rule import MOST_RULES, AccrualRule, Stack
from loyalty_engine.rulebook.condition_reading import read_condition
from loyalty_engine.rulebook.context import ReadingContext
from loyalty_engine.rulebook.duration import always_longer, parse_duration
from loyalty_engine.rulebook.expect import (
    block_of,
    known_keys,
    named,
    parsed,
    required,
    text_of,
    titles_of,
)
from loyalty_engine.rulebook.fields import LINE, WHEN
from loyalty_engine.rulebook.near import did_you_mean
from loyalty_engine.rulebook.node import Block, Items, Member, Node
from loyalty_engine.rulebook.program import CurrencySettings
from loyalty_engine.rulebook.window_reading import read_window

RULE_KEYS = ("stack", "when", "lines", "earn", "cap", "limit", "active", "pending", "expires", "title", "was")
_ALL_OF_THEM = "total"  # in what an example gives


class RuleReader:
    """Reads the rules of one program; every mistake goes to the context's report."""

    def __init__(self, context: ReadingContext, stacks: Mapping[str, Stack]) -> None:
        self._context = context
        self._report = context.report
        self._stacks = stacks

    def read(self, member: Member | None) -> tuple[AccrualRule, ...]:
        """Every rule without a mistake, in file order."""
        block = block_of(member.node, "`accrual`", self._report) if member else None
        if block is None:
            return ()
        if len(block.members) > MOST_RULES:
            self._report.error("R319", member.mark if member else block.mark, count=len(block.members))
            return ()
        read = [self._rule(entry) for entry in block if named(entry, self._report)]
        return tuple(rule for rule in read if rule is not None)

    def _rule(self, entry: Member) -> AccrualRule | None:
        if entry.key == _ALL_OF_THEM:
            self._report.error("R320", entry.mark, name=entry.key)
        what = f"rule `{entry.key}`"
        block = block_of(entry.node, what, self._report)
        if block is None:
            return None
        known_keys(block, RULE_KEYS, what, self._report)
        stack = self._stack(required(block, "stack", what, entry.mark, self._report))
        earn = self._earn(required(block, "earn", what, entry.mark, self._report))
        currency = self._currency(earn, block)
        when = read_condition(block.get("when"), WHEN, self._context)
        lines = read_condition(block.get("lines"), LINE, self._context)
        active = read_window(block.get("active"), self._context)
        rest = self._rest(entry, block, currency)
        if stack is None or earn is None or currency is None or when is None or lines is None:
            return None
        if stack.per_line:
            self._check_per_line(earn, stack, block)
        return AccrualRule(
            name=entry.key,
            stack=stack.name,
            earn=earn,
            currency=currency.name,
            when=when if block.get("when") else None,
            lines=lines if block.get("lines") else None,
            active=active.tests,
            active_text=active.text,
            mark=entry.mark,
            **rest,
        )

    def _rest(self, entry: Member, block: Block, currency: CurrencySettings | None) -> dict[str, Any]:
        pending = parsed(block.get("pending"), parse_duration, "`pending`", self._report)
        expires = parsed(block.get("expires"), parse_duration, "`expires`", self._report)
        if currency is not None and (pending or expires):
            life, wait = expires or currency.expires, pending or currency.pending
            if life and wait and not always_longer(life, wait):
                self._report.error("R318", entry.mark, rule=entry.key)
        return {
            "caps": read_caps(block.get("cap"), self._report),
            "limit": self._limit(block.get("limit")),
            "pending": pending,
            "expires": expires,
            "counter_name": self._counter_name(entry, block.get("was")),
            "title": titles_of(block.get("title"), self._report),
        }

    def _stack(self, node: Node | None) -> Stack | None:
        text = text_of(node, "`stack`", self._report)
        if text is None:
            return None
        stack = self._stacks.get(text.value)
        if stack is None:
            self._report.error(
                "R303", text.mark, name=text.value, help=did_you_mean(text.value, self._stacks)
            )
        return stack

    def _earn(self, node: Node | None) -> Earn | None:
        text = text_of(node, "`earn`", self._report)
        if text is None:
            return None
        try:
            earn = parse_earn(text.value, self._context.fields, self._context.program.places)
        except UnreadablePhrase as problem:
            self._report.error("R304", text.mark, problem=str(problem))
            return None
        if earn.field is not None:
            self._context.used_fields.add(earn.field.name)
        if earn.stack is not None and earn.stack not in self._stacks:
            self._report.error(
                "R303", text.mark, name=earn.stack, help=did_you_mean(earn.stack, self._stacks)
            )
            return None
        return earn

    def _currency(self, earn: Earn | None, block: Block) -> CurrencySettings | None:
        program = self._context.program
        if earn is None or earn.currency is None:
            return program.first_spendable
        settings = program.currency_settings(earn.currency)
        node = block.get("earn")
        if settings is None and node is not None:
            known = [currency.name for currency in program.currencies]
            self._report.error("R307", node.mark, name=earn.currency, help=did_you_mean(earn.currency, known))
        return settings

    def _limit(self, node: Node | None) -> Limit | None:
        text = text_of(node, "`limit`", self._report)
        limit = parse_limit(text.value) if text else None
        if text is not None and limit is None:
            self._report.error("R306", text.mark, text=text.value)
        return limit

    def _counter_name(self, entry: Member, was: Node | None) -> str:
        """Counts follow the first name that the rule ever had: the last one in `was: [newer, older]`."""
        if was is None:
            return entry.key
        names = [text_of(n, "`was`", self._report) for n in (was.items if isinstance(was, Items) else (was,))]
        return names[-1].value if names and names[-1] is not None else entry.key

    def _check_per_line(self, earn: Earn, stack: Stack, block: Block) -> None:
        on_lines = earn.kind is EarnKind.MONEY or (earn.field is not None and earn.field.scope == "line")
        node = block.get("earn")
        if (not on_lines or earn.step is not None) and node is not None:
            self._report.error("R311", node.mark, phrase=earn.text, stack=stack.name)
