"""One size and weight of the type family, with its measures kept, so that painting does not measure again."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF

# Above the baseline, as a share of the size, lies the middle of figures and Han characters alike; Qt centres
# the line box instead, which sits lower because this family has tall ascenders.
_MIDDLE = 0.37
_LINE = 1.45
_KEPT_TEXTS = 8_192  # a few screens of cells; beyond that measuring again is cheaper than the memory


class Face:
    """A font with its measures. All lengths in device-independent px."""

    def __init__(self, family: str, px: int, bold: bool) -> None:
        self.px = px
        self.font = QFont(family)
        self.font.setPixelSize(px)
        self.font.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
        # Hinted stems jump by whole pixels between weights and sizes; unhinted text is even at any scale.
        self.font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        self.metrics = QFontMetricsF(self.font)
        self.line_px = round(px * _LINE)
        self._width = lru_cache(_KEPT_TEXTS)(self.metrics.horizontalAdvance)
        self._elided = lru_cache(_KEPT_TEXTS)(self._elide)

    def width(self, text: str) -> float:
        return self._width(text)

    def elide(self, text: str, width: float) -> str:
        """`text`, or as much of it as fits into `width` with an ellipsis."""
        return text if self._width(text) <= width else self._elided(text, width)

    def baseline(self, middle: float) -> float:
        """The baseline of text whose figures are to be centred on `middle`; whole px, so crisp."""
        return float(round(middle + self.px * _MIDDLE))

    def _elide(self, text: str, width: float) -> str:
        return self.metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0.0, width))


@lru_cache(256)  # eight steps, two weights, a few scales
def face(family: str, px: int, bold: bool) -> Face:
    """The one Face of these measures; a QGuiApplication must be there."""
    return Face(family, px, bold)
