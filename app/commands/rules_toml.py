"""Reading one TOML file of rules: strictly, every fault at once, each with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args, get_origin

import msgspec

from app.commands.findings import Located, Places, Spot, shape_finding
from app.domain.finding import Finding

Tables = dict[str, list[tuple[int, dict[str, int]]]]
"""By top-level key: the line of each of its tables, and the line of each key in it."""

_HEADER = re.compile(r"\[{1,2}\s*([A-Za-z0-9_.-]+)\s*\]{1,2}\s*(?:#.*)?")
_KEY = re.compile(r"([A-Za-z0-9_-]+)\s*=")
_SYNTAX = re.compile(r"(.*) \(at line ([0-9]+), column [0-9]+\)", re.DOTALL)


@dataclass
class FileRead:
    """What came out of one file: values by section, where they stand, and what is wrong."""

    values: dict[str, Any] = field(default_factory=dict)
    places: Places = field(default_factory=Places)
    findings: list[Located] = field(default_factory=list)


@dataclass(frozen=True)
class TomlShape:
    """The top-level keys of a file and their types. `optional` ones may be missing.

    `named` is for a file that is one table of named sections, all of type `any_name`.
    """

    keys: Mapping[str, Any]
    optional: frozenset[str] = frozenset()
    named: str = ""
    any_name: Any = None


def read_toml(file: str, text: str, shape: TomlShape) -> FileRead:
    """Decode `text`; `file` only names it in findings. A fault in one element does not hide the others."""
    read = FileRead()
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        read.findings.append(_syntax(file, str(error)))
        return read
    except (RecursionError, ValueError) as error:
        # Brackets by the thousand, or a number of thousands of digits: TOML, but no rules.
        read.findings.append(Located(file, 0, "", "toml.unreadable", {"detail": type(error).__name__}))
        return read
    tables = _tables_of(text)
    for name, value in data.items():
        section = shape.named or name
        read.places.add(section, _spots(file, name, value, tables, shape))
        kind = shape.any_name if shape.named else shape.keys.get(name)
        if kind is None:
            read.findings.append(read.places.locate(Finding(name, "key.unknown", {"name": name}), file))
            continue
        key = f"{shape.named}.{name}" if shape.named else name
        read.values[name] = _converted(read, key, value, kind, file)
    for name in sorted(shape.keys.keys() - data.keys() - shape.optional):
        read.findings.append(Located(file, 0, name, "key.missing", {"name": name}))
    return read


def _syntax(file: str, message: str) -> Located:
    match = _SYNTAX.fullmatch(message)
    if match is None:
        return Located(file, 0, "", "toml.syntax", {"detail": message})
    return Located(file, int(match[2]), "", "toml.syntax", {"detail": match[1]})


def _converted(read: FileRead, key: str, value: object, kind: Any, file: str) -> Any:
    """A section as its type; lists and tables of values go one by one, so that every fault is found."""
    if get_origin(kind) is tuple and isinstance(value, list):
        item = get_args(kind)[0]
        each = (_one(read, f"{key}[{n}]", element, item, file) for n, element in enumerate(value))
        return tuple(element for element in each if element is not None)
    if get_origin(kind) is dict and isinstance(value, dict):
        item = get_args(kind)[1]
        return {name: _one(read, f"{key}.{name}", element, item, file) for name, element in value.items()}
    return _one(read, key, value, kind, file)


def _one(read: FileRead, key: str, value: object, kind: Any, file: str) -> Any:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        read.findings.append(read.places.locate(shape_finding(key, error), file))
        return None


def _tables_of(text: str) -> Tables:
    """A guess from the look of the lines, for the TOML reader tells none; `_spots` counts them first."""
    found: Tables = {}
    current: dict[str, int] | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.fullmatch(line)
        if header is not None:
            current = {}
            if "." not in header[1]:
                found.setdefault(header[1], []).append((number, current))
            continue
        key = _KEY.match(line)
        if key is not None and current is None:
            found.setdefault(key[1], []).append((number, {}))
        elif key is not None and current is not None:
            current.setdefault(key[1], number)
    return found


def _spots(file: str, name: str, value: object, tables: Tables, shape: TomlShape) -> Iterator[Spot]:
    """One spot for each element of a list of tables, else one for the whole key."""
    seen = tables.get(name, [])
    first, keys = seen[0] if seen else (0, {})
    if shape.named:
        yield Spot(file, first, name, {})
    elif not isinstance(value, list):
        yield Spot(file, first, "", keys)
    elif len(seen) == len(value):
        for item, (line, attributes) in zip(value, seen, strict=True):
            yield Spot(file, line, _name_of(item), attributes)
    else:
        for item in value:
            yield Spot(file, first, _name_of(item), {})


def _name_of(item: object) -> str:
    if not isinstance(item, Mapping):
        return ""
    return str(item.get("id", item.get("action", item.get("year", ""))))
