"""LoyaltyEngine: the face of all use cases over one program's members, rules and ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from loyalty_engine.activity.activity import MemberRef
from loyalty_engine.calendar import Calendar, from_instant
from loyalty_engine.engine.adjust import Adjust
from loyalty_engine.engine.balance import balance_of
from loyalty_engine.engine.command import Command, Outcome
from loyalty_engine.engine.desk import Desk
from loyalty_engine.engine.enrol import change_activity, enrolment_activity
from loyalty_engine.engine.expire import expire_due
from loyalty_engine.engine.explain import explain_entry
from loyalty_engine.engine.intake import ReceivedAt, command_for
from loyalty_engine.engine.member_report import member_report
from loyalty_engine.engine.ports.driver import Driver, WriteSession
from loyalty_engine.engine.ports.rulebook_shelf import PublishedRulebook
from loyalty_engine.engine.receipt import Receipt
from loyalty_engine.engine.rulebook_loading import check_rules
from loyalty_engine.engine.rulebooks import CompiledRulebook, Rulebooks
from loyalty_engine.engine.settle import settle
from loyalty_engine.engine.statement import statement_of
from loyalty_engine.engine.status import status_of
from loyalty_engine.engine.verify import Verification, verify_ledger
from loyalty_engine.engine.versions import Versions
from loyalty_engine.errors import BadInput, LoyaltyError, Refusal, UnknownProgram
from loyalty_engine.rulebook.rulebook import Rulebook

Clock = Callable[[], int]
"""Gives the present instant in microseconds UTC."""

Member = str | Mapping[str, str]
"""A member's own id, or one identity such as {"card": "4711"}."""

Rules = Mapping[str, str | bytes] | CompiledRulebook
"""Rule files (name -> content), or what checking them gave already."""

LARGEST_COMMIT = 1000


