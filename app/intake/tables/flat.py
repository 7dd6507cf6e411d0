"""The columns of a structured file: what its objects hold, flattened, and gathered from all of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from app.base.errors import WorldError
from app.intake.tables.table import COLUMNS_MAX

DEPTH_MAX = 32
"""Objects within objects. Exchange formats have four or five; more is made to break readers."""


class Header:
    """The names of all columns in the order in which they first occur, so that no record lacks a place."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._places: dict[str, int] = {}

    def see(self, values: Mapping[str, str]) -> None:
        """Take the names of one object in; WorldError past COLUMNS_MAX of them."""
        for name in values:
            if name not in self._places:
                if len(self._places) == COLUMNS_MAX:
                    raise WorldError("import_columns_many", path=str(self._path), most=COLUMNS_MAX)
                self._places[name] = len(self._places)

    @property
    def names(self) -> list[str]:
        return list(self._places)

    def cells(self, values: Mapping[str, str]) -> list[str]:
        """The values of one object by place, empty where it has none.

        WorldError for a name that was not there when the file was looked through: it was changed meanwhile.
        """
        cells = [""] * len(self._places)
        for name, value in values.items():
            if name not in self._places:
                raise WorldError("import_changed", path=str(self._path))
            cells[self._places[name]] = value
        return cells


def told(names: list[str]) -> str:
    """Names for a sentence, a few of them."""
    shown = ", ".join(names[:_SHOWN])
    return f"{shown}, …" if len(names) > _SHOWN else shown


_SHOWN = 6
"""A line on a terminal."""
