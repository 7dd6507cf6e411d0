"""From a folder of rule files to Rules: read, decode, check; a fault is a finding with its file and line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from app.commands.findings import Located, Places
from app.commands.rules_csv import TABLES, read_csv
from app.commands.rules_toml import FileRead, TomlShape, read_toml
from app.domain.bodies import BODIES
from app.domain.calendar_tables import Calendars, WorkCalendar, YearTable
from app.domain.checks.known import Known
from app.domain.effects import EFFECTS
from app.domain.guards import GUARDS
from app.domain.label import Choice
from app.domain.rules import Rules
from app.domain.rules_check import check_rules
from app.domain.sla import LadderStep, LightRule, Rework, Sla, SlaClass
from app.domain.workflow import (
    ClockRule,
    ClosingResult,
    Guard,
    Overlay,
    Permission,
    Role,
    State,
    Transition,
    Workflow,
)

FILE_BYTES_MAX = 4 * 1024 * 1024
"""A hundred times the largest file we ship; more is no table of rules but a mistake."""

TRANSITIONS = "transitions"
"""The folder whose TOML files all hold transitions, named by meaning."""

TOML_FILES = {
    "workflow.toml": TomlShape(
        {
            "states": tuple[State, ...],
            "clocks": tuple[ClockRule, ...],
            "overlays": tuple[Overlay, ...],
            "results": tuple[ClosingResult, ...],
        }
    ),
    "guards.toml": TomlShape({"guards": tuple[Guard, ...]}),
    "roles.toml": TomlShape({"permissions": tuple[Permission, ...], "roles": tuple[Role, ...]}),
    "sla.toml": TomlShape(
        {
            "wait_party_max_times": int,
            "stages": dict[str, str],
            "light": LightRule,
            "rework": Rework,
            "classes": tuple[SlaClass, ...],
            "ladder": tuple[LadderStep, ...],
        },
        optional=frozenset({"ladder"}),
    ),
    "calendars.toml": TomlShape(
        {
            "timezone": str,
            "default_office": str,
            "calendars": tuple[WorkCalendar, ...],
            "years": tuple[YearTable, ...],
        },
        optional=frozenset({"default_office"}),
    ),
    "lists.toml": TomlShape({}, named="lists", any_name=tuple[Choice, ...]),
}

_TRANSITIONS_SHAPE = TomlShape({"transitions": tuple[Transition, ...]})


class Loaded(msgspec.Struct, frozen=True):
    """The rules of a folder, or what is wrong with it: `rules` is None exactly when there are findings."""

    rules: Rules | None
    findings: tuple[Located, ...]


def built_in() -> Known:
    """The effects and guards this program has."""
    return Known(effects=frozenset(EFFECTS) | frozenset(BODIES), guards=frozenset(GUARDS))


def load_rules(folder: Path, override: Path | None = None, known: Known | None = None) -> Loaded:
    """Read and check the rules of `folder`; a file that stands in `override` too is read from there.

    Never raises for what the files hold, and not for files that cannot be read: each is a finding. `known` is
    what the program can do; without it, what this one can.
    """
    places = Places()
    values: dict[str, Any] = {}
    findings = list(_strange_files(folder, override))
    for name, path in _files(folder, override):
        read = _read(name, path)
        findings += read.findings
        places.extend(read.places)
        for key, value in read.values.items():
            values[key] = (*values.get(key, ()), *value) if key == TRANSITIONS else value
    if findings:
        return Loaded(None, tuple(findings))
    rules = _assembled(values)
    found = check_rules(rules, known or built_in())
    if found:
        return Loaded(None, tuple(places.locate(finding) for finding in found))
    return Loaded(rules, ())


def _files(folder: Path, override: Path | None) -> Iterator[tuple[str, Path]]:
    """Every file of the rules by its name in the folder, and where it is to be read."""
    names = [*TOML_FILES, *TABLES]
    for place in (folder, override):
        if place is not None:
            names += sorted(f"{TRANSITIONS}/{path.name}" for path in (place / TRANSITIONS).glob("*.toml"))
    for name in dict.fromkeys(names):
        own = override / name if override is not None else None
        yield name, own if own is not None and _is_there(own) else folder / name


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return True  # there, but closed to us: reading it then says why


def _strange_files(folder: Path, override: Path | None) -> Iterator[Located]:
    """Tables that nobody reads: a misspelt name would otherwise change nothing, and silently."""
    for place in (folder, override):
        if place is None:
            continue
        for path in sorted([*place.glob("*.toml"), *place.glob("*.csv")]):
            if path.name not in TOML_FILES and path.name not in TABLES:
                yield Located(path.name, 0, "", "file.unknown", {"path": str(path)})
    if not any((folder / TRANSITIONS).glob("*.toml")):
        yield Located(TRANSITIONS, 0, "", "file.missing", {"path": str(folder / TRANSITIONS)})


def _read(name: str, path: Path) -> FileRead:
    text = _text(name, path)
    if isinstance(text, Located):
        return FileRead(findings=[text])
    if name in TABLES:
        return read_csv(name, text, TABLES[name])
    shape = TOML_FILES.get(name, _TRANSITIONS_SHAPE)
    read = read_toml(name, text, shape)
    if shape.named:
        read.values = {shape.named: read.values}
    return read


def _text(name: str, path: Path) -> str | Located:
    try:
        with path.open("rb") as file:
            data = file.read(FILE_BYTES_MAX + 1)
    except FileNotFoundError:
        return Located(name, 0, "", "file.missing", {"path": str(path)})
    except OSError as error:
        return Located(name, 0, "", "file.unreadable", {"path": str(path), "detail": error.strerror or ""})
    if len(data) > FILE_BYTES_MAX:
        return Located(name, 0, "", "file.too_big", {"path": str(path), "bytes_max": str(FILE_BYTES_MAX)})
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Located(name, line, "", "file.not_utf8", {"path": str(path)})


def _assembled(values: dict[str, Any]) -> Rules:
    """The decoded sections in their places; no section is missing when nothing was found wrong."""

    def part(*keys: str) -> dict[str, Any]:
        return {key: values[key] for key in keys if key in values}

    return Rules(
        workflow=Workflow(
            **part("states", "clocks", "transitions", "guards", "permissions", "roles", "overlays", "results")
        ),
        sla=Sla(**part("stages", "classes", "light", "rework", "wait_party_max_times", "ladder")),
        calendars=Calendars(**part("timezone", "calendars", "years", "default_office")),
        **part("categories", "departments", "responsibility", "return_reasons", "hold_reasons", "lists"),
    )
