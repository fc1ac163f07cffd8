"""Which rules match an activity: one bit per rule, one table per field, ANDed together.

For each field a table gives, for a value, the integer whose bit i says that box i's tests of that field
hold for it. Ordered fields find their value's segment by bisection. Line fields are ANDed within a line,
then ORed over lines. A rule that is a disjunction has further boxes above the rules' own bits, folded
back onto the rule's bit. The work grows with the fields tested, hardly with the number of rules.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate, pairwise
from math import ceil, floor
from operator import xor
from typing import Any, NamedTuple

from loyalty_engine.activity.activity import Activity, Line
from loyalty_engine.calendar import Calendar, date_of
from loyalty_engine.decision import Facts
from loyalty_engine.rulebook.test import Box, RangeTest, SetTest, Test
from loyalty_engine.rulebook.values import OF_ACTIVITY, own_attributes
from loyalty_engine.zone_offsets import DAY

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = ("weekday", "hour", "date")
HOUR = 3_600_000_000  # microseconds
_WHOLE = frozenset(
    ("amount", "total", "at", "hour", "quantity", "discount", "net", "tenure_months", "age", "birthday_month")
)  # fields whose values are always whole numbers
_LARGEST_CACHE = 65_536  # values remembered of one text field with prefix tests


class MatchRule(NamedTuple):
    """A rule as the matcher sees it: a disjunction over the activity, one over lines (None: any line)."""

    boxes: tuple[Box, ...]
    line_boxes: tuple[Box, ...] | None


class Matched(NamedTuple):
    """Bit i of `rules`: rule i matches. Bit i of `lines[j]`: line j is one that rule i chooses."""

    rules: int
    lines: list[int]


Lookup = Callable[[Any], int]
"""The mask of a value; None is a missing one."""


class Table(NamedTuple):
    """The masks of values by equality, so that the hot path needs no call but `dict.get`."""

    get: Callable[[Any, int], int]
    default: int  # of every value that no test names


class Matcher:
    """The compiled conditions of some rules, in file order. Immutable after its making."""

    def __init__(self, rules: Sequence[MatchRule], fields: Mapping[str, str], calendar: Calendar) -> None:
        """`fields` names the scope (activity, line, member) of each field that a box tests."""
        self._count = len(rules)
        self._calendar = calendar
        self._ones = (1 << self._count) - 1
        activity = _Boxes([rule.boxes for rule in rules])
        lines = _Boxes([({},) if rule.line_boxes is None else rule.line_boxes for rule in rules])
        self._fold, self._line_fold = activity.fold, lines.fold
        self._all, self._line_all = activity.all, lines.all
        self._lined = sum(1 << i for i, rule in enumerate(rules) if rule.line_boxes is not None)
        self._tables: list[tuple[int, Callable[[Any, int], int], int]] = []
        self._by_index: list[tuple[int, Lookup]] = []
        self._by_attribute: list[tuple[str, Lookup]] = []
        self._by_member: list[tuple[str, Lookup]] = []
        self._by_clock: list[tuple[str, Lookup]] = []
        for name, lookup in activity.lookups():
            self._place(name, fields[name], lookup)
        self._line_tables: list[tuple[int, Callable[[Any, int], int], int]] = []
        self._line_by_index: list[tuple[int, Lookup]] = []
        self._line_by_attribute: list[tuple[str, Lookup]] = []
        for name, lookup in lines.lookups():
            if name not in Line._fields or name == "attributes":
                self._line_by_attribute.append((name, _callable(lookup)))
            elif isinstance(lookup, Table):
                self._line_tables.append((Line._fields.index(name), *lookup))
            else:
                self._line_by_index.append((Line._fields.index(name), lookup))

    def _place(self, name: str, scope: str, lookup: Table | Lookup) -> None:
        if scope == "member":
            self._by_member.append((name, _callable(lookup)))
        elif name in _CLOCK:
            self._by_clock.append((name, _callable(lookup)))
        elif name not in OF_ACTIVITY:
            self._by_attribute.append((name, _callable(lookup)))
        elif isinstance(lookup, Table):
            self._tables.append((Activity._fields.index(name), *lookup))
        else:
            self._by_index.append((Activity._fields.index(name), lookup))

    def match(self, activity: Activity, facts: Facts) -> Matched:
        """Rules whose conditions all hold; a missing value fails a test and its `not` alike."""
        mask = self._activity_mask(activity, facts)
        if not mask:
            return Matched(0, [])
        lines = self._line_masks(activity.lines)
        if mask & self._lined:
            some = 0
            for line_mask in lines:
                some |= line_mask
            mask &= some | ~self._lined
        return Matched(mask, lines)

    def _activity_mask(self, activity: Activity, facts: Facts) -> int:
        mask = self._all
        for index, get, default in self._tables:
            mask &= get(activity[index], default)
        if not mask:
            return 0
        for index, lookup in self._by_index:
            mask &= lookup(activity[index])
        if self._by_member:
            member = facts.member.get
            for name, lookup in self._by_member:
                mask &= lookup(member(name))
        if self._by_attribute:
            attribute = own_attributes(activity).get
            for name, lookup in self._by_attribute:
                mask &= lookup(attribute(name))
        if self._by_clock and mask:
            mask &= self._clock_mask(activity.at)
        return _folded(mask, self._count, self._fold) if self._fold else mask

    def _clock_mask(self, at: int) -> int:
        day, time = divmod(self._calendar.wall(at), DAY)
        mask = self._all
        for name, lookup in self._by_clock:
            if name == "weekday":
                mask &= lookup(WEEKDAYS[(day + 3) % 7])  # 1970-01-01 was a Thursday
            elif name == "hour":
                mask &= lookup(time // HOUR)
            else:
                mask &= lookup(date_of(day))
        return mask

    def _line_masks(self, lines: tuple[Line, ...]) -> list[int]:
        if not self._lined:
            return [self._ones] * len(lines)
        every, fold, count = self._line_all, self._line_fold, self._count
        tables, by_index, by_attribute = self._line_tables, self._line_by_index, self._line_by_attribute
        masks = []
        for line in lines:
            mask = every
            for index, get, default in tables:
                mask &= get(line[index], default)
            for index, lookup in by_index:
                mask &= lookup(line[index])
            if by_attribute:
                for name, lookup in by_attribute:
                    mask &= lookup(line.attributes.get(name))
            masks.append(_folded(mask, count, fold) if fold else mask)
        return masks


def _folded(mask: int, count: int, fold: Sequence[int]) -> int:
    """Bring the bits of further boxes (above `count`) onto their rules' bits."""
    extra = mask >> count
    mask &= (1 << count) - 1
    while extra:
        low = extra & -extra
        mask |= 1 << fold[low.bit_length() - 1]
        extra ^= low
    return mask


