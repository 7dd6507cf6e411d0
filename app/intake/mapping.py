"""What a mapping says: which column of a foreign table is which field of a report, and how to read it."""

from __future__ import annotations

from typing import Literal

import msgspec

from app.commands.command import HistoryRow, NewReport
from app.domain.place import Crs

Kind = Literal["history", "reports"]


class AnyOf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One column under several names: the first that the file has is read."""

    names: tuple[str, ...] = msgspec.field(name="any")


Source = str | tuple[str, ...] | AnyOf
"""One column; several columns joined; or one column under several names."""


class LonLat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A position as the source writes it, in degrees of its own system."""

    lon: float
    lat: float


class Box(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The district's outer box in degrees, CGCS2000/WGS-84; its edges belong to it."""

    west: float
    south: float
    east: float
    north: float


class Position(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The columns of a position and the system they are in.

    `placeholders` are positions that the source writes when it knows none; a point there, or outside
    `district`, is taken and flagged.
    """

    lon: Source
    lat: Source
    crs: Crs
    placeholders: tuple[LonLat, ...] = ()
    district: Box | None = None


class TableMapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a table of one source, whatever its format, becomes rows of history or new reports.

    `columns` and `constants` go by field of HistoryRow or NewReport. Every column named must stand in the
    file, unless its field is in `optional`; a field in `required` must be filled in every row. `source` goes
    before the source's own numbers. Times without an offset are local to `timezone` (IANA). `channels`,
    `categories` and `areas` turn the source's words into our codes; `yes` and `no` are the words of yes-or-no
    fields. `records` names the array of a JSON or the element of an XML file where several could be meant.
    """

    kind: Kind
    source: str
    timezone: str
    time_formats: tuple[str, ...] = ()
    records: str = ""
    join: str = " "
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    columns: dict[str, Source]
    constants: dict[str, str] = {}
    channels: dict[str, str] = {}
    categories: dict[str, str] = {}
    areas: dict[str, str] = {}
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    position: Position | None = None


TIME_FIELDS = frozenset({"received_at", "due_at", "closed_at", "occurred_at"})
FLAG_FIELDS = frozenset({"urgent", "life_danger", "wants_answer"})
POSITION_FIELDS = frozenset({"lon", "lat"})
"""Fields of a mapping's `position`; `required` and `optional` may name them."""

NEEDED: dict[Kind, tuple[str, ...]] = {
    "history": ("external", "channel", "what", "received_at"),
    "reports": ("channel", "what"),
}
"""Fields without which a row is no report; they are required whatever the mapping says."""

ALLOWED: dict[Kind, frozenset[str]] = {
    "history": frozenset(HistoryRow.__struct_fields__) - {"point"},
    "reports": frozenset(NewReport.__struct_fields__) - {"point", "id", "joins"},
}
"""Fields a mapping may fill. Not `joins`: which case a report repeats is for a person to say."""


def names_of(source: Source) -> tuple[str, ...]:
    """Every column name in `source`."""
    if isinstance(source, str):
        return (source,)
    return source.names if isinstance(source, AnyOf) else source


def sources_of(mapping: TableMapping) -> dict[str, Source]:
    """Every field that comes from a column, the two of the position included."""
    found = dict(mapping.columns)
    if mapping.position is not None:
        found["lon"] = mapping.position.lon
        found["lat"] = mapping.position.lat
    return found
