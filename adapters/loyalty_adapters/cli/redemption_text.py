"""What was redeemed, paid, refunded and set aside, and what may be had, for a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import RenderableType

from loyalty_adapters.cli.table import moment, table


def spending_shown(document: Mapping[str, Any]) -> list[RenderableType]:
    """The parts of a receipt that tell of spending; most receipts have none."""
    shown: list[RenderableType] = []
    if "redemption" in document:
        shown.append(_redemption(document["redemption"]))
    if "hold" in document:
        shown.append(_hold(document["hold"]))
    if "payment" in document:
        shown.append(_tenders(document["payment"], "Paid with"))
    if "refund" in document:
        refund = document["refund"]
        shown.append(_tenders(refund["tenders"], f"Refunded: {refund['total']}"))
    return shown


def holds_shown(document: Mapping[str, Any]) -> list[RenderableType]:
    """Who and when, then each hold with what it is for and how it stands."""
    heading = f"Member {document['member']} at {document['at']}"
    if not document["holds"]:
        return [heading, "No points are set aside."]
    rows = [
        (
            hold["id"],
            hold["reward"] or hold["tender"],
            hold["currency"],
            hold["points"],
            hold["captured"] or None,
            hold["worth"],
            hold["status"],
            moment(hold["until"]),
        )
        for hold in document["holds"]
    ]
    columns = ("=hold", "for", "currency", "#points", "#captured", "#worth", "status", "until")
    return [heading, table(*columns, rows=rows, below={"until": "hold", "status": "for"})]


def rewards_shown(document: Mapping[str, Any]) -> list[RenderableType]:
    """Who and when, then each offer: its price, whether it may be had, and why not."""
    heading = f"Member {document['member']} at {document['at']}"
    if not document["rewards"]:
        return [heading, "The rules offer nothing for points."]
    rows = [
        (offer["name"], _price(offer), _gives(offer), offer["may"], _remark(offer))
        for offer in document["rewards"]
    ]
    return [heading, table("offer", "price", "gives", "open", "remark", rows=rows)]


def _redemption(said: Mapping[str, Any]) -> str:
    points = f"{said['points']:,} {said['currency']}"
    if said["tender"] is not None:
        return f"{points} pay {said['worth']} ({said['tender']})"
    money = f" and {said['money']}" if said["money"] else ""
    gives = f": {_given(said['gives'])}" if said["gives"] else ""
    return f"{said['reward']}{gives}, for {points}{money}"


def _hold(hold: Mapping[str, Any]) -> str:
    until = f" until {moment(hold['until'])}" if hold["status"] == "open" and hold["until"] else ""
    return f"Hold {hold['id']}: {hold['points']:,} {hold['currency']}, {hold['status']}{until}"


def _tenders(tenders: Iterable[Mapping[str, Any]], title: str) -> RenderableType:
    rows = [(tender["kind"], tender.get("points"), tender["amount"]) for tender in tenders]
    return table("tender", "#points", "#amount", rows=rows, title=title)


def _price(offer: Mapping[str, Any]) -> str:
    if offer["kind"] == "tender":
        return str(offer["worth"])
    cost = offer["cost"]
    money = f" + {cost['money']}" if cost["money"] else ""
    return f"{cost['points']:,} {offer['currency']}{money}"


def _gives(offer: Mapping[str, Any]) -> str | None:
    if offer["kind"] == "reward":
        return _given(offer["gives"]) if offer["gives"] else None
    permitted = offer["permitted"]
    if not permitted or not permitted["most"]:
        return None
    least, most = f"{permitted['least']:,}", f"{permitted['most']:,}"
    if least == most:
        return f"{most} points can be paid, worth {permitted['worth']}"
    return f"{least} to {most} points can be paid, worth {permitted['worth']} at most"


def _given(gives: Mapping[str, Any]) -> str:
    return " ".join(part for part in (gives["amount"], gives["what"]) if part)


def _remark(offer: Mapping[str, Any]) -> str | None:
    """What keeps the member from it, else how often he may have it."""
    why = offer["why"]
    if why is None:
        limit: str | None = offer.get("limit")
        return limit
    if why["code"] == "InsufficientPoints":
        return f"{offer['missing']:,} {offer['currency']} are missing"
    return str(why["message"]).removeprefix(f"`{offer['name']}` is not open here: ")
