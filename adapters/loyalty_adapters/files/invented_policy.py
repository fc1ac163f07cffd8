"""What a demonstration makes up where its data records nothing: which share of purchases, and what then.

Nothing is random: which purchases are chosen follows from a hash of their source and id alone, so the same
purchases give the same however the file is cut or ordered. What is made up is always labelled so.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from loyalty_adapters.files.mapping_file import described, read_yaml
from loyalty_engine.errors import InvalidFile


class Share(BaseModel):
    """One purchase in so many comes back, so many days later."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    one_in: Annotated[int, Field(ge=1, le=1_000_000)]
    after_days: Annotated[int, Field(ge=0, le=3650)]


class Spending(BaseModel):
    """One purchase in so many is paid with points as far as the rules permit, with at most so many."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    one_in: Annotated[int, Field(ge=1, le=1_000_000)]
    up_to: Annotated[int, Field(ge=1, le=1_000_000_000)]  # points


class InventedPolicy(BaseModel):
    """What is made up. A purchase that both kinds of return choose is returned as a whole."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: Annotated[str, Field(min_length=1)] = "invented"  # of the returns: nobody takes them for real
    one_line: Share | None = None
    everything: Share | None = None
    pay_with_points: Spending | None = None


class Dice(NamedTuple):
    """Numbers that follow from a purchase's source and id: one for each question."""

    everything: int
    one_line: int
    which_line: int
    pay_with_points: int


def load_invented_policy(path: str | Path) -> InventedPolicy:
    """The policy that a YAML file describes. Raises InvalidFile with every mistake and its line."""
    path = Path(path)
    content, lines = read_yaml(path)
    known = {*InventedPolicy.model_fields, *Share.model_fields, *Spending.model_fields}
    try:
        return InventedPolicy.model_validate(content)
    except ValidationError as error:
        raise InvalidFile("\n".join(described(path, error, lines, known)), file=str(path)) from error


def dice_of(raw: Mapping[str, Any]) -> Dice:
    """The dice of an activity in wire format."""
    name = f"{raw.get('source')}\0{raw.get('id')}".encode(errors="surrogatepass")
    returning = blake2b(name, digest_size=24).digest()
    paying = blake2b(name, digest_size=8, person=b"paying").digest()
    return Dice(*(int.from_bytes((returning + paying)[i : i + 8], "big") for i in (0, 8, 16, 24)))


def chosen(share: Share | Spending | None, number: int) -> bool:
    """Whether a share of all purchases takes the one that has this number."""
    return share is not None and number % share.one_in == 0
