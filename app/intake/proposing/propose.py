"""The assistant itself: columns, first rows and the hall's words in; a proposal out. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import msgspec

from app.domain.place import Crs
from app.intake.mapping import Kind
from app.intake.proposing.headers import crs_of, header_fit, names_person
from app.intake.proposing.looks import Known, Look, look_at
from app.intake.proposing.proposal import LeftOver, Proposal, Proposed, Reason, Sureness

_HISTORY = (
    "external", "channel", "what", "received_at", "due_at", "closed_at", "unit", "area", "address",
    "lon", "lat", "category", "source_category",
)  # fmt: skip
_REPORTS = (
    "external", "channel", "what", "occurred_at", "reporter_phone", "reporter_name", "area", "address",
    "flat", "category", "urgent", "life_danger", "wants_answer", "lon", "lat",
)  # fmt: skip
FIELDS: Mapping[Kind, tuple[str, ...]] = {"history": _HISTORY, "reports": _REPORTS}
"""In the order in which a person reads them; the assistant proposes for no other."""

# What values must look like for a field: by any of these it is proposed, by none it is not.
_LOOKS: Mapping[str, str] = {
    "received_at": "time", "occurred_at": "time", "due_at": "time", "closed_at": "time",
    "lon": "lon", "lat": "lat", "area": "area", "category": "category", "channel": "channel",
    "reporter_phone": "phone", "urgent": "yes_no", "life_danger": "yes_no", "wants_answer": "yes_no",
}  # fmt: skip
# What speaks for a field without being asked for.
_HELPS: Mapping[str, str] = {
    "reporter_name": "name", "what": "text",
}  # fmt: skip
# Looks that name a field even under a header that says nothing.
_TELLING = frozenset({"phone", "area", "category", "channel", "text"})
_SECRET = ("phone", "id_number")
VAULT = frozenset({"reporter_name", "reporter_phone", "flat"})
"""Fields whose values are kept in the vault."""

_HEADER_IS, _HEADER_HAS, _LOOK = 6, 3, 2
_SURE, _LIKELY = 6, 3
DEFAULT_CHANNEL = "hotline"
"""Most tables that come without a channel are exports of the hotline; a guess that a person checks."""


class _Fit(msgspec.Struct, frozen=True):
    merit: int
    reasons: tuple[Reason, ...]


class _Column(msgspec.Struct, frozen=True):
    name: str
    place: int
    look: Look
    personal: bool


def propose(
    columns: Sequence[str], rows: Sequence[Sequence[str]], known: Known, kind: Kind | None = None
) -> Proposal:
    """A proposal for a table with these `columns`, by its first `rows`.

    `kind` None: history where a number, a time and an end or a due time are found, else new reports.
    """
    seen = [_column(name, place, rows, known) for place, name in enumerate(columns) if name]
    if kind is None:
        fields = {one.field for one in _assign("history", seen)}
        whole = {"external", "received_at"} <= fields and fields & {"closed_at", "due_at"}
        kind = "history" if whole else "reports"
    return _proposal(kind, seen)


def _column(name: str, place: int, rows: Sequence[Sequence[str]], known: Known) -> _Column:
    look = look_at([row[place] for row in rows if place < len(row)], known)
    personal = names_person(name) or any(look.like(secret) for secret in _SECRET)
    # Two signs that could be a name are also many a word: only where most of them differ.
    differ = look.filled > 1 and look.distinct > look.filled // 2 and not look.like("area")
    people = look.like("name") and (differ or header_fit("reporter_name", name) != "")
    return _Column(name, place, look, personal or people)


def _proposal(kind: Kind, seen: Sequence[_Column]) -> Proposal:
    fields = _assign(kind, seen)
    fields = _with_title(fields, seen)
    _said_by_type(fields)
    have = {one.field for one in fields}
    if "channel" not in have:
        reason = (Reason("no_column"),)
        fields.append(Proposed("channel", (), "guess", reason, constant=DEFAULT_CHANNEL))
    order = FIELDS[kind]
    fields.sort(key=lambda one: order.index(one.field))
    taken = {column for one in fields for column in one.columns}
    places = [name for one in fields if one.field == "lon" for name in one.columns]
    return Proposal(
        kind=kind,
        fields=tuple(fields),
        left_over=tuple(_left(column) for column in seen if column.name not in taken),
        formats={column.name: column.look.formats for column in seen if column.look.formats},
        crs=cast(Crs, crs_of(places[0]) if places else "cgcs2000"),
        personal=frozenset(column.name for column in seen if column.personal),
    )


def _assign(kind: Kind, seen: Sequence[_Column]) -> list[Proposed]:
    """Each field its best column, the clearest pairs first; no column twice."""
    fits = [
        (fit.merit, -number, -column.place, field, column, fit)
        for number, field in enumerate(FIELDS[kind])
        for column in seen
        if (fit := _fit(field, column)) is not None
    ]
    fits.sort(key=lambda each: each[:3], reverse=True)
    found: dict[str, Proposed] = {}
    taken: set[int] = set()
    for merit, _, _, field, column, fit in fits:
        if field not in found and column.place not in taken:
            taken.add(column.place)
            found[field] = Proposed(
                field, (column.name,), _sureness(merit), fit.reasons, vault=field in VAULT
            )
    # Half a position is none.
    for one, other in (("lon", "lat"), ("lat", "lon")):
        if other not in found:
            found.pop(one, None)
    return list(found.values())


def _fit(field: str, column: _Column) -> _Fit | None:
    """What speaks for the pair; None when nothing does, or something against it."""
    look, header = column.look, header_fit(field, column.name)
    asked, helping = _LOOKS.get(field, ""), _HELPS.get(field, "")
    if column.personal and field not in VAULT:
        # Neither numbers nor names of people go into what is read out, shown and searched.
        return None
    if not look.filled:
        # A column that is empty so far may still be what its header says, but only when it says just that.
        return _Fit(_LIKELY, (Reason("header_is"), Reason("empty"))) if header == "is" else None
    if asked and not look.like(asked):
        n = look.counts.get(asked, 0)
        # A plain header over values half of which fit: the import will name the rows that do not.
        half = header == "is" and 2 * n >= look.filled
        return (
            _Fit(_LIKELY, (Reason("header_is"), Reason(f"looks_{asked}", n, look.filled))) if half else None
        )
    if field == "external" and look.distinct < look.filled:
        # A number that comes twice would make the second row the first one again.
        return None
    if field == "reporter_name" and not (header or look.like("name")):
        return None
    merit, reasons = 0, []
    if header:
        merit += _HEADER_IS if header == "is" else _HEADER_HAS
        reasons.append(Reason(f"header_{header}"))
    for what in filter(None, (asked, helping)):
        if look.like(what) and (header or what in _TELLING):
            merit += _LOOK
            reasons.append(Reason(f"looks_{what}", look.counts[what], look.filled))
    if field == "what" and not header:
        # Of columns of sentences without a telling header, the longest is what was said.
        merit = min(merit, 1) if look.mean_chars < _LONG else merit
    return _Fit(merit, tuple(reasons)) if merit >= _LOOK else None


_LONG = 15
"""Characters on average: the shortest sentences of a report have more."""


def _sureness(merit: int) -> Sureness:
    if merit >= _SURE:
        return "sure"
    return "likely" if merit >= _LIKELY else "guess"


def _with_title(fields: list[Proposed], seen: Sequence[_Column]) -> list[Proposed]:
    """What was reported, with its title before it where there is one."""
    taken = {column for one in fields for column in one.columns}
    title = next(
        (c for c in seen if c.name not in taken and not c.personal and header_fit("title", c.name)), None
    )
    if title is None or not title.look.filled:
        return fields
    reason = Reason("header_is")
    for place, one in enumerate(fields):
        if one.field == "what":
            fields[place] = msgspec.structs.replace(one, columns=(title.name, *one.columns))
            return fields
    return [*fields, Proposed("what", (title.name,), "likely", (reason,))]


def _said_by_type(fields: list[Proposed]) -> None:
    """Where a source keeps no words of its own, its type of request is all that was said."""
    have = {one.field: one for one in fields}
    kind = have.get("source_category") or have.get("category")
    if "what" not in have and kind is not None:
        fields.append(Proposed("what", kind.columns, "guess", (Reason("no_text"),)))


def _left(column: _Column) -> LeftOver:
    if column.personal:
        return LeftOver(column.name, "personal")
    return LeftOver(column.name, "no_field" if column.look.filled else "empty")
