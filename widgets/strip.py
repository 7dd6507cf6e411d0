"""The strip on top of a window: its own ground and its own theme for what stands in it."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy

from widgets.theme import Theme
from widgets.themed import Themed, mark


class Strip(Themed, QFrame):
    """Give it the window's theme; widgets put into `row` are made with `strip.theme`, which is the bar's."""

    def __init__(self, theme: Theme, height_px: int = 44) -> None:
        super().__init__()
        self._height_px = height_px
        self.row = QHBoxLayout(self)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        mark(self, ground="strip")
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> Theme:
        """The strip and all that it holds take the bar's look."""
        inside = super().set_theme(theme.bar or theme)
        self.setStyleSheet(inside.style_sheet())
        return inside

    def retheme(self) -> None:
        theme = self.theme
        self.row.setContentsMargins(theme.size(5), 0, theme.size(5), 0)
        self.row.setSpacing(theme.size(5))
        self.setMinimumHeight(max(theme.px(self._height_px), theme.target_px + theme.size(2)))
