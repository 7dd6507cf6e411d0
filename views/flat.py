"""A panel without frame and title, for the parts a window is tiled with; it still fails alone."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from app.base.language import Language
from views.panel import Panel
from widgets.theme import Theme
from widgets.themed import mark


class FlatPanel(Panel):
    """`name` is for screen readers only. Its content reaches to its edges."""

    def __init__(self, theme: Theme, language: Language, name: str) -> None:
        super().__init__(theme, language, name)
        for place in range(self.header.count()):
            item = self.header.itemAt(place)
            title = item.widget() if item is not None else None
            if isinstance(title, QLabel):
                title.hide()
        mark(self, flat=True)

    def retheme(self) -> None:
        super().retheme()
        layout = self.layout()
        assert layout is not None
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
