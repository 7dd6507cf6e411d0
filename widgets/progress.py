"""A bar that fills: how far long work has come."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.paint import fill_box
from widgets.theme import Theme
from widgets.themed import Themed

_HEIGHT_PX = 10
_RADIUS_PX = 5


class ProgressBar(Themed, QWidget):
    """`set_share` from 0 to 1. The words beside it say of what."""

    def __init__(self, theme: Theme, name: str, ground: str = "surface1") -> None:
        super().__init__()
        self._ground = ground
        self._share = 0.0
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.set_theme(theme)

    def set_share(self, share: float) -> None:
        share = min(1.0, max(0.0, share))
        if share != self._share:
            self._share = share
            self.setAccessibleDescription(f"{share:.0%}")
            self.update()

    @property
    def share(self) -> float:
        return self._share

    def sizeHint(self) -> QSize:
        return QSize(self.theme.px(320), self.theme.px(_HEIGHT_PX))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self.theme, QPainter(self)
        painter.fillRect(event.rect(), theme.colour(self._ground))
        radius = theme.px(_RADIUS_PX)
        whole = QRectF(self.rect())
        fill_box(painter, whole, theme.colour("track"), None, radius)
        if self._share > 0:
            done = QRectF(0, 0, max(whole.width() * self._share, whole.height()), whole.height())
            fill_box(painter, done, theme.colour("accent_fill"), None, radius)
        painter.end()
