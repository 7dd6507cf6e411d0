"""One row of a form: the label, the editor, and under it a hint or what is wrong."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from widgets.form_fields import FieldEditor
from widgets.label import Label
from widgets.theme import Theme
from widgets.themed import Themed

_REQUIRED = " *"


class FormRow(Themed, QWidget):
    """The label column's width is set by the form, so that editors line up."""

    def __init__(self, theme: Theme, editor: FieldEditor) -> None:
        super().__init__()
        spec = editor.spec
        self.editor = editor
        self._label = Label(theme, spec.label + (_REQUIRED if spec.required else ""), "body", "text2")
        self._below = Label(theme, spec.hint, "tiny", "text4", wrap=True)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.addWidget(self._label, 0, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(editor, 0, 1)
        self._grid.addWidget(self._below, 1, 1)
        self._grid.setColumnStretch(1, 1)
        self.set_theme(theme)
        self.show_error("")

    def label_px(self) -> int:
        """How wide the label would like to be."""
        return self._label.sizeHint().width()

    def set_label_px(self, width: int) -> None:
        self._label.setFixedWidth(width)

    def show_error(self, text: str) -> None:
        """A finished text, or empty: then the hint comes back."""
        spec = self.editor.spec
        self._below.set(text or spec.hint, "overdue" if text else "text4")
        self._below.setVisible(bool(text or spec.hint))
        self.editor.show_wrong(bool(text))
        self.editor.focus_widget.setAccessibleDescription(text or spec.hint)

    @property
    def error(self) -> str:
        """What is wrong, as shown, or empty."""
        return self._below.text() if self._below.property("tone") == "overdue" else ""

    def retheme(self) -> None:
        self._grid.setHorizontalSpacing(self.theme.size(4))
        self._grid.setVerticalSpacing(self.theme.size(1))
        self._label.setFixedHeight(self.theme.target_px)
