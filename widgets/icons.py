"""Line icons from SVG files, drawn in any colour of the theme at any size."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from widgets.errors import LookError

_KEPT_PIXMAPS = 256  # every icon in a few colours and sizes
_RATIOS = (1.0, 2.0)  # plain and double-density screens; between them Qt scales the larger one down


class Icons:
    """The icons of one folder, by file name without its ending. `currentColor` takes the colour asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.names = tuple(sorted(file.stem for file in folder.glob("*.svg")))
        if not self.names:
            raise LookError(folder, "icon_missing", "no icon in the folder")
        self._pixmap = lru_cache(_KEPT_PIXMAPS)(self._draw)

    def pixmap(self, name: str, colour: QColor, px: int, ratio: float = 1.0) -> QPixmap:
        """The icon `px` device-independent px wide, for a screen of `ratio` real px to each."""
        return self._pixmap(name, colour.name(), px, ratio)

    def icon(self, name: str, colour: QColor, px: int) -> QIcon:
        icon = QIcon()
        for ratio in _RATIOS:
            icon.addPixmap(self.pixmap(name, colour, px, ratio))
        return icon

    def _draw(self, name: str, colour: str, px: int, ratio: float) -> QPixmap:
        file = self._folder / f"{name}.svg"
        if name not in self.names:
            raise LookError(file, "icon_missing", name)
        text = file.read_text(encoding="utf-8").replace("currentColor", colour)
        renderer = QSvgRenderer(QByteArray(text.encode()))
        if not renderer.isValid():
            raise LookError(file, "icon_unreadable", "not a drawing in SVG")
        side = round(px * ratio)
        pixmap = QPixmap(side, side)
        pixmap.fill(Qt.GlobalColor.transparent)
        with QPainter(pixmap) as painter:
            renderer.render(painter, QRectF(0, 0, side, side))
        pixmap.setDevicePixelRatio(ratio)
        return pixmap
