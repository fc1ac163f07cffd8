"""The rulebook versions of one program, compiled; which one decides follows from the activity's time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from loyalty_engine.accrual.plan import AccrualPlan, expiry_of
from loyalty_engine.activity.field import ActivitySettings, Field
from loyalty_engine.calendar import EARLIEST, Calendar
from loyalty_engine.engine.ports.rulebook_shelf import PublishedRulebook
from loyalty_engine.engine.sections import SECTIONS
from loyalty_engine.errors import InvariantViolation, NoRulebook
from loyalty_engine.ledger.expiry import expires_at
from loyalty_engine.ledger.terms import CurrencyTerms
from loyalty_engine.redemption.catalogue import Catalogue
from loyalty_engine.rulebook.load import load_rulebook
from loyalty_engine.rulebook.program import CurrencySettings, Program
from loyalty_engine.rulebook.rulebook import Rulebook
from loyalty_engine.tiers.ladder import Ladder
from loyalty_engine.tiers.ladders import Ladders

NO_LADDERS = Ladders()
_HOUR = 3_600_000_000  # microseconds
_MOST_HOURS = 10_000


@dataclass(frozen=True, slots=True)
class CompiledRulebook:
    """One published version with everything that deciding needs; immutable."""

    number: int  # 0: a candidate that is not published
    rulebook: Rulebook
    plan: AccrualPlan
    settings: ActivitySettings
    terms: Mapping[str, CurrencyTerms]  # by currency, in file order
    member_fields: Mapping[str, Field]  # types of what the plan reads of a member

    @property
    def program(self) -> Program:
        """The version's settings."""
        return self.rulebook.program

    @property
    def hash(self) -> str:
        """The content hash that receipts name."""
        return self.rulebook.hash

    @property
    def names(self) -> tuple[str, ...]:
        """What entries are told apart by: the rules that earn, then the offers that points are spent on."""
        return (*self.plan.by_name, *(offer.name for offer in self.catalogue.offers))

    @property
    def catalogue(self) -> Catalogue:
        """What points can be spent on; without offers it is empty."""
        catalogue: Catalogue = self.rulebook.models["redemption"]
        return catalogue

    @property
    def ladder(self) -> Ladder | None:
        """The version's tiers; None: it has none, and `tier` is an attribute of the member."""
        ladder: Ladder | None = self.rulebook.models["tiers"]
        return ladder


def compile_rulebook(rulebook: Rulebook, number: int = 0) -> CompiledRulebook:
    """Compile a rulebook that loaded without mistakes."""
    program = rulebook.program
    scopes = {name: f.scope for name, f in rulebook.fields.when.items()}
    plan = AccrualPlan(rulebook.models["stacks"], program, scopes)
    return CompiledRulebook(
        number=number,
        rulebook=rulebook,
        plan=plan,
        settings=program.activity_settings,
        terms={currency.name: _terms(currency, program.calendar) for currency in program.currencies},
        member_fields={name: rulebook.fields.when[name] for name in plan.member_fields},
    )


def _counting(versions: Iterable[CompiledRulebook]) -> frozenset[str]:
    currencies = [currency for version in versions for currency in version.program.currencies]
    return frozenset(currency.name for currency in currencies if _counts(currency))


def _counts(currency: CurrencySettings) -> bool:
    return currency.counts_tiers or not currency.spendable


def _longest_wait(versions: Iterable[CompiledRulebook]) -> int:
    lives = [life for version in versions for life in version.plan.lives]
    return max((life.pending.longest for life in lives if life.pending), default=0)


def _terms(currency: CurrencySettings, calendar: Calendar) -> CurrencyTerms:
    expiry = partial(expires_at, expiry_of(currency), calendar)
    return CurrencyTerms(currency.name, currency.mirrors, expiry)


class RulebookChoice(Protocol):
    """Knows which version decides what."""

    def at(self, instant: int) -> CompiledRulebook:
        """The version that decides what occurred at an instant. Raises NoRulebook."""
        ...

    def by_number(self, number: int) -> CompiledRulebook:
        """The version that an entry pins."""
        ...


