"""A loyalty points engine; `loyalty_adapters.open_engine` opens one.

Hosts write activities as mappings in wire format, or by these names; errors stand in `errors`.
"""

from loyalty_engine.activity.written import Enrolment, MemberChange, Purchase, Recharge, Return

__all__ = ["Enrolment", "MemberChange", "Purchase", "Recharge", "Return"]
