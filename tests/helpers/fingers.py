"""Hands on a keyboard: keys are pressed where the focus is, and counted; text is typed, not counted."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget


class Fingers:
    """`pressed` counts keys beside the text."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self.pressed = 0

    def press(self, *keys: str) -> None:
        """Press keys one after another, each written as Qt does: `F2`, `Ctrl+Return`, `Alt+1`."""
        for key in keys:
            self.pressed += 1
            chord = QKeySequence(key)[0]  # type: ignore[index]
            QTest.keyClick(self._target(), chord.key(), chord.keyboardModifiers())
            QApplication.processEvents()

    def type(self, text: str) -> None:
        """Type text as an input method commits it."""
        for character in text:
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, character)
                QApplication.sendEvent(self._target(), event)
        QApplication.processEvents()

    def _target(self) -> QWidget:
        return QApplication.focusWidget() or self._window
