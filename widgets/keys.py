"""Keys that mean the same in every widget. As plain ints: some keyboards send codes Qt has no name for."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt

ENTER: frozenset[int] = frozenset((Qt.Key.Key_Return, Qt.Key.Key_Enter))
PRESS: frozenset[int] = ENTER | {Qt.Key.Key_Space}
"""What presses the thing that has the keyboard."""

UP_DOWN: Mapping[int, int] = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
LEFT_RIGHT: Mapping[int, int] = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
