"""What does not move, painted once a view: moved along while panning, stretched exactly while zooming."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QPainter, QPixmap

from widgets.map.view import View

PaintGround = Callable[[QPainter, float, tuple[float, float], QRect], None]
"""(painter, zoom, corner in px of the whole square, rectangle to paint)."""

MARGIN_PX = 128
"""Painted beyond each edge of the window: so far a hand may pan before a strip has to be painted."""


class Ground:
    """One picture, larger than the window by a margin. `sharp` when it is that of the view."""

    def __init__(self, paint: PaintGround) -> None:
        self._paint = paint
        self._pixmap: QPixmap | None = None
        self._view = View()
        self._corner = (0.0, 0.0)

    def forget(self) -> None:
        """The areas or the look are others."""
        self._pixmap = None

    def sharp(self, view: View) -> bool:
        """Whether what `draw` puts there for this view is exact and whole."""
        if self._pixmap is None or view.zoom != self._view.zoom or view.ratio != self._view.ratio:
            return False
        left, top = view.origin
        x, y = self._corner
        whole = self._size()
        return (
            x <= left and y <= top and left + view.width <= x + whole[0] and top + view.height <= y + whole[1]
        )

    def ready(self, view: View) -> None:
        """Paint what is lacking for this view."""
        if self.sharp(view):
            return
        corner = self._wanted(view)
        same = (view.zoom, view.ratio, view.width, view.height)
        if self._pixmap is not None and same == (
            self._view.zoom, self._view.ratio, self._view.width, self._view.height
        ):  # fmt: skip
            self._move(view, corner)
        else:
            self._paint_whole(view, corner)

    def draw(self, painter: QPainter, view: View, base: QColor) -> None:
        """The picture as it lies in this view, `base` where there is none yet."""
        if self._pixmap is None:
            painter.fillRect(QRect(0, 0, view.width, view.height), base)
            return
        left, top = view.origin
        factor = view.scale / self._view.scale
        x, y = self._corner[0] * factor - left, self._corner[1] * factor - top
        if factor == 1.0 and self.sharp(view):
            painter.drawPixmap(QPointF(x, y), self._pixmap)
            return
        painter.fillRect(QRect(0, 0, view.width, view.height), base)
        width, height = self._size()
        target = QRectF(x, y, width * factor, height * factor)
        painter.drawPixmap(target, self._pixmap, QRectF(self._pixmap.rect()))

    def _size(self) -> tuple[float, float]:
        assert self._pixmap is not None
        return self._pixmap.width() / self._view.ratio, self._pixmap.height() / self._view.ratio

    def _wanted(self, view: View) -> tuple[float, float]:
        left, top = view.origin
        return left - MARGIN_PX, top - MARGIN_PX

    def _paint_whole(self, view: View, corner: tuple[float, float]) -> None:
        width, height = view.width + 2 * MARGIN_PX, view.height + 2 * MARGIN_PX
        pixmap = QPixmap(round(width * view.ratio), round(height * view.ratio))
        pixmap.setDevicePixelRatio(view.ratio)
        self._pixmap, self._view, self._corner = pixmap, replace(view), corner
        self._paint_rect(QRect(0, 0, width, height))

    def _move(self, view: View, corner: tuple[float, float]) -> None:
        """Push the picture along and paint the strips that come in."""
        assert self._pixmap is not None
        ratio = view.ratio
        across = round((self._corner[0] - corner[0]) * ratio)
        down = round((self._corner[1] - corner[1]) * ratio)
        whole = self._pixmap.rect()
        self._view, self._corner = replace(view), corner
        if abs(across) >= whole.width() or abs(down) >= whole.height():
            self._paint_whole(view, corner)
            return
        self._pixmap.scroll(across, down, whole)
        for strip in _uncovered(whole, across, down):
            # Whole px around what lacks; half-painted ones would show as a seam at odd ratios.
            left, top = int(strip.left() / ratio), int(strip.top() / ratio)
            right, bottom = int(strip.right() / ratio) + 1, int(strip.bottom() / ratio) + 1
            self._paint_rect(QRect(left, top, right - left + 1, bottom - top + 1))

    def _paint_rect(self, rect: QRect) -> None:
        assert self._pixmap is not None
        with QPainter(self._pixmap) as painter:
            painter.setClipRect(rect)
            self._paint(painter, self._view.zoom, self._corner, rect)


def _uncovered(whole: QRect, across: int, down: int) -> list[QRect]:
    """The strips of `whole` that are bare after its content was pushed along."""
    width, height = whole.width(), whole.height()
    strips = [
        QRect(0 if across > 0 else width + across, 0, abs(across), height),
        QRect(0, 0 if down > 0 else height + down, width, abs(down)),
    ]
    return [strip for strip in strips if not strip.isEmpty()]
