"""What can be pointed at: single signs and gathered ones, under the hand or one after the other by key."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import msgspec
import numpy as np
from PySide6.QtCore import QPointF, QRectF

from widgets.map.marks import MarkLayer
from widgets.map.view import View

WALK_MAX = 500
"""Items the keyboard goes through: more in one view nobody walks through; one zooms in first."""


class Spot(msgspec.Struct, frozen=True):
    """One sign, or with several `keys` those gathered in one place; `x`, `y` in the unit square."""

    layer: str
    keys: tuple[Hashable, ...]
    x: float
    y: float

    @property
    def gathered(self) -> bool:
        return len(self.keys) > 1


def spots_at(view: View, layers: Sequence[MarkLayer], at: QPointF, reach: float) -> list[Spot]:
    """Everything within `reach` px of a point: the uppermost layer first, in it the nearest."""
    near = QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach)
    found: list[Spot] = []
    for layer in reversed(layers):
        here = [((x - at.x()) ** 2 + (y - at.y()) ** 2, spot) for spot, x, y in _in_rect(view, layer, near)]
        found += [
            spot for away, spot in sorted(here, key=lambda one: one[0]) if away <= reach**2 or spot.gathered
        ]
    return found


def spots_in_view(view: View, layers: Sequence[MarkLayer]) -> list[Spot]:
    """What the keyboard goes through: the uppermost layer first, in it the weightiest, then from the top."""
    whole = QRectF(0, 0, view.width, view.height)
    found: list[Spot] = []
    for layer in reversed(layers):
        weight = layer.marks.weight
        here = [
            (-int(max(weight[layer.places[key]] for key in spot.keys)), y, x, spot)
            for spot, x, y in _in_rect(view, layer, whole, WALK_MAX)
        ]
        found += [spot for *_, spot in sorted(here, key=lambda one: one[:3])]
    return found[:WALK_MAX]


def _in_rect(
    view: View, layer: MarkLayer, rect: QRectF, most: int | None = None
) -> list[tuple[Spot, float, float]]:
    marks = layer.marks
    places, x, y = layer.seen(view, rect)
    if most is not None and len(places) > most:
        kept = np.argsort(-marks.weight[places], kind="stable")[:most]
        places, x, y = places[kept], x[kept], y[kept]
    found = [
        (Spot(layer.name, (marks.keys[place],), float(marks.x[place]), float(marks.y[place])), px, py)
        for place, px, py in zip(places.tolist(), x.tolist(), y.tolist(), strict=True)
    ]
    gathering = layer.gathering(view)
    for number, px, py in layer.clusters(view, rect):
        keys = tuple(marks.keys[place] for place in gathering.members(number).tolist())
        found.append((Spot(layer.name, keys, float(gathering.x[number]), float(gathering.y[number])), px, py))
    return found
