"""The keys of the console: read from a file, checked, bound, and written on what they do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from app.base.errors import WorldError

CONSOLE = frozenset(
    {
        "report", "short_report", "next", "seat", "command", "find", "only_urgent", "queues", "board", "case",
        "more", "deadlines", "reveal", "undo", "large", "theme", "language", "link", "conflicts",
        "calls", "called", "requests", "map", "import", "sign_out",
    }
)  # fmt: skip
"""The console's own commands: each must have a key."""

REPORT = frozenset({"join_1", "join_2", "join_3", "urgent", "life_danger", "clear"})
"""Those of the report form. A step of the workflow without a key is still in the command bar."""


class Keys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Key by action: of the console itself, of the report form, and of the workflow's steps."""

    console: Mapping[str, str]
    report: Mapping[str, str]
    case: Mapping[str, str]


def load_keys(path: Path) -> Keys:
    """The keys of `path`; WorldError names the file and what is wrong in it."""
    try:
        keys = msgspec.toml.decode(path.read_bytes(), type=Keys)
    except OSError as error:
        raise WorldError("keys_unreadable", path=str(path), detail=error.strerror or str(error)) from error
    except msgspec.MsgspecError as error:
        raise WorldError("keys_unreadable", path=str(path), detail=str(error)) from error
    for section, wanted in ((keys.console, CONSOLE), (keys.report, REPORT)):
        if lacking := sorted(wanted - set(section)):
            raise WorldError("keys_lacking", path=str(path), action=lacking[0])
        _no_key_twice(path, section)
    for key in (*keys.console.values(), *keys.report.values(), *keys.case.values()):
        if not key_name(key):
            raise WorldError("keys_unknown", path=str(path), shortcut=key)
    return keys


def key_name(key: str) -> str:
    """A key as it stands on a button."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


class Bound:
    """Shortcuts of one widget that come and go together."""

    def __init__(
        self, owner: QWidget, context: Qt.ShortcutContext = Qt.ShortcutContext.WindowShortcut
    ) -> None:
        self._owner = owner
        self._context = context
        self._shortcuts: list[QShortcut] = []

    def bind(self, key: str, work: Callable[[], None], repeats: bool = False) -> None:
        """Run `work` when `key` is pressed; held down it runs once unless it `repeats`."""
        shortcut = QShortcut(QKeySequence(key), self._owner)
        shortcut.setContext(self._context)
        shortcut.setAutoRepeat(repeats)
        shortcut.activated.connect(work)
        self._shortcuts.append(shortcut)

    def release(self) -> None:
        for shortcut in self._shortcuts:
            shortcut.setEnabled(False)
            shortcut.deleteLater()
        self._shortcuts.clear()


def _no_key_twice(path: Path, section: Mapping[str, str]) -> None:
    seen: dict[str, str] = {}
    for action, key in section.items():
        name = key_name(key)
        if name in seen:
            raise WorldError("keys_twice", path=str(path), shortcut=key, first=seen[name], second=action)
        seen[name] = action
