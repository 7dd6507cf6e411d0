"""What the signs on the map mean, in one line or as many as the width takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.map.signs import Sign, paint_sign
from widgets.paint import paint_text
from widgets.theme import Theme
from widgets.themed import Themed

_SIGN_EM = 1.0


class Entry(msgspec.Struct, frozen=True):
    """A finished text behind its sign; without one the text speaks for itself."""

    text: str
    sign: Sign | None = None


class Legend(Themed, QWidget):
    """Takes neither hand nor focus; a screen reader gets the texts."""

    def __init__(self, theme: Theme, name: str, entries: Sequence[Entry]) -> None:
        super().__init__()
        self._entries = tuple(entries)
        self.setAccessibleName(name)
        self.setAccessibleDescription("\n".join(entry.text for entry in self._entries))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.set_theme(theme)

    def heightForWidth(self, width: int) -> int:
        lines = max((line for _, line, _ in self._laid_out(width)), default=0) + 1
        return lines * self._line()

    def sizeHint(self) -> QSize:
        width = self.theme.px(480)
        return QSize(width, self.heightForWidth(max(width, self.width())))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.theme.px(120), self._line())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, face = self.theme, self.theme.face("note")
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for entry, line, left in self._laid_out(self.width()):
                middle = (line + 0.5) * self._line()
                if entry.sign is not None:
                    at = QPointF(left + self._sign_px(entry) / 2, middle)
                    paint_sign(painter, theme, at, face.px * _SIGN_EM, entry.sign)
                    left += self._sign_px(entry) + theme.size(2)
                rect = QRectF(left, middle - face.line_px / 2, self.width() - left, face.line_px)
                paint_text(painter, face, rect, entry.text, theme.colour("text3"))

    def _laid_out(self, width: int) -> Iterator[tuple[Entry, int, float]]:
        """(entry, line, px from the left)."""
        line, left = 0, 0.0
        for entry in self._entries:
            wide = self._width(entry)
            if left > 0 and left + wide > width:
                line, left = line + 1, 0.0
            yield entry, line, left
            left += wide + self.theme.size(5)

    def _width(self, entry: Entry) -> float:
        text = self.theme.face("note").width(entry.text)
        return text + (self._sign_px(entry) + self.theme.size(2) if entry.sign is not None else 0.0)

    def _sign_px(self, entry: Entry) -> float:
        rings = entry.sign.rings if entry.sign is not None else 0
        return self.theme.face("note").px * _SIGN_EM * (1 + 0.55 * rings)

    def _line(self) -> int:
        return round(self.theme.face("note").px * 1.9)  # room for the rings of an urgent one
