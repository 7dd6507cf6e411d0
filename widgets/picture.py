"""One icon as a widget, sharp on every screen, in a colour of the theme."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.icons import Icons
from widgets.theme import Theme
from widgets.themed import Themed

_ICON_EM = 1.4  # beside text of its step, line icons look as large as the characters


class Picture(Themed, QWidget):
    """The icon `icon` in the colour `role`, to stand beside text of `step`; `name` is its spoken word."""

    def __init__(
        self, theme: Theme, icons: Icons, icon: str, name: str, role: str = "text2", step: str = "body"
    ) -> None:
        super().__init__()
        self._icons = icons
        self._icon = icon
        self._role = role
        self._step = step
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        self.set_theme(theme)

    def sizeHint(self) -> QSize:
        side = round(self.theme.texts[self._step] * _ICON_EM)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            ratio = painter.device().devicePixelRatioF()
            colour = self.theme.colour(self._role)
            painter.drawPixmap(0, 0, self._icons.pixmap(self._icon, colour, self.width(), ratio))