class _Boxes:
    """All boxes of all rules under one numbering: a rule's first box has the rule's own number."""

    def __init__(self, rules: Sequence[tuple[Box, ...]]) -> None:
        self.fold: list[int] = []  # number of a further box - number of rules -> its rule
        self._numbered: list[tuple[int, Box]] = []
        self.all = 0
        for rule, boxes in enumerate(rules):
            for position, box in enumerate(boxes):
                number = rule if position == 0 else len(rules) + len(self.fold)
                if position:
                    self.fold.append(rule)
                self._numbered.append((number, box))
                self.all |= 1 << number

    def lookups(self) -> Iterable[tuple[str, Table | Lookup]]:
        """For each tested field what gives a value's mask, the fields that most rules test first."""
        tested: dict[str, list[tuple[int, tuple[Test, ...]]]] = {}
        for number, box in self._numbered:
            for name, tests in box.items():
                tested.setdefault(name, []).append((number, tests))
        for name, tests_of in sorted(tested.items(), key=lambda item: -len(item[1])):
            free = self.all & ~sum(1 << number for number, _ in tests_of)
            yield name, _lookup(tests_of, free, name in _WHOLE)


def _callable(lookup: Table | Lookup) -> Lookup:
    if not isinstance(lookup, Table):
        return lookup
    get, default = lookup
    return lambda value: get(value, default)


def _lookup(tested: list[tuple[int, tuple[Test, ...]]], free: int, whole: bool) -> Table | Lookup:
    """`free`: the boxes without a test of this field; they hold for every value, also a missing one."""
    tests = [test for _, several in tested for test in several]
    if any(isinstance(test, SetTest) and test.prefixes for test in tests):
        return _remembering(tested, free)
    if any(isinstance(test, RangeTest) for test in tests):
        return _by_segment(tested, free, whole)
    return _by_value(tested, free)


