"""A layer of signs: where each lies in the present view, which are gathered, which one is under the hand."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from widgets.map.fragments import Fragments
from widgets.map.gathering import Gathering, Places, gather
from widgets.map.signs import SignAtlas
from widgets.map.view import Floats, View

APART_ZOOM = 16
"""From here on, some 2 m a pixel, nothing is gathered: what still lies together is chosen from a list."""

CROWD = 1_500
"""More single signs than this in view are painted small: large ones would only hide one another."""

CHANGES_MAX = 120
"""More signs than this that moved: one large repaint is cheaper than as many small ones."""


@dataclass(frozen=True, eq=False)
class Marks:
    """Signs from the lowest to the uppermost: places in the unit square, `sign` a place among the canvas's
    signs, `weight` which one stands for many, `apart` which are never gathered, `named` which may have a name
    beside them. `keys` tell them apart."""

    x: Floats
    y: Floats
    sign: NDArray[np.int64]
    weight: NDArray[np.int64]
    apart: NDArray[np.bool_]
    named: NDArray[np.bool_]
    keys: Sequence[Hashable]


def no_marks() -> Marks:
    nothing, whole, none = np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.bool_)
    return Marks(nothing, nothing, whole, whole, none, none, ())


class MarkLayer:
    """One layer. `gather_px`: the side of the squares by which it is gathered; 0 for never."""

    def __init__(self, name: str, gathered: bool) -> None:
        self.name = name
        self.gathered = gathered
        self.gather_px = 0
        self.marks = no_marks()
        self.places: dict[Hashable, int] = {}
        self._fragments = Fragments()
        self._gathering: Gathering | None = None
        self._zoom = -1.0
        self._projected: tuple[View, Places, Floats, Floats] | None = None
        self._crowded = False
        self._chosen: Hashable = None

    @property
    def chosen(self) -> int | None:
        """The place of the mark that `choose` named, while it is there."""
        return self.places.get(self._chosen)

    def choose(self, key: Hashable) -> None:
        """Keep one mark out of every crowd; None for none."""
        self._chosen = key
        self.forget()

    def set_marks(self, marks: Marks) -> None:
        if marks.keys != self.marks.keys:
            self.places = {key: place for place, key in enumerate(marks.keys)}
        self.marks = marks
        self.forget()

    def forget(self) -> None:
        """The marks or the look are others."""
        self._gathering = None
        self._projected = None

    def gathering(self, view: View) -> Gathering:
        """What stands alone and what together at this zoom."""
        if self._gathering is None or self._zoom != view.zoom:
            cell = self.gather_px / view.scale if self.gathered and view.zoom < APART_ZOOM else 0.0
            marks, apart = self.marks, self.marks.apart
            place = self.places.get(self._chosen)
            if place is not None:
                apart = apart.copy()
                apart[place] = True
            self._gathering = gather(marks.x, marks.y, marks.weight, apart, cell)
            self._zoom = view.zoom
        return self._gathering

    def seen(self, view: View, rect: QRectF) -> tuple[Places, Floats, Floats]:
        """Places of single marks whose middle lies in `rect`, with their px."""
        alone, x, y = self._single(view)
        found = np.flatnonzero(_within(x, y, rect))
        return alone[found], x[found], y[found]

    def _single(self, view: View) -> tuple[Places, Floats, Floats]:
        """All single marks with their px; kept for the view, for one repaint asks several times."""
        if self._projected is None or self._projected[0] != view:
            alone, marks = self.gathering(view).alone, self.marks
            whole = len(alone) == len(marks.x)
            x, y = (marks.x, marks.y) if whole else (marks.x[alone], marks.y[alone])
            self._projected = (view, alone, *view.to_screen(x, y))
        return self._projected[1:]

    def clusters(self, view: View, rect: QRectF) -> list[tuple[int, float, float]]:
        """Number and px of each cluster whose middle lies in `rect`."""
        gathering = self.gathering(view)
        x, y = view.to_screen(gathering.x, gathering.y)
        found = np.flatnonzero(_within(x, y, rect))
        return [(int(number), float(x[number]), float(y[number])) for number in found]

    def count_crowd(self, view: View) -> None:
        """See whether the signs of this layer are to be small; the owner asks when the view is at rest."""
        self._crowded = len(self.seen(view, QRectF(0, 0, view.width, view.height))[0]) > CROWD

    def paint(self, painter: QPainter, view: View, rect: QRectF, large: SignAtlas, small: SignAtlas) -> None:
        """The single signs in `rect`, in the size that their crowd allows."""
        atlas = small if self._crowded else large
        half = atlas.widest / 2
        places, x, y = self.seen(view, rect.adjusted(-half, -half, half, half))
        rows = self._fragments.of(len(places), 1 / view.ratio)
        rows[:, 0], rows[:, 1] = x, y
        rows[:, 2:6] = atlas.rects[self.marks.sign[places]]
        self._fragments.draw(painter, len(places), atlas.pixmap)

    def boxes(self, view: View, side: float, badge: float) -> list[QRectF]:
        """Where single signs and counts stand in the window, `side` px and `badge` px wide; none of a crowd,
        among which no name finds room anyway."""
        if self._crowded:
            return []
        window = QRectF(0, 0, view.width, view.height)
        _, x, y = self.seen(view, window)
        half = side / 2
        counts = [
            QRectF(px - badge / 2, py - badge / 4, badge, badge / 2)
            for _, px, py in self.clusters(view, window)
        ]
        return counts + [
            QRectF(px - half, py - half, side, side) for px, py in zip(x.tolist(), y.tolist(), strict=True)
        ]

    def changes(self, other: Marks, view: View, side: float) -> list[QRectF] | None:
        """Where `other` would look different in this view; None for all over."""
        own = self.marks
        if len(own.x) != len(other.x) or self.gathered:
            return None
        x1, y1 = view.to_screen(own.x, own.y)
        x2, y2 = view.to_screen(other.x, other.y)
        changed = (x1 != x2) | (y1 != y2) | (own.sign != other.sign)
        window = QRectF(-side, -side, view.width + 2 * side, view.height + 2 * side)
        changed &= _within(x1, y1, window) | _within(x2, y2, window)
        found = np.flatnonzero(changed)
        if len(found) > CHANGES_MAX:
            return None
        half = side / 2 + 1
        return [
            QRectF(x - half, y - half, 2 * half, 2 * half)
            for xs, ys in ((x1, y1), (x2, y2))
            for x, y in zip(xs[found].tolist(), ys[found].tolist(), strict=True)
        ]


def _within(x: Floats, y: Floats, rect: QRectF) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (
        (x >= rect.left()) & (x <= rect.right()) & (y >= rect.top()) & (y <= rect.bottom())
    )
    return found
