"""Thousands of small pictures in one call: numpy writes what QPainter.drawPixmapFragments reads."""

from __future__ import annotations

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtGui import QPainter, QPixmap

FIELDS = 10
"""x, y, sourceLeft, sourceTop, width, height, scaleX, scaleY, rotation, opacity: ten doubles, see the
declaration of QPainter::PixmapFragment."""

GROWTH = 1.5


class Fragments:
    """A block of fragments that grows as needed and is never copied."""

    def __init__(self) -> None:
        self._block: NDArray[np.float64] = np.zeros((0, FIELDS))

    def of(self, count: int, scale: float) -> NDArray[np.float64]:
        """The first `count` rows to write x, y and the four of the source into; all unturned, opaque, at
        `scale`."""
        if count > len(self._block):
            self._block = np.zeros((max(64, int(count * GROWTH)), FIELDS))
            self._block[:, 9] = 1.0
        rows = self._block[:count]
        rows[:, 6:8] = scale
        return rows

    def draw(self, painter: QPainter, count: int, pixmap: QPixmap) -> None:
        """The first `count`, in their order; x and y are the middles."""
        if count:
            # The wrapper does not own what it points to; the block outlives the call.
            first = shiboken6.wrapInstance(self._block.ctypes.data, QPainter.PixmapFragment)
            assert isinstance(first, QPainter.PixmapFragment)
            painter.drawPixmapFragments(first, count, pixmap)
