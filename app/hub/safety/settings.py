"""The hall's own choices about sign-in, from safety.toml."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec

from app.base import paths
from app.base.clock import HOUR_MS, MINUTE_MS
from app.base.errors import WorldError

FILE = "safety.toml"
FILE_BYTES_MAX = 64 * 1024
"""The file has twenty lines; something larger is another file under its name."""

Hours = Annotated[int, msgspec.Meta(ge=0, le=24 * 31)]
Minutes = Annotated[int, msgspec.Meta(ge=0, le=24 * 60)]


class SafetySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """See config/safety.toml. The defaults are those of a hall that never thought about it."""

    session_h: Annotated[int, msgspec.Meta(ge=1, le=24 * 7)] = 12
    idle_lock_min: Minutes = 10
    duty_seats: tuple[str, ...] = ()
    cut_off_sign_in_h: Hours = 72
    second_factor_sides: tuple[str, ...] = ("admin",)

    @property
    def session_ms(self) -> int:
        return self.session_h * HOUR_MS

    @property
    def cut_off_ms(self) -> int:
        return self.cut_off_sign_in_h * HOUR_MS

    def idle_lock_ms(self, letters: str) -> int:
        """For the seat at the desk with these letters; 0: it never locks by itself."""
        return 0 if letters in self.duty_seats else self.idle_lock_min * MINUTE_MS


def read_settings(data: Path) -> SafetySettings:
    """The settings in force for the directory `data`; WorldError naming the file and its first fault."""
    own = paths.own_config(data) / FILE
    path = own if paths.is_there(own) else paths.config() / FILE
    try:
        with path.open("rb") as file:
            raw = file.read(FILE_BYTES_MAX)
        return msgspec.toml.decode(raw, type=SafetySettings)
    except OSError as error:
        raise WorldError("safety_file_unreadable", path=str(path), detail=error.strerror or "") from error
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise WorldError("safety_file_broken", path=str(path), detail=str(error)) from error
