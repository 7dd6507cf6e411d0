"""A proposal made into a mapping, and the mapping into the text of its file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from app.intake.mapping import FLAG_FIELDS, POSITION_FIELDS, Position, Source, TableMapping, names_of
from app.intake.proposing.looks import TIME_FORMATS, Known
from app.intake.proposing.proposal import Proposal

DEFAULT_ZONE = "Asia/Shanghai"

_YES = ("\u662f", "\u6709", "\u9700\u8981", "yes", "y", "true", "1")
_NO = ("\u5426", "\u65e0", "\u4e0d\u9700\u8981", "no", "n", "false", "0")


def draft(
    proposal: Proposal, known: Known, source: str, *, timezone: str = DEFAULT_ZONE, records: str = ""
) -> TableMapping:
    """The mapping a proposal stands for; `source` goes before the source's numbers."""
    columns: dict[str, Source] = {}
    constants: dict[str, str] = {}
    for one in proposal.fields:
        if one.columns:
            columns[one.field] = one.columns[0] if len(one.columns) == 1 else one.columns
        else:
            constants[one.field] = one.constant
    position = None
    if columns.keys() >= POSITION_FIELDS:
        position = Position(columns["lon"], columns["lat"], proposal.crs)
    columns = {field: column for field, column in columns.items() if field not in POSITION_FIELDS}
    flags = FLAG_FIELDS & columns.keys()
    return TableMapping(
        kind=proposal.kind,
        source=source,
        timezone=timezone,
        time_formats=proposal.time_formats or TIME_FORMATS[:4],
        records=records,
        columns=columns,
        constants=constants,
        channels=_words(known.channels) if "channel" in columns else {},
        categories=dict(known.categories) if "category" in columns else {},
        areas=_words(known.areas) if "area" in columns else {},
        yes=_YES if flags else (),
        no=_NO if flags else (),
        position=position,
    )


def source_name(stem: str) -> str:
    """A source's name out of a file's: no blanks and colons, which part it from its numbers.

    A date at its end is taken off: next week's file comes from the same source, and its rows must be known.
    """
    plain = _DATED.sub("", stem.strip()) or stem.strip()
    name = "".join("_" if char.isspace() or char == ":" else char for char in plain)
    return name[:_SOURCE_CHARS] or "table"


_SOURCE_CHARS = 40
_DATED = re.compile(r"(?:[\s_\-.(（]+\d[\d\s_\-.年月日至()（）]*|\d{6,})$")


def mapping_text(mapping: TableMapping, head: Sequence[str], notes: Mapping[str, str]) -> str:
    """The TOML of a mapping file; `head` are lines of its first comment, `notes` comments by field."""
    return "\n".join(_lines(mapping, head, notes)) + "\n"


def _lines(mapping: TableMapping, head: Sequence[str], notes: Mapping[str, str]) -> Iterator[str]:
    yield from (f"# {_one_line(line)}" for line in head)
    yield ""
    for key in ("kind", "source", "timezone"):
        yield f"{key} = {_quoted(getattr(mapping, key))}"
    yield f"time_formats = {_listed(mapping.time_formats)}"
    if mapping.records:
        yield f"records = {_quoted(mapping.records)}"
    for key in ("yes", "no"):
        if words := getattr(mapping, key):
            yield f"{key} = {_listed(words)}"
    yield from _table("columns", {field: _source(name) for field, name in mapping.columns.items()}, notes)
    yield from _table("constants", {key: _quoted(value) for key, value in mapping.constants.items()}, notes)
    for name in ("channels", "categories", "areas"):
        words = getattr(mapping, name)
        yield from _table(name, {_quoted(word): _quoted(code) for word, code in words.items()}, {})
    place = mapping.position
    if place is not None:
        yield from _table("position", {"lon": _source(place.lon), "lat": _source(place.lat)}, notes)
        yield f"crs = {_quoted(place.crs)}"
        yield "placeholders = [{ lon = 0, lat = 0 }]"


def _table(name: str, values: Mapping[str, str], notes: Mapping[str, str]) -> Iterator[str]:
    if not values:
        return
    yield ""
    yield f"[{name}]"
    for key, value in values.items():
        if key in notes:
            yield f"# {_one_line(notes[key])}"
        yield f"{key} = {value}"


def _source(source: Source) -> str:
    names = names_of(source)
    return _quoted(names[0]) if isinstance(source, str) else _listed(names)


def _listed(words: Sequence[str]) -> str:
    return f"[{', '.join(map(_quoted, words))}]"


def _quoted(text: str) -> str:
    # What JSON escapes TOML reads the same; DEL it wants escaped besides.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _one_line(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _words(known: Mapping[str, str]) -> dict[str, str]:
    """Words that need turning into a code; the codes themselves are understood."""
    return {word: code for word, code in known.items() if word != code}
