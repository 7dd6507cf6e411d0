"""What may be wrong in a mapping that has the right shape: names, formats and codes that lead nowhere."""

from __future__ import annotations

from collections.abc import Container, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.domain.code import CHANNEL_LETTERS
from app.domain.finding import Finding
from app.intake.mapping import (
    ALLOWED,
    FLAG_FIELDS,
    NEEDED,
    POSITION_FIELDS,
    TIME_FIELDS,
    Position,
    Source,
    TableMapping,
    names_of,
    sources_of,
)

_SAMPLE = datetime(2026, 11, 23, 14, 5, 6, tzinfo=UTC)


def check_mapping(mapping: TableMapping, categories: Container[str] | None = None) -> Iterator[Finding]:
    """Every fault. `categories` are the codes of the rules in force; None leaves them unchecked."""
    yield from _fields(mapping)
    yield from _needed(mapping)
    yield from _source(mapping)
    yield from _times(mapping)
    yield from _codes(mapping, categories)
    yield from _flags(mapping)
    if mapping.position is not None:
        yield from _position(mapping.position)


def _fields(mapping: TableMapping) -> Iterator[Finding]:
    allowed = ALLOWED[mapping.kind]
    given = [
        *(("columns", field) for field in mapping.columns),
        *(("constants", field) for field in mapping.constants),
    ]
    for table, field in given:
        if field not in allowed:
            yield Finding(f"{table}.{field}", "field_unknown", {"kind": mapping.kind})
    for field in sorted(mapping.columns.keys() & mapping.constants.keys()):
        yield Finding(f"constants.{field}", "field_twice", {})
    sources = sources_of(mapping)
    for key, fields in (("required", mapping.required), ("optional", mapping.optional)):
        for field in fields:
            if field not in sources:
                yield Finding(key, "field_without_column", {"field": field})
    for field in sorted(set(mapping.required) & set(mapping.optional)):
        yield Finding("optional", "required_and_optional", {"field": field})
    for field, source in sources.items():
        if _nameless(source):
            table = "position" if field in POSITION_FIELDS else "columns"
            yield Finding(f"{table}.{field}", "column_nameless", {})


def _nameless(source: Source) -> bool:
    names = names_of(source)
    return not names or any(not name.strip() for name in names)


def _needed(mapping: TableMapping) -> Iterator[Finding]:
    given = mapping.columns.keys() | mapping.constants.keys()
    for field in NEEDED[mapping.kind]:
        if field not in given:
            yield Finding(f"columns.{field}", "field_missing", {})
        elif field in mapping.optional:
            yield Finding("optional", "field_not_optional", {"field": field})
    if mapping.kind == "reports" and not {"external", "occurred_at"} & mapping.columns.keys():
        # A second run knows a report again by its number, or by its time together with what it says.
        yield Finding("columns", "identity_missing", {})


def _source(mapping: TableMapping) -> Iterator[Finding]:
    # The colon parts source and number in the log; blanks would be lost in speech and in searches.
    if not mapping.source or any(char == ":" or char.isspace() for char in mapping.source):
        yield Finding("source", "source_form", {"value": mapping.source})
    if "external" in mapping.constants:
        yield Finding("constants.external", "external_constant", {})


def _times(mapping: TableMapping) -> Iterator[Finding]:
    try:
        ZoneInfo(mapping.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield Finding("timezone", "timezone_unknown", {"value": mapping.timezone})
    given = TIME_FIELDS & (mapping.columns.keys() | mapping.constants.keys())
    if given and not mapping.time_formats:
        yield Finding("time_formats", "time_formats_missing", {})
    for number, form in enumerate(mapping.time_formats):
        if not _whole_date(form):
            yield Finding(f"time_formats[{number}]", "time_format", {"value": form})


def _whole_date(form: str) -> bool:
    """Whether `form` reads back the day it wrote, and the hour if it names one."""
    try:
        read = datetime.strptime(_SAMPLE.strftime(form), form)  # noqa: DTZ007 - only its digits are looked at
    except ValueError:
        return False
    return read.date() == _SAMPLE.date() and read.hour in (0, _SAMPLE.hour)


def _codes(mapping: TableMapping, categories: Container[str] | None) -> Iterator[Finding]:
    for word, channel in mapping.channels.items():
        if channel not in CHANNEL_LETTERS:
            yield Finding(f"channels.{word}", "channel_unknown", {"value": channel})
    constant = mapping.constants.get("channel")
    if constant is not None and constant not in mapping.channels and constant not in CHANNEL_LETTERS:
        yield Finding("constants.channel", "channel_unknown", {"value": constant})
    if categories is None:
        return
    for word, category in mapping.categories.items():
        if category not in categories:
            yield Finding(f"categories.{word}", "category_unknown", {"value": category})


def _flags(mapping: TableMapping) -> Iterator[Finding]:
    given = FLAG_FIELDS & (mapping.columns.keys() | mapping.constants.keys())
    if given and not (mapping.yes and mapping.no):
        yield Finding("yes", "yes_no_missing", {})
    both = {word.casefold() for word in mapping.yes} & {word.casefold() for word in mapping.no}
    for word in sorted(both):
        yield Finding("no", "yes_and_no", {"value": word})


def _position(position: Position) -> Iterator[Finding]:
    for number, place in enumerate(position.placeholders):
        if not (abs(place.lon) <= 180 and abs(place.lat) <= 90):
            yield Finding(f"position.placeholders[{number}]", "degrees", {})
    box = position.district
    if box is None:
        return
    if not (-180 <= box.west < box.east <= 180 and -90 <= box.south < box.north <= 90):
        yield Finding("position.district", "box", {})
