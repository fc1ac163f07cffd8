"""Returns made up for data that records none, so that a demonstration shows them; always labelled so.

Nothing is random: what is returned follows from a hash of the purchase's source and id alone, so the same
purchases give the same returns however the file is cut or ordered.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from loyalty_adapters.files.mapping_file import described, read_yaml
from loyalty_adapters.files.raw_record import RawRecord
from loyalty_adapters.files.timeline import occurred_at
from loyalty_engine.errors import InvalidFile

DAY = 86_400_000_000  # microseconds


class Share(BaseModel):
    """One purchase in so many comes back, so many days later."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    one_in: Annotated[int, Field(ge=1, le=1_000_000)]
    after_days: Annotated[int, Field(ge=0, le=3650)]


class ReturnPolicy(BaseModel):
    """What is made up. A purchase that both shares choose is returned as a whole."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: Annotated[str, Field(min_length=1)] = "invented"  # of the returns: nobody takes them for real
    one_line: Share | None = None
    everything: Share | None = None


def load_return_policy(path: str | Path) -> ReturnPolicy:
    """The policy that a YAML file describes. Raises InvalidFile with every mistake and its line."""
    path = Path(path)
    content, lines = read_yaml(path)
    known = {*ReturnPolicy.model_fields, *Share.model_fields}
    try:
        return ReturnPolicy.model_validate(content)
    except ValidationError as error:
        raise InvalidFile("\n".join(described(path, error, lines, known)), file=str(path)) from error


def with_invented(stream: Iterable[RawRecord], policy: ReturnPolicy) -> Iterator[RawRecord]:
    """The stream with a return for each chosen purchase, put in by its time.

    The stream is expected in the order of `at`; memory holds the returns that are still to come. Those due
    after the last record follow at the end.
    """
    waiting: list[tuple[int, int, RawRecord]] = []  # due, order of arrival, return
    arrived = 0
    for record in stream:
        at = occurred_at(record)
        while waiting and at is not None and waiting[0][0] <= at:
            yield heapq.heappop(waiting)[2]
        yield record
        invented = invented_return(record, policy)
        if invented is not None:
            due = occurred_at(invented)
            assert due is not None
            heapq.heappush(waiting, (due, arrived, invented))
            arrived += 1
    while waiting:
        yield heapq.heappop(waiting)[2]


def invented_return(record: RawRecord, policy: ReturnPolicy) -> RawRecord | None:
    """The return that the policy makes up for a purchase, in the wire format; None for most.

    It carries the place of its purchase in the file. One line comes back with its whole quantity.
    """
    raw = record.raw
    if raw is None or raw.get("type") != "purchase" or occurred_at(record) is None:
        return None
    dice = _dice(raw)
    lines: list[dict[str, Any]] | None = None
    if _chosen(policy.everything, dice[0]):
        share = policy.everything
    elif _chosen(policy.one_line, dice[1]) and (candidates := _returnable(raw)):
        share, lines = policy.one_line, [candidates[dice[2] % len(candidates)]]
    else:
        return None
    assert share is not None
    moment = datetime.fromisoformat(raw["at"]) + timedelta(days=share.after_days)
    invented = {
        "type": "return",
        "id": f"return-{raw['id']}",
        "source": policy.source,
        "member": raw.get("member"),
        "at": moment.isoformat(),
        "of": {"source": raw["source"], "type": "purchase", "id": raw["id"]},
    }
    if lines is not None:
        invented["lines"] = lines
    return RawRecord(record.file, record.line, invented)


def _chosen(share: Share | None, dice: int) -> bool:
    return share is not None and dice % share.one_in == 0


def _dice(raw: Mapping[str, Any]) -> tuple[int, int, int]:
    name = f"{raw.get('source')}\0{raw.get('id')}".encode(errors="surrogatepass")
    digest = blake2b(name, digest_size=24).digest()
    return tuple(int.from_bytes(digest[i : i + 8], "big") for i in (0, 8, 16))  # type: ignore[return-value]


def _returnable(raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The lines that cost something, each as a return names it."""
    found = []
    lines = raw.get("lines")
    for position, line in enumerate(lines if isinstance(lines, list) else [], start=1):
        amount = line.get("amount") if isinstance(line, dict) else None
        if not isinstance(amount, str) or amount.startswith("-") or not amount.strip("0."):
            continue
        named = {"id": str(line.get("id", position))}
        quantity = line.get("quantity")
        if quantity not in (None, 0, "0"):
            named["quantity"] = quantity
        found.append(named)
    return found
