"""Reading one CSV table of rules: strictly, every fault at once, each with its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from app.commands.findings import Located, Spot, shape_finding
from app.commands.rules_toml import FileRead
from app.domain.finding import RuleError
from app.domain.responsibility import Category, Department, Responsibility
from app.domain.rules import Reason

Row = Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """A table's columns and what its rows become. `remarks` are columns for readers: allowed, not loaded."""

    section: str
    kind: type[msgspec.Struct]
    build: Callable[[Row], dict[str, Any]]
    columns: tuple[str, ...]
    remarks: tuple[str, ...] = ()


def read_csv(file: str, text: str, table: Table) -> FileRead:
    """Decode `text` into structs under `table.section`; `file` only names it in findings."""
    read = FileRead()
    rows: list[msgspec.Struct] = []
    try:
        lines = _records(text)
        _, header = next(lines, (1, []))
        faults = list(_header_faults(file, header, table))
        read.findings.extend(faults)
        if faults:
            return read
        for line, cells in lines:
            if len(cells) != len(header):
                params = {"found": str(len(cells)), "expected": str(len(header))}
                read.findings.append(Located(file, line, "", "csv.ragged", params))
                continue
            row = dict(zip(header, cells, strict=True))
            key = f"{table.section}.{row[table.columns[0]]}"
            read.places.add(table.section, [Spot(file, line, row[table.columns[0]], {})])
            try:
                rows.append(msgspec.convert(table.build(row), table.kind))
                continue
            except msgspec.ValidationError as error:
                fault = shape_finding(key, error)
            except RuleError as error:
                fault = error.at(key)
            read.findings.append(Located(file, line, fault.key, fault.rule, fault.params))
    except csv.Error as error:
        read.findings.append(Located(file, 0, "", "csv.syntax", {"detail": str(error)}))
    read.values[table.section] = tuple(rows)
    return read


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each record that is not blank, with the line it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield begins, [cell.strip() for cell in cells]
        begins = reader.line_num + 1


def _header_faults(file: str, header: list[str], table: Table) -> Iterator[Located]:
    for column in table.columns:
        if column not in header:
            yield Located(file, 1, "", "csv.column_missing", {"column": column})
    known = {*table.columns, *table.remarks}
    for number, column in enumerate(header):
        if column not in known:
            yield Located(file, 1, "", "csv.column_unknown", {"column": column})
        elif column in header[:number]:
            yield Located(file, 1, "", "csv.column_twice", {"column": column})


def _label(row: Row, prefix: str = "") -> dict[str, str]:
    return {"zh": row[f"{prefix}zh"], "en": row[f"{prefix}en"]}


def _optional_label(row: Row, prefix: str) -> dict[str, str] | None:
    """A label that may be left out whole, but not in one language only: the check finds the empty half."""
    label = _label(row, prefix)
    return label if any(label.values()) else None


def _list(text: str) -> list[str]:
    return [part for part in (part.strip() for part in text.split(";")) if part]


def _yes_no(text: str) -> bool:
    if text not in ("yes", "no"):
        raise RuleError("csv.not_yes_no", value=text)
    return text == "yes"


def _overrides(text: str) -> dict[str, str]:
    """`arrive=4 h_natural;make_safe=none` as clock id to limit text."""
    found: dict[str, str] = {}
    for part in _list(text):
        clock, sign, limit = part.partition("=")
        if not sign or not clock.strip() or not limit.strip() or clock.strip() in found:
            raise RuleError("csv.bad_override", value=part)
        found[clock.strip()] = limit.strip()
    return found


def _category(row: Row) -> dict[str, Any]:
    plain = {name: row[name] for name in ("code", "parent", "sla_class", "initials")}
    return {**plain, "label": _label(row)}


def _department(row: Row) -> dict[str, Any]:
    plain = {name: row[name] for name in ("code", "kind", "calendar", "duty", "duty_substitute")}
    return {**plain, "label": _label(row)}


def _responsibility(row: Row) -> dict[str, Any]:
    plain = {name: row[name] for name in ("category", "lead", "sla_class", "fallback", "verify_by")}
    return {
        **plain,
        "co": _list(row["co"]),
        "filing_condition": _optional_label(row, "filing_"),
        "closing_condition": _optional_label(row, "closing_"),
        "make_safe_when": _optional_label(row, "make_safe_"),
        "overrides": _overrides(row["overrides"]),
        "self_handle": _yes_no(row["self_handle"]),
    }


def _return_reason(row: Row) -> dict[str, Any]:
    return {"id": row["id"], "label": _label(row), "fault": row["fault"], "leads_to": _list(row["leads_to"])}


def _hold_reason(row: Row) -> dict[str, Any]:
    return {"id": row["id"], "label": _label(row)}


_SOURCE = ("mark", "source")

TABLES = {
    "categories.csv": Table(
        "categories",
        Category,
        _category,
        ("code", "parent", "zh", "en", "sla_class", "initials"),
        ("severity", "severity_zh", "map_gb30428", "name_mark", "name_source", "severity_and_sla_mark"),
    ),
    "departments.csv": Table(
        "departments",
        Department,
        _department,
        ("code", "zh", "en", "kind", "calendar", "duty", "duty_substitute"),
        ("main_duties", *_SOURCE),
    ),
    "responsibility.csv": Table(
        "responsibility",
        Responsibility,
        _responsibility,
        (
            *("category", "lead", "co", "sla_class", "fallback", "verify_by", "filing_zh", "filing_en"),
            *("closing_zh", "closing_en", "make_safe_zh", "make_safe_en", "overrides", "self_handle"),
        ),
        ("category_zh", "published_anchor", *_SOURCE),
    ),
    "return_reasons.csv": Table(
        "return_reasons",
        Reason,
        _return_reason,
        ("id", "zh", "en", "fault", "leads_to"),
        ("evidence", "second_person", "urgent", "software_rule", *_SOURCE),
    ),
    "hold_reasons.csv": Table("hold_reasons", Reason, _hold_reason, ("id", "zh", "en"), ("note", *_SOURCE)),
}
"""File name to table: every CSV file of the rules."""
