"""Which part of the unit square is seen, and how large; its corner lies on a whole device pixel."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""

SQUARE_PX = 256
"""The side of the unit square at zoom 0, as all tiles of the trade have it."""

ZOOM_MIN, ZOOM_MAX = 3, 19
"""From a country down to a house: 0.3 m a pixel."""

FIT_STEP = 0.25


def scale_at(zoom: float) -> float:
    """Px to one unit of the square; whole zooms are those of all tiles."""
    return float(SQUARE_PX * 2.0**zoom)


@dataclass(frozen=True)
class View:
    """`x`, `y` in the unit square lie in the middle of `width` by `height` px; `ratio` device px to each."""

    x: float = 0.5
    y: float = 0.5
    zoom: float = ZOOM_MIN
    width: int = 1
    height: int = 1
    ratio: float = 1.0

    @property
    def scale(self) -> float:
        """Px to one unit of the square."""
        return scale_at(self.zoom)

    @property
    def origin(self) -> tuple[float, float]:
        """The corner at the left and top, in px of the whole square; on a whole device pixel, so that what is
        painted once can be moved without a blur."""
        left = self.x * self.scale - self.width / 2
        top = self.y * self.scale - self.height / 2
        return round(left * self.ratio) / self.ratio, round(top * self.ratio) / self.ratio

    @property
    def box(self) -> Box:
        """What is seen, in the unit square."""
        (left, top), scale = self.origin, self.scale
        return left / scale, top / scale, (left + self.width) / scale, (top + self.height) / scale

    def to_screen(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Px from the corner at the left and top, on whole device pixels."""
        (left, top), scale, ratio = self.origin, self.scale * self.ratio, self.ratio
        across: Floats = np.rint(x * scale - left * ratio)
        down: Floats = np.rint(y * scale - top * ratio)
        return (across, down) if ratio == 1.0 else (across / ratio, down / ratio)

    def spot(self, x: float, y: float) -> tuple[float, float]:
        """One place, as `to_screen` has it."""
        left, top = self.origin
        return x * self.scale - left, y * self.scale - top

    def to_world(self, across: float, down: float) -> tuple[float, float]:
        """The place under a point of the screen."""
        left, top = self.origin
        return (across + left) / self.scale, (down + top) / self.scale

    def moved(self, across: float, down: float) -> View:
        """So many px further to the right and down."""
        return self._kept(replace(self, x=self.x + across / self.scale, y=self.y + down / self.scale))

    def zoomed(self, steps: int, across: float, down: float) -> View:
        """Closer to the next whole steps; the place under (across, down) stays where it is."""
        whole = math.floor(self.zoom) if steps > 0 else math.ceil(self.zoom)
        zoom = max(ZOOM_MIN, min(ZOOM_MAX, whole + steps)) if steps else self.zoom
        if zoom == self.zoom:
            return self
        x, y = self.to_world(across, down)
        factor = 2.0 ** (self.zoom - zoom)
        # The middle lies as far from the anchor as before, in px.
        return self._kept(replace(self, zoom=zoom, x=x + (self.x - x) * factor, y=y + (self.y - y) * factor))

    def at(self, x: float, y: float, zoom: float) -> View:
        """Another middle and zoom."""
        return self._kept(replace(self, x=x, y=y, zoom=max(ZOOM_MIN, min(ZOOM_MAX, zoom))))

    def sized(self, width: int, height: int, ratio: float) -> View:
        """In a window of another size."""
        return replace(self, width=max(1, width), height=max(1, height), ratio=ratio)

    def fitted(self, box: Box, margin: int) -> View:
        """As close as shows all of `box` with `margin` px around it, in quarters of a step: for the sake of a
        whole one a wall would show a district at half its size."""
        left, top, right, bottom = box
        room = max(1, self.width - 2 * margin), max(1, self.height - 2 * margin)
        wanted = max((right - left) / room[0], (bottom - top) / room[1], 1e-12)
        zoom = math.floor(math.log2(1 / (wanted * SQUARE_PX)) / FIT_STEP) * FIT_STEP
        return self.at((left + right) / 2, (top + bottom) / 2, zoom)

    def _kept(self, view: View) -> View:
        """The middle never leaves the square."""
        return replace(view, x=min(1.0, max(0.0, view.x)), y=min(1.0, max(0.0, view.y)))
