"""Reading the demo's data files: names, mix, phrases and habits, strictly."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from app.base.errors import WorldError
from app.drill.habits import Habits
from app.drill.mix import Mix
from app.drill.names import Names
from app.drill.phrases import Phrases

Table = TypeVar("Table", bound=msgspec.Struct)


class DemoData(msgspec.Struct, frozen=True):
    """Everything the demo is made of beside the rules."""

    names: Names
    mix: Mix
    phrases: Phrases
    habits: Habits


def load_demo(folder: Path) -> DemoData:
    """Read `names.toml`, `mix.toml`, `phrases.toml`, `life.toml`; WorldError names file and fault."""
    return DemoData(
        names=_read(folder / "names.toml", Names),
        mix=_read(folder / "mix.toml", Mix),
        phrases=_read(folder / "phrases.toml", Phrases),
        habits=_read(folder / "life.toml", Habits),
    )


def _read(file: Path, shape: type[Table]) -> Table:
    try:
        return msgspec.toml.decode(file.read_bytes(), type=shape)
    except OSError as error:
        raise WorldError("demo_file_missing", file=file.name, reason=error.strerror or "") from error
    except (msgspec.ValidationError, msgspec.DecodeError, ValueError) as error:
        raise WorldError("demo_file_broken", file=file.name, reason=str(error)) from error
