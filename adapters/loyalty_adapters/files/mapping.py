"""How the columns of a table become activities: the content of a mapping file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Text = Annotated[str, Field(min_length=1)]
REQUIRED = ("type", "id", "source", "member", "at")


class Section(BaseModel):
    """What all parts of a mapping have in common: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LineFields(Section):
    """The fields of a line in the wire format; here the column (or the value) of each."""

    id: Text | None = None
    sku: Text | None = None
    category: Text | None = None
    brand: Text | None = None
    quantity: Text | None = None
    amount: Text | None = None
    discount: Text | None = None
    tax: Text | None = None
    attributes: dict[Text, Text] = {}


class ActivityFields(Section):
    """The fields of an activity in the wire format; here the column (or the value) of each."""

    type: Text | None = None
    id: Text | None = None
    source: Text | None = None
    member: Text | dict[Text, Text] | None = None  # a column, or identity kind: column
    at: Text | None = None
    channel: Text | None = None
    store: Text | None = None
    partner: Text | None = None
    currency: Text | None = None
    of: Text | None = None
    amount: Text | None = None
    shipping: Text | None = None
    discount: Text | None = None
    attributes: dict[Text, Text] = {}


class Values(ActivityFields):
    """Values in the wire format, money as decimals: constants, or defaults for empty cells."""

    lines: LineFields = LineFields()


class LookupFile(Section):
    """A second table whose columns are joined by a key, written `name.column` in the mapping."""

    file: Text
    key: Text  # its column with the key; each key stands there once
    by: Text | None = None  # the column of the data with the same key; default: named alike

    @property
    def data_column(self) -> str:
        """The column of the data that holds the key."""
        return self.by or self.key


class FileMapping(Section):
    """One mapping file. `folder` is where it stands: look-up files that are not beside the data are there."""

    folder: Path = Path()
    group: Text | None = None  # contiguous rows with one value here are one activity; none: each row
    zone: ZoneInfo | None = None  # of times that carry no offset
    local_zone: ZoneInfo | None = None  # whose wall clock `at` is written in; default: `zone`
    time_format: Text | None = None  # of times as text, as in strptime; default: ISO 8601
    money: Literal["minor units", "decimal"] = "decimal"
    places: Annotated[int, Field(ge=0, le=4)] = 2  # decimal places of the minor unit
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    activity: ActivityFields = ActivityFields()
    lines: LineFields | None = None  # none: activities without lines
    constants: Values = Values()
    defaults: Values = Values()
    lookups: dict[Text, LookupFile] = {}

    @field_validator("zone", "local_zone", mode="before")
    @classmethod
    def _known_zone(cls, name: object) -> ZoneInfo:
        try:
            return ZoneInfo(str(name))
        except (KeyError, ValueError, OSError):
            raise ValueError(f"there is no time zone `{name}`; write one such as Europe/Riga") from None

    @field_validator("delimiter", mode="before")
    @classmethod
    def _tab_by_name(cls, text: object) -> object:
        return "\t" if text == "tab" else text

    @model_validator(mode="after")
    def _says_what_is_needed(self) -> FileMapping:
        for name in REQUIRED:
            if getattr(self.activity, name) is None and getattr(self.constants, name) is None:
                raise ValueError(f"nothing says what `{name}` is; name its column under `activity`")
        if self.group is not None and self.lines is None:
            raise ValueError("rows are grouped, but `lines` does not say what a row of a group is")
        if self.lines is not None and self.activity.amount is not None:
            raise ValueError("an activity has lines or an amount of its own, not both")
        return self