@dataclass(frozen=True, slots=True)
class Rulebooks:
    """All versions of a program, by number; replaced as a whole when one is published."""

    versions: tuple[CompiledRulebook, ...]
    latest_seen: int = 0  # the shelf's highest number when these were read
    counting: frozenset[str] = frozenset()  # currencies kept as dated credits: any version may count them
    ladders: Ladders = NO_LADDERS  # of the versions in force over time
    climbing: frozenset[str] = frozenset()  # currencies that one of the ladders counts
    _longest_wait: int = field(default=0, repr=False)  # microseconds that an award may be pending, at most
    _starts: tuple[int, ...] = field(default=(), repr=False)
    _in_force: tuple[CompiledRulebook, ...] = field(default=(), repr=False)
    _asked: dict[int, tuple[int | None, int]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, versions: Iterable[CompiledRulebook], latest_seen: int = 0) -> Rulebooks:
        """Order versions by their start; of several with the same start the last published decides.

        A candidate counts as published last.
        """
        ordered = tuple(sorted(versions, key=lambda version: (version.number == 0, version.number)))
        by_start: dict[int, CompiledRulebook] = {}
        for version in ordered:
            by_start[version.program.effective_at] = version
        starts = tuple(sorted(by_start))
        in_force = tuple(by_start[start] for start in starts)
        ladders = Ladders.of((version.program.effective_at, version.ladder) for version in in_force)
        return cls(
            ordered,
            latest_seen,
            _counting(ordered),
            ladders,
            ladders.currencies,
            _longest_wait(ordered),
            starts,
            in_force,
        )

    @classmethod
    def always(cls, version: CompiledRulebook) -> Rulebooks:
        """One version that decides at any time: an example asks what these rules say, not since when."""
        ladders = Ladders.of([(EARLIEST, version.ladder)])
        one, counting, wait = (version,), _counting((version,)), _longest_wait((version,))
        return cls(one, 0, counting, ladders, ladders.currencies, wait, (EARLIEST,), one)

    def at(self, instant: int) -> CompiledRulebook:
        """The version that decides what occurred at an instant. Raises NoRulebook."""
        position = bisect_right(self._starts, instant)
        if position == 0:
            raise NoRulebook(self._why_none(instant))
        return self._in_force[position - 1]

    def _why_none(self, instant: int) -> str:
        if not self._in_force:
            return "no rules are published yet; publish some with `loyalty rules publish PATH`"
        first = self._in_force[0].program
        return (
            f"no rules were in force at {first.calendar.text(instant)}: "
            f"the first version starts at {first.calendar.text(first.effective_at)}"
        )

    def credits_asked(self, now: int) -> tuple[int | None, int]:
        """From which instant on credits are loaded for a command of now, and before which an account's last
        command must have come for all of them to be loaded. (None, ...): no tiers, so none are.

        The first is where the last complete period starts: what most commands need, all but late ones. An
        older credit matters as well when it began to count after whatever command last judged the tier.
        """
        if not self.climbing:
            return None, EARLIEST
        hour = now - now % _HOUR  # an earlier instant asks for no less
        asked = self._asked.get(hour)
        if asked is None:
            if len(self._asked) >= _MOST_HOURS:
                self._asked.clear()
            ladder = self.ladders.at(hour)
            since = hour if ladder is None else ladder.window(ladder.window(hour)[0] - 1)[0]
            asked = self._asked[hour] = (since, since + self._longest_wait)
        return asked

    @property
    def always_counting(self) -> frozenset[str]:
        """The currencies kept as dated credits from their first award on.

        One that was spendable before a later version let it count is kept since that was published.
        """
        first: dict[str, bool] = {}
        for version in self.versions:
            for currency in version.program.currencies:
                first.setdefault(currency.name, _counts(currency))
        return frozenset(name for name, counts in first.items() if counts)

    def by_number(self, number: int) -> CompiledRulebook:
        """The version that an entry pins. Raises InvariantViolation when the store has lost it."""
        for version in self.versions:
            if version.number == number:
                return version
        raise InvariantViolation(
            f"rulebook {number} is pinned by an entry but not in the store", number=number
        )

    @property
    def newest(self) -> CompiledRulebook:
        """The version that started last, for settings that belong to no activity. Raises NoRulebook."""
        if not self._in_force:
            raise NoRulebook("no rules are published yet; publish some with `loyalty rules publish PATH`")
        return self._in_force[-1]

    @property
    def hashes(self) -> frozenset[str]:
        """The content hashes of all versions."""
        return frozenset(version.hash for version in self.versions)


def compile_published(
    published: Sequence[PublishedRulebook], latest_seen: int, known: Rulebooks | None = None
) -> Rulebooks:
    """Compile what the shelf holds of one program; what was compiled before is used again.

    `latest_seen` is the shelf's highest number over all programs, to notice the next publication by.

    Raises InvariantViolation when stored text does not load: published text loads in every later release.
    """
    before = {version.number: version for version in known.versions} if known else {}
    versions = [before.get(one.number) or _compile_one(one) for one in published]
    return Rulebooks.of(versions, latest_seen)


def _compile_one(published: PublishedRulebook) -> CompiledRulebook:
    loaded = load_rulebook(published.files, SECTIONS)
    if loaded.rulebook is None:
        raise InvariantViolation(
            f"the stored rulebook {published.number} no longer loads", number=published.number
        )
    return compile_rulebook(loaded.rulebook, published.number)
