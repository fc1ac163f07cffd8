"""Activities as a host's code writes them: mappings in wire format whose type is in their name."""

from __future__ import annotations

from typing import Any, ClassVar


class _Written(dict[str, Any]):
    """A mapping in wire format; what its fields may be is judged when it is recorded."""

    TYPE: ClassVar[str]

    def __init__(self, **fields: Any) -> None:
        super().__init__(type=self.TYPE, **fields)


class Purchase(_Written):
    """`Purchase(id="R-1", source="pos", member="M-1", at="2026-03-14T11:05:00+02:00", amount="20.00")`.

    In part with points: `tenders=[{"kind": "points", "points": 500}, {"kind": "card", "amount": "16.00"}]`.
    """

    TYPE = "purchase"


class Return(_Written):
    """What comes back of an activity: `Return(id=…, source=…, member=…, at=…, of="R-1", lines=[…])`."""

    TYPE = "return"


class Recharge(_Written):
    """Money paid into an account: `Recharge(id=…, source=…, member=…, at=…, amount="20.00")`."""

    TYPE = "recharge"


class Enrolment(_Written):
    """A new member with `identities` and `attributes`."""

    TYPE = "enrolment"


class MemberChange(_Written):
    """New `identities` and `attributes` of a member; an attribute that is None is taken away."""

    TYPE = "member-change"
