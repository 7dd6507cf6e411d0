"""Areas under the signs: four tints that no neighbours share, borders by level, names where there is room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from widgets.map.lettering import Lettering, Room
from widgets.map.view import View, scale_at
from widgets.theme import Theme

Floats = NDArray[np.float64]

SHOWN_PX = (0, 56, 96)
"""From which width of a typical area, at scale 1, its level's borders are drawn: streets always."""

NAMED_PX = (0, 84, 132)
"""From which width its level is named and, where it has tints, shaded."""

_BORDER_PX = (2.2, 1.2, 0.8)
_STEPS = ("lead", "note", "tiny")
_TONES = ("text2", "text3", "text3")
_NAME_ROOM = 1.6  # a name may be so much wider than its area: beyond it nobody knows what it names


@dataclass(frozen=True, eq=False)
class Area:
    """`level` 0 to 2 from coarse to fine, `rings` of corners (n, 2) in the unit square, `tint` 0 to 3 or -1
    for none, `name_at` where the name stands."""

    level: int
    name: str
    rings: tuple[Floats, ...]
    name_at: tuple[float, float]
    tint: int = -1


@dataclass(eq=False)
class _Level:
    """The areas of one level with their boxes (n, 4) in the unit square."""

    areas: list[Area] = field(default_factory=list)
    boxes: Floats = field(default_factory=lambda: np.zeros((0, 4)))
    typical: float = 0.0


class AreaPainter:
    """Paints areas of one look at one zoom at a time; shapes and places of names are kept for that zoom."""

    def __init__(self, theme: Theme, lettering: Lettering) -> None:
        self._theme = theme
        self._lettering = lettering
        self._levels = [_Level() for _ in SHOWN_PX]
        self._zoom = -1.0
        self._shapes: dict[int, tuple[QPoint, list[QPolygonF]]] = {}
        self._names: list[tuple[QRectF, Area]] = []

    def set_areas(self, areas: Sequence[Area]) -> None:
        self._zoom = -1.0
        self._levels = [_Level() for _ in SHOWN_PX]
        for area in areas:
            self._levels[area.level].areas.append(area)
        for level in self._levels:
            boxes = [_box(area) for area in level.areas]
            level.boxes = np.array(boxes, dtype=np.float64).reshape(-1, 4)
            if boxes:
                level.typical = float(np.median(level.boxes[:, 2] - level.boxes[:, 0]))

    def names_in(self, view: View) -> list[QRectF]:
        """Where names of areas stand in this view, px from its corner."""
        self._prepare(view.zoom)
        left, top = view.origin
        window = QRectF(left, top, view.width, view.height)
        return [room.translated(-left, -top) for room, _ in self._names if room.intersects(window)]

    def paint(self, painter: QPainter, zoom: float, origin: tuple[float, float], rect: QRect) -> None:
        """Paint what lies in `rect` of a picture whose corner is at `origin`, px of the whole square."""
        self._prepare(zoom)
        theme = self._theme
        painter.fillRect(rect, theme.colour("map_ground"))
        left, top = origin
        seen = QRectF(rect).translated(left, top)
        tinted = self._tinted(zoom)
        for number, level in enumerate(self._levels):
            if not self._wide(level, SHOWN_PX[number], zoom):
                continue
            for place in self._within(level, seen, zoom):
                self._paint_area(painter, number, place, origin, number == tinted)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # Coarse borders lie over the fine ones they are made of.
        for number in reversed(range(len(self._levels))):
            if self._wide(self._levels[number], SHOWN_PX[number], zoom):
                self._paint_borders(painter, number, seen, zoom, origin)
        for room, area in self._names:
            if room.intersects(seen):
                name = self._lettering.name(area.name, _STEPS[area.level], _TONES[area.level], not area.level)
                painter.drawPixmap(QPointF(room.left() - left, room.top() - top), name)

    def _tinted(self, zoom: float) -> int:
        """The finest level that is shaded now."""
        fit = [
            number
            for number, level in enumerate(self._levels)
            if self._wide(level, NAMED_PX[number], zoom) and any(area.tint >= 0 for area in level.areas)
        ]
        return max(fit, default=0)

    def _wide(self, level: _Level, least: int, zoom: float) -> bool:
        return bool(level.areas) and level.typical * scale_at(zoom) >= self._theme.px(least)

    def _within(self, level: _Level, seen: QRectF, zoom: float) -> list[int]:
        boxes, scale = level.boxes * scale_at(zoom), 4  # a border reaches over its box
        found = (
            (boxes[:, 0] <= seen.right() + scale)
            & (boxes[:, 2] >= seen.left() - scale)
            & (boxes[:, 1] <= seen.bottom() + scale)
            & (boxes[:, 3] >= seen.top() - scale)
        )
        return [int(place) for place in np.flatnonzero(found)]

    def _paint_area(
        self, painter: QPainter, level: int, place: int, origin: tuple[float, float], shaded: bool
    ) -> None:
        area = self._levels[level].areas[place]
        if not shaded or area.tint < 0:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour(f"map_tint{area.tint}"))
        self._paint_shape(painter, level, place, origin)

    def _paint_borders(
        self, painter: QPainter, number: int, seen: QRectF, zoom: float, origin: tuple[float, float]
    ) -> None:
        colour: QColor = self._theme.colour("map_border" if number == 0 else "map_border_soft")
        pen = QPen(colour, _BORDER_PX[number] * self._theme.scale)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for place in self._within(self._levels[number], seen, zoom):
            self._paint_shape(painter, number, place, origin)

    def _paint_shape(self, painter: QPainter, level: int, place: int, origin: tuple[float, float]) -> None:
        area = self._levels[level].areas[place]
        corner, polygons = self._shape(area)
        painter.save()
        painter.translate(corner.x() - origin[0], corner.y() - origin[1])
        for polygon in polygons:
            painter.drawPolygon(polygon, Qt.FillRule.OddEvenFill)
        painter.restore()

    def _shape(self, area: Area) -> tuple[QPoint, list[QPolygonF]]:
        """The area in px around a corner of its own: at a house's zoom px of the whole square are too large
        for exact painting."""
        found = self._shapes.get(id(area))
        if found is None:
            scale = scale_at(self._zoom)
            left, top, _, _ = _box(area)
            corner = QPoint(int(left * scale), int(top * scale))
            polygons = [
                QPolygonF([QPointF(x, y) for x, y in (ring * scale - (corner.x(), corner.y())).tolist()])
                for ring in area.rings
            ]
            found = self._shapes[id(area)] = (corner, polygons)
        return found

    def _prepare(self, zoom: float) -> None:
        if zoom == self._zoom:
            return
        self._zoom = zoom
        self._shapes.clear()
        room, scale = Room(), scale_at(zoom)
        self._names = []
        for number, level in enumerate(self._levels):
            if not self._wide(level, NAMED_PX[number], zoom):
                continue
            wide = (level.boxes[:, 2] - level.boxes[:, 0]) * scale
            for place in np.argsort(-wide, kind="stable"):
                area = level.areas[int(place)]
                width, height = self._lettering.size(area.name, _STEPS[number], number == 0)
                if width > wide[place] * _NAME_ROOM:
                    continue
                x, y = area.name_at[0] * scale, area.name_at[1] * scale
                rect = QRectF(round(x - width / 2), round(y - height / 2), width, height)
                if room.take(rect):
                    self._names.append((rect, area))


def _box(area: Area) -> tuple[float, float, float, float]:
    corners = np.concatenate(area.rings)
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    return float(left), float(top), float(right), float(bottom)
