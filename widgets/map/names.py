"""Names beside signs: the weightiest first, none over another or over a sign, steady from one moment to the
next."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from widgets.map.lettering import Lettering, Room
from widgets.map.look import MapLook
from widgets.map.marks import MarkLayer
from widgets.map.view import View
from widgets.map.words import Words

NAMES_MAX = 40
"""Names shown at once beside signs: more than anybody reads on one screen."""

TRIES_MAX = 120
"""Signs tried for them; where so many have no room, the rest has none either."""

SIGN_SHARE, AWAY, BADGE_SHARE = 0.8, 0.8, 0.5
"""Of a sign's side: what a name must leave free of it, and how far from its middle a name begins; of the
square by which signs are gathered: the width of a count."""

CHOSEN_AWAY = 1.8
"""The chosen one has a ring around it that its name must not cross."""

STEP, TONE = "note", "text1"


@dataclass(frozen=True)
class _Name:
    layer: MarkLayer
    key: Hashable
    text: str
    left: float
    down: float
    width: float
    height: float

    def rect(self, view: View) -> QRectF | None:
        """Where it stands now; None when its sign is gone."""
        place = self.layer.places.get(self.key)
        if place is None:
            return None
        marks = self.layer.marks
        x, y = view.spot(float(marks.x[place]), float(marks.y[place]))
        left, top = round(x + self.left), round(y + self.down - self.height / 2)
        return QRectF(left, top, self.width, self.height)


class Names:
    """Placed names; they go with their signs until they are placed anew."""

    def __init__(self) -> None:
        self._names: list[_Name] = []

    def place(
        self,
        layers: Sequence[MarkLayer],
        view: View,
        look: MapLook,
        words: Words,
    ) -> None:
        """Choose and place, clear of all signs. What stood before keeps its right to stay."""
        before = {(name.layer.name, name.key) for name in self._names}
        room, tries = Room(), 0
        lettering, side = look.lettering, look.atlas.side
        placed: list[_Name] = []
        for layer in layers:
            # A name gives way to the signs of its own layer and of those above; it may cover what is below.
            for rect in layer.boxes(view, side * SIGN_SHARE, look.gather_px * BADGE_SHARE):
                room.block(rect)
            for place in self._candidates(layer, view, before):
                if tries >= TRIES_MAX or len(placed) >= NAMES_MAX:
                    break
                tries += 1
                name = self._place(layer, place, view, lettering, words, side * AWAY, room)
                if name is not None:
                    placed.append(name)
            if layer is layers[0]:
                # What is uppermost may cover the name of an area, the rest gives way to it.
                for rect in look.areas.names_in(view):
                    room.block(rect)
        self._names = placed

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(name.text for name in self._names)

    def rects(self, view: View, layer: MarkLayer) -> list[QRectF]:
        """Where the names of one layer stand."""
        found = [name.rect(view) for name in self._names if name.layer is layer]
        return [rect for rect in found if rect is not None]

    def paint(self, painter: QPainter, view: View, dirty: QRectF, lettering: Lettering) -> None:
        for name in self._names:
            rect = name.rect(view)
            if rect is not None and rect.intersects(dirty):
                painter.drawPixmap(rect.topLeft(), lettering.name(name.text, STEP, TONE))

    def _candidates(self, layer: MarkLayer, view: View, before: set[tuple[str, Hashable]]) -> list[int]:
        marks = layer.marks
        named = marks.named
        if layer.chosen is not None:
            named = named.copy()
            named[layer.chosen] = True
        if not named.any():
            return []
        places, _, _ = layer.seen(view, QRectF(0, 0, view.width, view.height))
        places = places[named[places]]
        old = [layer.places[key] for name, key in before if name == layer.name and key in layer.places]
        rank = np.lexsort((places, -marks.weight[places], ~np.isin(places, old), places != layer.chosen))
        return [int(place) for place in places[rank][:TRIES_MAX]]

    def _place(
        self,
        layer: MarkLayer,
        place: int,
        view: View,
        lettering: Lettering,
        words: Words,
        away: float,
        room: Room,
    ) -> _Name | None:
        key = layer.marks.keys[place]
        text = words.name(layer.name, key)
        if not text:
            return None
        width, height = lettering.size(text, STEP)
        if place == layer.chosen:
            away *= CHOSEN_AWAY
        right, left, up, down = away, -away - width, -away - height / 2, away + height / 2
        beside = [(right, 0.0), (left, 0.0), (-width / 2, up), (-width / 2, down)]
        # And the four corners.
        beside += [(across, off / 2) for off in (up, down) for across in (right * 0.8, left + away * 0.2)]
        tried = [_Name(layer, key, text, left, down, width, height) for left, down in beside]
        for name in tried:
            rect = name.rect(view)
            if rect is not None and room.take(rect):
                return name
        # The one that was asked for is named in any case.
        return tried[0] if place == layer.chosen else None
