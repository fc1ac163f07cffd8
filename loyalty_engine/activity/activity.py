"""What can happen, as frozen values: an activity, its lines and tenders, after strict parsing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

Value = str | int | bool | Decimal | date
"""A typed field value: text and choice (str), whole number or money or instant (int), number (int or
Decimal), boolean, date. A missing value is None."""

QUANTITY_SCALE = 1000  # quantities are whole thousandths

BUILT_IN_TYPES = (
    "purchase",
    "return",
    "recharge",
    "usage",
    "visit",
    "referral",
    "contract",
    "review",
    "survey",
    "enrolment",
    "member-change",
)


class MemberRef(NamedTuple):
    """How an activity names its member: kind `member` is the host's own id, any other an identity."""

    kind: str
    value: str


class ActivityKey(NamedTuple):
    """What makes an activity one and the same however often it is sent (within one program)."""

    source: str
    type: str
    id: str


class Line(NamedTuple):
    """One position of a basket; money in minor units, quantity in thousandths."""

    id: str
    quantity: int
    amount: int  # the line's total before discount
    discount: int
    tax: int
    net: int  # amount - discount - share of the order's discount
    sku: str | None = None
    category: str | None = None
    brand: str | None = None
    attributes: Mapping[str, Value] = {}


POINTS = "points"  # the kind of the tender that is points of the program's own


class Tender(NamedTuple):
    """One means of payment; money in minor units.

    Points are named by how many they are, by the hold that keeps them, or by how many they may be at most;
    what they are worth the rules say. Of an activity there is one such tender at most.
    """

    kind: str
    amount: int | None  # None: of points, whose worth the sender did not state
    points: int | None = None
    hold: str | None = None  # the hold's id; all of it is captured
    up_to: int | None = None


class Original(NamedTuple):
    """What a return refers to; source and type are None when only the id was given."""

    id: str
    source: str | None = None
    type: str | None = None


class ReturnLine(NamedTuple):
    """One returned position: a quantity (thousandths) or an amount (minor units) of the line's net.

    Neither given: all that is left of the line.
    """

    id: str
    quantity: int | None = None
    amount: int | None = None


class Activity(NamedTuple):
    """Something that happened. Lines are sorted by id, so nothing downstream depends on their order.

    An activity without lines is one line (id "1") with its amount. Instants are microseconds UTC.
    """

    type: str
    source: str
    id: str
    member: MemberRef
    at: int
    offset: int  # minutes east of UTC, as the source wrote it
    lines: tuple[Line, ...]
    has_lines: bool  # False: the one line stands for the whole activity
    amount: int  # sum of the lines' amounts
    total: int  # payable: sum of nets + shipping (+ tax where prices exclude it)
    shipping: int = 0
    discount: int = 0  # the order's, already shared out over the lines' nets
    channel: str | None = None
    store: str | None = None
    partner: str | None = None
    tenders: tuple[Tender, ...] = ()
    attributes: Mapping[str, Value | None] = {}  # None only in a member-change: taken away
    identities: Mapping[str, tuple[str, ...]] = {}  # enrolment and member-change
    of: Original | None = None  # return
    returned: tuple[ReturnLine, ...] = ()  # return; empty: all that is left

    @property
    def key(self) -> ActivityKey:
        """The activity's idempotency key within its program."""
        return ActivityKey(self.source, self.type, self.id)

    @property
    def points_tender(self) -> Tender | None:
        """The tender of points, if any."""
        return next((tender for tender in self.tenders if tender.kind == POINTS), None)
