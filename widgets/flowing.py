"""Running text of several looks in one line, broken where the width ends, laid out once and painted often."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QPainter, QTextCharFormat, QTextLayout, QTextOption

from widgets.theme import Theme

# QTextLayout sits text on the family's tall ascent; this share of the size lifts it to its line's middle.
_LIFT = 0.066


class Run(msgspec.Struct, frozen=True):
    """A piece of text in one look: `role` a colour, `step` a type step."""

    text: str
    role: str = "text1"
    step: str = "body"
    bold: bool = False


class Flowing:
    """Runs broken to `width` px. `height` in px is whole lines of `step`, the tallest run's step."""

    def __init__(self, theme: Theme, runs: Sequence[Run], width: float, step: str = "body") -> None:
        face = theme.face(step)
        self._layout = QTextLayout("".join(run.text for run in runs), QFont(face.font))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._layout.setTextOption(option)
        self._layout.setFormats(self._formats(theme, runs))
        self._lift = face.px * _LIFT
        lines = 0
        self._layout.beginLayout()
        while (line := self._layout.createLine()).isValid():
            line.setLineWidth(max(1.0, width))
            # Smaller runs share the line's baseline; the line box is set by hand so that lines are even.
            line.setPosition(QPointF(0, lines * face.line_px + face.metrics.ascent() - line.ascent()))
            lines += 1
        self._layout.endLayout()
        self.height = max(1, lines) * face.line_px

    def paint(self, painter: QPainter, x: float, y: float) -> None:
        """With the first line's box at `x`, `y`."""
        self._layout.draw(painter, QPointF(x, round(y - self._lift)))

    @staticmethod
    def _formats(theme: Theme, runs: Sequence[Run]) -> list[QTextLayout.FormatRange]:
        ranges, start = [], 0
        for run in runs:
            look = QTextCharFormat()
            look.setFont(theme.face(run.step, run.bold).font)
            look.setForeground(theme.colour(run.role))
            length = _utf16(run.text)
            part = QTextLayout.FormatRange()
            # The stubs do not know the three fields of this plain struct.
            part.start, part.length, part.format = start, length, look  # type: ignore[attr-defined]
            ranges.append(part)
            start += length
        return ranges


def _utf16(text: str) -> int:
    """Qt counts in UTF-16 units: characters beyond the first plane, rare ones of names, are two."""
    return len(text.encode("utf-16-le")) // 2
