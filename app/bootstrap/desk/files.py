"""The files of one PC's desk: its settings, and the duty phones of the units, the hall's own before ours."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec

from app.base import paths
from app.base.errors import WorldError

SETTINGS, PHONES = "desk.toml", "phones.csv"

FILE_BYTES_MAX = 256 * 1024
"""A thousand units with their phones need 30 KB; something larger is another file under its name."""

PHONE_CHARACTERS_MAX = 40
"""A number with its extension and a second one."""

DAY_MIN = 24 * 60


class DeskSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """See config/desk.toml. `print_open_list_after_min` in minutes, 0 for never."""

    print_open_list_after_min: Annotated[int, msgspec.Meta(ge=0, le=DAY_MIN)] = 60


def is_desk(data: Path) -> bool:
    """Whether the directory belongs to a desk of a hub elsewhere: it was enrolled once."""
    # Only here: a PC that stands alone needs none of what enrolling does.
    from app.sync.joining.device_key import DeviceFolder

    return DeviceFolder(data).enrolled


class _BrokenError(ValueError):
    """What is wrong with a file, for the sentence that says so."""


def read_desk_settings(data: Path) -> DeskSettings:
    """The settings in force for the directory `data`; WorldError naming the file and what is wrong in it."""
    path = _in_force(data, SETTINGS)
    try:
        return msgspec.toml.decode(_bytes(path), type=DeskSettings)
    except OSError as error:
        raise WorldError("desk_settings_unreadable", path=str(path), detail=error.strerror or "") from error
    except (ValueError, RecursionError) as error:
        raise WorldError("desk_settings_unreadable", path=str(path), detail=str(error)) from error


def read_phones(data: Path) -> Mapping[str, str]:
    """Duty phones by unit (`CG`, `JD@990101001`) or department (`JD`); WorldError as above."""
    path = _in_force(data, PHONES)
    try:
        return _phones(_bytes(path).decode("utf-8-sig"))
    except OSError as error:
        raise WorldError("phones_unreadable", path=str(path), detail=error.strerror or "") from error
    except (ValueError, csv.Error) as error:
        raise WorldError("phones_unreadable", path=str(path), detail=str(error)) from error


def _phones(text: str) -> dict[str, str]:
    reader = csv.DictReader(io.StringIO(text))
    if not {"unit", "phone"} <= set(reader.fieldnames or ()):
        raise _BrokenError("unit, phone?")
    found: dict[str, str] = {}
    for row in reader:
        unit, phone = (row["unit"] or "").strip(), (row["phone"] or "").strip()
        if not unit or len(phone) > PHONE_CHARACTERS_MAX or unit in found:
            raise _BrokenError(f"{reader.line_num}: {unit[:PHONE_CHARACTERS_MAX]}")
        found[unit] = phone
    return found


def _in_force(data: Path, name: str) -> Path:
    own = paths.own_config(data) / name
    return own if paths.is_there(own) else paths.config() / name


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        raw = file.read(FILE_BYTES_MAX + 1)
    if len(raw) > FILE_BYTES_MAX:
        raise _BrokenError(f"> {FILE_BYTES_MAX} B")
    return raw
