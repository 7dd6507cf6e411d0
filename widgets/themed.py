"""What every widget with a look has in common: it holds its theme and takes another at run time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from widgets.theme import Theme

    _Mixed = QWidget
else:
    # Two Qt bases would make two C++ objects behind one Python object.
    _Mixed = object


class Themed(_Mixed):
    """Mixed in before a Qt class. The first argument of every such widget is its theme.

    `retheme` is called once the widget is built and again for every other theme; there, and only there,
    sizes that depend on the theme are set.
    """

    theme: Theme

    def set_theme(self, theme: Theme) -> Theme:
        """Take `theme`; the answer is the theme for the widgets inside, usually the same."""
        self.theme = theme
        self.retheme()
        self.updateGeometry()
        QWidget.update(self)  # item views have another `update`
        return theme

    def retheme(self) -> None:
        """Set sizes again; painting reads `self.theme` anyway."""


def mark(widget: QWidget, **properties: str | bool) -> None:
    """Set dynamic properties (severity, staleness, connection, state …) that the style sheet paints.

    Only a property that changes costs a new polish.
    """
    changed = False
    for name, value in properties.items():
        if widget.property(name) != value:
            widget.setProperty(name, value)
            changed = True
    if changed:
        style = widget.style()
        style.unpolish(widget)
        style.polish(widget)
        QWidget.update(widget)


def show_inside(widget: QWidget, wanted: bool) -> None:
    """Show or hide a part of something; one that has no parent yet must not become a window of its own."""
    if not wanted:
        widget.hide()
    elif widget.parentWidget() is not None:
        widget.show()
    else:
        widget.setAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide, False)
