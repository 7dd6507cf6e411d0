"""What a new hall begins with: its name from hall.toml, the rules of the files, one post for each role."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from app.base import paths
from app.base.errors import WorldError
from app.base.language import Language
from app.commands.findings import lines
from app.commands.rules_files import Loaded, load_rules
from app.domain.actor import CENTRE_UNIT
from app.domain.area import Area, AreasAdopted
from app.domain.hall import HallFounded, OperatorGranted
from app.domain.label import Label
from app.domain.responsibility import TERRITORY_KINDS
from app.domain.rules import Rules

HALL_FILE = "hall.toml"
HALL_FILE_BYTES_MAX = 64 * 1024
"""The file has ten lines; something larger is another file under its name."""

_DISTRICT = re.compile(r"[0-9]{6}")
_DESK = re.compile(r"[0-9A-Z]{2}")


class HallFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The hall's name, its district's six-digit code, and this desk's two characters in case codes."""

    label: Label
    district: str
    desk: str


class NewHall(msgspec.Struct, frozen=True):
    """The content of a new log's first entries."""

    founded: HallFounded
    rules: Rules
    areas: AreasAdopted
    operators: tuple[OperatorGranted, ...]


Founder = Callable[[], NewHall]
"""Asked only for a directory that has no hall yet."""


def read_hall_file(data: Path) -> HallFile:
    """The hall file in force for the directory `data`; WorldError naming the file and its first fault."""
    own = paths.own_config(data) / HALL_FILE
    path = own if paths.is_there(own) else paths.config() / HALL_FILE
    try:
        with path.open("rb") as file:
            raw = file.read(HALL_FILE_BYTES_MAX + 1)
    except OSError as error:
        raise WorldError("hall_file_unreadable", path=str(path), detail=error.strerror or "") from error
    if len(raw) > HALL_FILE_BYTES_MAX:
        raise WorldError("hall_file_too_big", path=str(path), bytes_max=HALL_FILE_BYTES_MAX)
    try:
        found = msgspec.toml.decode(raw, type=HallFile)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise WorldError("hall_file_broken", path=str(path), detail=str(error)) from error
    for key, value, form in (("district", found.district, _DISTRICT), ("desk", found.desk, _DESK)):
        if form.fullmatch(value) is None:
            raise WorldError("hall_file_value", path=str(path), where=key, value=value[:40])
    if not (found.label.zh.strip() and found.label.en.strip()):
        raise WorldError("hall_file_value", path=str(path), where="label", value="")
    return found


def files_of_rules(data: Path | None, folder: Path | None = None) -> Loaded:
    """The rules of `folder`, else the shipped ones, each file replaced by that of DATA/config/rules."""
    if folder is not None:
        return load_rules(folder)
    own = paths.own_config(data) / "rules" if data is not None else None
    return load_rules(paths.config() / "rules", own if own is not None and paths.is_there(own) else None)


def sound_rules(data: Path, language: Language) -> Rules:
    """The rules in the files; WorldError with the first fault in words when they have any."""
    loaded = files_of_rules(data)
    if loaded.rules is None:
        first = next(lines(loaded.findings[:1], language))
        raise WorldError("rules_faulty", count=len(loaded.findings), first=first)
    return loaded.rules


def real_hall(data: Path, language: Language) -> NewHall:
    """A hall of no made-up data: its area tree is the district alone until its own is taken in."""
    file, rules = read_hall_file(data), sound_rules(data, language)
    district = Area(file.district, "district", file.label)
    return NewHall(
        founded=HallFounded(file.label, file.district),
        rules=rules,
        areas=AreasAdopted("founding", (district,)),
        operators=tuple(_posts(rules)),
    )


def _posts(rules: Rules) -> Iterator[OperatorGranted]:
    """One post for each role of the centre, and for each role of a unit one in every department.

    Streets, communities and grids have none yet: their units are those of an area tree.
    """
    departments = [d for d in rules.departments if d.code not in (*TERRITORY_KINDS, CENTRE_UNIT)]
    for role in rules.workflow.roles:
        if role.side == "unit":
            for unit in departments:
                name = f"op-{role.id}-{unit.code.lower()}"
                post = Label(f"{unit.label.zh}{role.label.zh}", f"{unit.label.en}, {role.label.en}")
                yield OperatorGranted(name, post, (role.id,), unit.code)
        elif role.side != "system":
            yield OperatorGranted(f"op-{role.id}", role.label, (role.id,), CENTRE_UNIT)