class LoyaltyEngine:
    """Opened by `loyalty_adapters.open_engine`; a context manager; calls may come from any thread.

    Refusals and bad input are raised as typed errors of `loyalty_engine.errors` and change nothing.
    """

    def __init__(self, driver: Driver, clock: Clock, recording_clock: Clock) -> None:
        """`clock` is the business clock (what is due, received when), `recording_clock` stamps entries."""
        self._driver = driver
        self._clock = clock
        self._recording_clock = recording_clock
        self._versions = Versions(driver)
        self._versions.load()
        self._settle_batch = self._settle  # one bound method, so that callers share a group

    # -- activities -------------------------------------------------------------------------------------

    def record(self, activity: object, *, actor: str | None = None, request: str | None = None) -> Receipt:
        """Record an activity in wire format (a mapping or JSON text); a repeat gets the first receipt.

        Raises InvalidActivity, NoRulebook, and every refusal of recording and returning.
        """
        command = command_for(activity, self._versions.current, self._received_now, actor, request)
        return self._submit(command)

    def record_many(
        self, activities: Iterable[object], *, received_at: ReceivedAt | None = None
    ) -> list[Receipt | LoyaltyError]:
        """Record activities in order, in commits of at most 1,000; a receipt or an error each, in order.

        `received_at` gives the business clock for an activity's instant; without it the engine's clock
        holds. One refusal touches no other activity.
        """
        items = list(activities)
        outcomes: list[Receipt | LoyaltyError] = []
        for start in range(0, len(items), LARGEST_COMMIT):
            part = items[start : start + LARGEST_COMMIT]
            outcomes += self._record_part(part, received_at or self._received_now)
        return outcomes

    def quote(self, activity: object) -> Receipt:
        """What `record` would answer now; nothing is written. Raises what `record` raises."""
        command = command_for(activity, self._versions.current, self._received_now)
        with self._driver.reading() as session:
            return command.decide(Desk(session.context(command.ask()), self._recording_clock()))

    # -- members ----------------------------------------------------------------------------------------

    def enrol(
        self,
        member: str,
        *,
        identities: Mapping[str, Any] | None = None,
        attributes: Mapping[str, Any] | None = None,
        key: str | None = None,
        at: str | None = None,
        actor: str | None = None,
    ) -> Receipt:
        """Enrol a member: an `enrolment` activity of source `engine`, so rules may reward it.

        `key` defaults to the member's id; `at` is ISO 8601 with offset and defaults to the clock.
        """
        raw = enrolment_activity(member, identities, attributes, key, at or self._now_text())
        return self.record(raw, actor=actor)

    def change_member(
        self,
        member: Member,
        *,
        identities: Mapping[str, Any] | None = None,
        attributes: Mapping[str, Any] | None = None,
        key: str,
        at: str | None = None,
        actor: str | None = None,
    ) -> Receipt:
        """Link identities and set dated attributes (None takes one away): a `member-change` activity."""
        raw = change_activity(member, identities, attributes, key, at or self._now_text())
        return self.record(raw, actor=actor)

    def member(self, member: Member, *, at: int | None = None) -> dict[str, Any]:
        """Own id, identities, attributes as of an instant, enrolment. Raises UnknownMember."""
        with self._driver.reading() as session:
            return member_report(session, self._ref(member), self._at(at), self._calendar())

    # -- points -----------------------------------------------------------------------------------------

    def adjust(
        self,
        member: Member,
        points: int,
        *,
        reason: str,
        actor: str,
        currency: str | None = None,
        key: str | None = None,
        request: str | None = None,
    ) -> Receipt:
        """Correct a balance by hand. Raises InvalidCommand, UnknownMember, InsufficientPoints."""
        now = self._clock()
        rulebook = self._versions.current.at(now)
        return self._submit(
            Adjust(self._ref(member), points, reason, actor, rulebook, now, currency, key, request)
        )

    def balance(
        self, member: Member, *, at: int | None = None, known_at: int | None = None
    ) -> dict[str, Any]:
        """What a member has as of `at`, as it was known at `known_at`; both default to now."""
        with self._driver.reading() as session:
            return balance_of(session, self._ref(member), self._at(at), known_at, self._versions.current)

    def statement(self, member: Member, *, at: int | None = None) -> dict[str, Any]:
        """Every movement up to `at`, with running balances. Raises UnknownMember."""
        with self._driver.reading() as session:
            return statement_of(session, self._ref(member), self._at(at), self._versions.current)

    def explain(self, entry_id: str) -> dict[str, Any]:
        """Why an entry is what it is: its activity evaluated again, rule by rule. Raises UnknownEntry."""
        with self._driver.reading() as session:
            return explain_entry(session, entry_id, self._versions.current)

    # -- the whole program ------------------------------------------------------------------------------

    def expire(self, as_of: int, progress: Callable[[int], None] | None = None) -> int:
        """Post every release and expiry due at or before an instant, for all; gives how many entries."""
        return expire_due(self._driver, as_of, self._recording_clock, progress)

    def verify(self, progress: Callable[[int], None] | None = None) -> Verification:
        """The proof of the ledger: every account rebuilt from its entries and compared."""
        return verify_ledger(self._driver, progress)

    def status(self, *, at: int | None = None) -> dict[str, Any]:
        """Counts, points by kind and rule, what is outstanding at an instant, and the rulebooks."""
        with self._driver.reading() as session:
            return status_of(session, self._at(at), self._versions.current)

    # -- rules ------------------------------------------------------------------------------------------

    def publish(
        self, rules: Rules, *, actor: str | None = None, again: bool = True
    ) -> PublishedRulebook | None:
        """Check rule files, run their examples, and store them as the program's latest version.

        With `again` False nothing is stored when this very content was published before (and None is
        given back). Raises InvalidRulebook, and UnknownProgram when another program was opened.
        """
        compiled = self._of_this_program(rules)

        def work(session: WriteSession) -> PublishedRulebook | None:
            self._versions.refresh(session)
            if not again and compiled.hash in self._versions.current.hashes:
                return None
            return self._versions.publish(session, compiled, self._clock(), actor)

        return self._driver.transact(work)

    def try_out(self, rules: Rules) -> None:
        """Let `quote` decide by rule files that are not published. Raises InvalidRulebook, UnknownProgram."""
        self._versions.try_out(self._of_this_program(rules))

    def programs(self) -> tuple[str, ...]:
        """The names of all programs that have rules in the store, sorted, whichever was opened."""
        with self._driver.reading() as session:
            return tuple(sorted({one.program for one in session.published()}))

    @property
    def rulebooks(self) -> Rulebooks:
        """Every version of the program's rules, compiled."""
        return self._versions.current

    @property
    def rulebook(self) -> Rulebook:
        """The newest version. Raises NoRulebook."""
        return self._versions.current.newest.rulebook

    # -- life -------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Wait for what is under way and let go of the store."""
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- parts ------------------------------------------------------------------------------------------

    def _of_this_program(self, rules: Rules) -> CompiledRulebook:
        compiled = rules if isinstance(rules, CompiledRulebook) else check_rules(rules)
        name, opened = compiled.program.name, self._driver.program
        if opened not in (None, name):
            raise UnknownProgram(
                f"the rules are of program `{name}`, and `{opened}` was opened", program=name
            )
        self._driver.program = name
        return compiled

    def _settle(self, session: WriteSession, commands: Sequence[Command]) -> list[Outcome]:
        self._versions.refresh(session)
        return settle(session, commands, self._recording_clock)

    def _submit(self, command: Command) -> Receipt:
        outcome: Outcome = self._driver.submit(self._settle_batch, command)
        if isinstance(outcome, Refusal):
            raise outcome
        return outcome

    def _record_part(self, items: Sequence[object], received_at: ReceivedAt) -> list[Receipt | LoyaltyError]:
        outcomes: list[Receipt | LoyaltyError | None] = []
        commands: list[Command] = []
        for item in items:
            try:
                commands.append(command_for(item, self._versions.current, received_at))
                outcomes.append(None)
            except (BadInput, Refusal) as error:
                outcomes.append(error)
        settled: Iterator[Outcome] = iter(
            self._driver.submit_many(self._settle_batch, commands) if commands else []
        )
        return [next(settled) if outcome is None else outcome for outcome in outcomes]

    def _received_now(self, at: int) -> int:
        return self._clock()

    def _calendar(self) -> Calendar:
        return self._versions.current.newest.program.calendar

    def _now_text(self) -> str:
        return from_instant(self._clock()).isoformat()

    def _ref(self, member: Member) -> MemberRef:
        if isinstance(member, str):
            return MemberRef("member", member)
        kind, value = next(iter(member.items()))
        return MemberRef(kind, value)

    def _at(self, at: int | None) -> int:
        return self._clock() if at is None else at
