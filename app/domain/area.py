"""The area tree of the district: streets, communities and grids, with versions."""

from __future__ import annotations

from typing import Literal

import msgspec

from app.domain.label import Label
from app.domain.place import Point

AreaLevel = Literal["district", "street", "community", "grid"]


class Area(msgspec.Struct, frozen=True):
    """One area: its code is the parent's code and its own digits (6, 9, 12, 15 of them)."""

    code: str
    level: AreaLevel
    label: Label
    parent: str = ""
    point: Point | None = None


class AreasAdopted(msgspec.Struct, frozen=True):
    """The area tree that counts from this entry on; `version` is the table's own."""

    version: str
    areas: tuple[Area, ...]


class AreaTree:
    """The tree in force, for look-ups by code; made once from a table."""

    def __init__(self, areas: tuple[Area, ...] = ()) -> None:
        self._by_code = {area.code: area for area in areas}
        self._children: dict[str, list[Area]] = {}
        for area in areas:
            self._children.setdefault(area.parent, []).append(area)
        # Every row of the board asks for a path, and there are no more of them than areas.
        self._paths: dict[str, tuple[Area, ...]] = {}

    def __contains__(self, code: str) -> bool:
        return code in self._by_code

    def __len__(self) -> int:
        return len(self._by_code)

    def get(self, code: str) -> Area | None:
        return self._by_code.get(code)

    def children(self, code: str) -> tuple[Area, ...]:
        return tuple(self._children.get(code, ()))

    def path(self, code: str) -> tuple[Area, ...]:
        """From the street down to the area itself, without the district; empty when unknown."""
        known = self._paths.get(code)
        if known is None:
            known = self._find_path(code)
            if code in self._by_code:
                self._paths[code] = known
        return known

    def _find_path(self, code: str) -> tuple[Area, ...]:
        found: list[Area] = []
        area = self._by_code.get(code)
        while area is not None and area.level != "district":
            found.append(area)
            area = self._by_code.get(area.parent)
        return tuple(reversed(found))

    def street_of(self, code: str) -> str:
        """The code of the street the area lies in, or empty."""
        path = self.path(code)
        return path[0].code if path else ""

    def all(self) -> tuple[Area, ...]:
        return tuple(self._by_code.values())