def _by_value(tested: list[tuple[int, tuple[Test, ...]]], free: int) -> Table:
    """For sets of values: a box decides all values alike but those that it names."""
    default = free | sum(1 << n for n, several in tested if all(_is_negated(test) for test in several))
    turned: dict[Any, int] = {}  # value -> the boxes that decide it otherwise than the default
    for number, several in tested:
        named = {value for test in several if isinstance(test, SetTest) for value in test.values}
        for value in named:
            if all(test.holds(value) for test in several) != bool(default >> number & 1):
                turned[value] = turned.get(value, 0) | 1 << number
    table: dict[Any, int] = {value: default ^ boxes for value, boxes in turned.items()}
    table[None] = free
    return Table(table.get, default)


def _is_negated(test: Test) -> bool:
    return isinstance(test, SetTest) and test.negated


def _mask_of(tested: list[tuple[int, tuple[Test, ...]]], free: int, value: Any) -> int:
    mask = free
    for number, several in tested:
        if all(test.holds(value) for test in several):
            mask |= 1 << number
    return mask


def _remembering(tested: list[tuple[int, tuple[Test, ...]]], free: int) -> Lookup:
    """For prefix tests: each value is worked out once and remembered, in bounded memory."""
    known: dict[Any, int] = {None: free}

    def lookup(value: Any) -> int:
        mask = known.get(value)
        if mask is None:
            if len(known) >= _LARGEST_CACHE:
                known.clear()
                known[None] = free
            mask = known[value] = _mask_of(tested, free, value)
        return mask

    return lookup


def _by_whole_segment(lookup: Lookup, free: int, bounds: list[Any]) -> Lookup:
    """The same for whole numbers, where a point is the stretch up to the next number: one bisection."""
    cuts = sorted({cut for bound in bounds for cut in (ceil(bound), floor(bound) + 1)})
    masks = [lookup(cut) for cut in [cuts[0] - 1, *cuts]]

    def lookup_whole(value: Any) -> int:
        return free if value is None else masks[bisect_right(cuts, value)]

    return lookup_whole


def _by_segment(tested: list[tuple[int, tuple[Test, ...]]], free: int, whole: bool) -> Lookup:
    """Ordered values: the bounds cut the line into points and the open stretches between them."""
    cuts = sorted({bound for _, several in tested for test in several for bound in _bounds(test)})
    masks = list(accumulate(_turns(tested, cuts), xor, initial=free))[1:]
    stretches, points = masks[0::2], masks[1::2]
    last = len(cuts)

    def lookup(value: Any) -> int:
        if value is None:
            return free
        position = bisect_left(cuts, value)
        if position < last and cuts[position] == value:
            return points[position]
        return stretches[position]

    return _by_whole_segment(lookup, free, cuts) if whole else lookup


def _turns(tested: list[tuple[int, tuple[Test, ...]]], cuts: list[Any]) -> list[int]:
    """Which boxes turn true or false at each place: stretch, point, stretch, … point, stretch.

    A box turns at its own bounds only, so that the work grows with the bounds and not with their square.
    """
    place = {cut: 2 * position + 1 for position, cut in enumerate(cuts)}
    turns = [0] * (2 * len(cuts) + 1)
    for number, several in tested:
        own: list[Any] = [None, *sorted({bound for test in several for bound in _bounds(test)}), None]
        held = False
        for low, high in pairwise(own):
            steps = [] if low is None else [(place[low], all(test.holds(low) for test in several))]
            between = all(_holds_between(test, low, high) for test in several)
            for at, holds in (*steps, (0 if low is None else place[low] + 1, between)):
                turns[at] ^= (holds != held) << number
                held = holds
    return turns


def _bounds(test: Test) -> Iterable[Any]:
    if isinstance(test, SetTest):
        return test.values
    return [bound for bound in (test.low, test.high) if bound is not None]


def _holds_between(test: Test, low: Any, high: Any) -> bool:
    """Whether the test holds strictly between two of its neighbouring bounds (None: without end)."""
    if isinstance(test, SetTest):
        return test.negated
    reaches_down = test.low is None or (low is not None and test.low <= low)
    reaches_up = test.high is None or (high is not None and high <= test.high)
    return (reaches_down and reaches_up) != test.negated
