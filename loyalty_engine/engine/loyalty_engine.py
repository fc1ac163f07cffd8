"""LoyaltyEngine: the face of all use cases over one program's members, rules and ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from types import TracebackType
from typing import Any, Self

from loyalty_engine.activity.activity import ActivityKey
from loyalty_engine.calendar import Calendar, from_instant
from loyalty_engine.engine import arguments
from loyalty_engine.engine.adjust import Adjust
from loyalty_engine.engine.arguments import Instant
from loyalty_engine.engine.balance import balance_of
from loyalty_engine.engine.enrol import change_activity, enrolment_activity
from loyalty_engine.engine.expire import expire_due
from loyalty_engine.engine.explain import explain_entry
from loyalty_engine.engine.intake import ReceivedAt, asked_once, command_for
from loyalty_engine.engine.member_report import member_report
from loyalty_engine.engine.own_key import SOURCE
from loyalty_engine.engine.ports.driver import Driver, ReadSession
from loyalty_engine.engine.ports.rulebook_shelf import PublishedRulebook
from loyalty_engine.engine.receipt import Receipt
from loyalty_engine.engine.rulebook_loading import check_rules
from loyalty_engine.engine.rulebooks import CompiledRulebook, Rulebooks
from loyalty_engine.engine.settle import at_desk
from loyalty_engine.engine.settlement import Settlement
from loyalty_engine.engine.spending import Member, SpendingFace
from loyalty_engine.engine.statement import statement_of
from loyalty_engine.engine.status import status_of
from loyalty_engine.engine.submission import Submission
from loyalty_engine.engine.tier_face import TierFace
from loyalty_engine.engine.verify import Verification, verify_ledger
from loyalty_engine.engine.versions import Versions
from loyalty_engine.errors import InvalidCommand, LoyaltyError, UnknownProgram
from loyalty_engine.rulebook.rulebook import Rulebook

Clock = Callable[[], int]
"""Gives the present instant in microseconds UTC."""

Rules = Mapping[str, str | bytes] | CompiledRulebook
"""Rule files (name -> content), or what checking them gave already."""

LARGEST_COMMIT = 1000


class LoyaltyEngine(SpendingFace, TierFace):
    """Opened by `loyalty_adapters.open_engine`; a context manager; calls may come from any thread.

    Refusals and bad input are raised as typed errors of `loyalty_engine.errors` and change nothing.
    """

    def __init__(
        self, driver: Driver, clock: Clock, recording_clock: Clock, settlement: Settlement | None = None
    ) -> None:
        """`clock` is the business clock (what is due, received when), `recording_clock` stamps entries.

        `settlement` is that of an engine already open, of which this is another face.
        """
        self._driver = driver
        self._clock = clock
        self._recording_clock = recording_clock
        self._settlement = settlement or Settlement(Versions(driver), recording_clock)
        self._versions = self._settlement.versions
        self._submission = Submission(driver, self._settlement)
        if settlement is None:
            driver.read(self._versions.refresh)

    # -- activities -------------------------------------------------------------------------------------

    def record(self, activity: object, *, actor: str | None = None, request: str | None = None) -> Receipt:
        """Record an activity in wire format (a mapping or JSON text); a repeat gets the first receipt.

        Raises InvalidActivity, NoRulebook, and every refusal of recording and returning.
        """
        by = arguments.optional_name("the actor", actor), arguments.optional_name("the request", request)
        return self._submission.one(partial(command_for, activity, self._versions, self._received_now, *by))

    def record_many(
        self, activities: Iterable[object], *, received_at: ReceivedAt | None = None
    ) -> list[Receipt | LoyaltyError]:
        """Record activities in order, in commits of at most 1,000; a receipt or an error each, in order.

        `received_at` gives the business clock for an activity's instant; without it the engine's clock
        holds. One refusal touches no other activity. Raises InvalidCommand for no list or no function.
        """
        arguments.several("activities", activities)
        received: ReceivedAt = self._received_now if received_at is None else received_at
        if not callable(received):
            raise InvalidCommand("received_at is a function that gives an instant for an instant")
        makes = [partial(command_for, one, self._versions, asked_once(received)) for one in activities]
        outcomes: list[Receipt | LoyaltyError] = []
        for start in range(0, len(makes), LARGEST_COMMIT):
            outcomes += self._submission.many(makes[start : start + LARGEST_COMMIT])
        return outcomes

    def quote(self, activity: object) -> Receipt:
        """What `record` would answer now; nothing is written. Raises what `record` raises."""
        with self._reading() as session:
            command = command_for(activity, self._versions, self._received_now)
            versions, recorded_at = self._versions.current, self._recording_clock()
            return at_desk(session.context, command.ask(), command.decide, recorded_at, versions)

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

        `key` defaults to the member's id; `at` is ISO 8601 with offset and defaults to the clock, or to
        the first time of the same key, so that a retry says the same. Raises what `record` raises.
        """
        key = arguments.name("the key", member if key is None else key)
        at = self._time_of("enrolment", key) if at is None else at
        return self.record(enrolment_activity(member, identities, attributes, key, at), actor=actor)

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
        """Link identities and set dated attributes (None takes one away): a `member-change` activity.

        `at` is as for `enrol`. Raises what `record` raises.
        """
        at = self._time_of("member-change", arguments.name("the key", key)) if at is None else at
        return self.record(change_activity(member, identities, attributes, key, at), actor=actor)

    def member(self, member: Member, *, at: Instant | None = None) -> dict[str, Any]:
        """Own id, identities, attributes as of an instant, enrolment. Raises UnknownMember."""
        with self._reading() as session:
            return member_report(session, arguments.member_ref(member), self._at(at), self._calendar())

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
        ref, now = arguments.member_ref(member), self._clock()

        def make() -> Adjust:
            return Adjust(ref, points, reason, actor, self._versions.at(now), now, currency, key, request)

        return self._submission.one(make)

    def balance(
        self, member: Member, *, at: Instant | None = None, known_at: Instant | None = None
    ) -> dict[str, Any]:
        """What a member has as of `at`, as it was known at `known_at`; both default to now."""
        known = None if known_at is None else arguments.instant("known_at", known_at)
        ref = arguments.member_ref(member)
        with self._reading() as session:
            return balance_of(session, ref, self._at(at), known, self._versions.current)

    def statement(self, member: Member, *, at: Instant | None = None) -> dict[str, Any]:
        """Every movement up to `at`, with running balances. Raises UnknownMember."""
        with self._reading() as session:
            return statement_of(session, arguments.member_ref(member), self._at(at), self._versions.current)

    def explain(self, entry_id: str) -> dict[str, Any]:
        """Why an entry is what it is: its activity evaluated again, rule by rule. Raises UnknownEntry."""
        with self._reading() as session:
            return explain_entry(session, arguments.entry_name(entry_id), self._versions.current)

    # -- the whole program ------------------------------------------------------------------------------

    def expire(self, as_of: Instant, progress: Callable[[int], None] | None = None) -> int:
        """Post every release, expiry and end of a hold due by an instant, for all; gives how many entries."""
        as_of = arguments.instant("as_of", as_of)
        return expire_due(self._driver, as_of, self._recording_clock, progress)

    def verify(self, progress: Callable[[int], None] | None = None) -> Verification:
        """The proof of the ledger: every account rebuilt from its entries and compared."""
        with self._reading() as session:
            return verify_ledger(session, self._versions.current, progress)

    def status(self, *, at: Instant | None = None) -> dict[str, Any]:
        """Counts, points by kind and rule, what is outstanding at an instant, and the rulebooks."""
        with self._reading() as session:
            return status_of(session, self._at(at), self._versions.current)

    # -- rules ------------------------------------------------------------------------------------------

    def publish(
        self, rules: Rules, *, actor: str | None = None, again: bool = True
    ) -> PublishedRulebook | None:
        """Check rule files, run their examples, and store them as the program's latest version.

        With `again` False nothing is stored when this very content was published before (and None is
        given back). Raises InvalidRulebook, and UnknownProgram when another program was opened.
        """
        actor = arguments.optional_name("the actor", actor)
        return self._versions.publish(self._of_this_program(rules), self._clock(), actor, again)

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

    # -- other ways in ----------------------------------------------------------------------

    def within(self, host: object) -> LoyaltyEngine:
        """These use cases in the transaction that a host has under way, to be committed or rolled back there.

        On SQLite the host is a SQLAlchemy Session or Connection on the engine's own database file. Raises
        InvalidCommand for any other, UnsafeHost for one whose transaction would not hold what we write.
        """
        from loyalty_engine.engine.hosted_engine import HostedEngine  # a LoyaltyEngine itself

        host_driver = self._driver.within(host)
        return HostedEngine(host_driver, self._clock, self._recording_clock, self._settlement)

    def through(self, way: Callable[[Driver], Driver]) -> LoyaltyEngine:
        """The same engine, rules and clocks by another way to its driver: for composing other doors."""
        return LoyaltyEngine(way(self._driver), self._clock, self._recording_clock, self._settlement)

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
        if not isinstance(rules, Mapping | CompiledRulebook):
            raise InvalidCommand("rules are handed over as their files, name -> content")
        compiled = rules if isinstance(rules, CompiledRulebook) else check_rules(rules)
        name, opened = compiled.program.name, self._driver.program
        if opened not in (None, name):
            raise UnknownProgram(
                f"the rules are of program `{name}`, and `{opened}` was opened", program=name
            )
        self._driver.program = name
        return compiled

    @contextmanager
    def _reading(self) -> Iterator[ReadSession]:
        """One consistent snapshot, and the rules as of it, whoever published them."""
        if self._driver.program is None:
            # A session is of the program that was chosen when it began.
            self._driver.read(self._versions.refresh)
        with self._driver.reading() as session:
            self._versions.refresh(session)
            yield session

    def _time_of(self, type_: str, key: str) -> str:
        """When the same command of ours took place before, else now; ISO 8601."""
        before = None
        if self._driver.program is not None:
            name = ActivityKey(SOURCE, type_, key)
            before = self._driver.read(lambda session: session.find_activity(name))
        return from_instant(self._clock() if before is None else before.at).isoformat()

    def _received_now(self, at: int) -> int:
        return self._clock()

    def _calendar(self) -> Calendar:
        return self._versions.current.newest.program.calendar

    def _at(self, at: Instant | None) -> int:
        return self._clock() if at is None else arguments.instant("at", at)
