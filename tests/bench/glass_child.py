"""A whole desk with its console on a screen: tells when the row of each new case was painted for the first
time."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from views.panels.board import BoardPanel
from views.panels.sign_in import SignInPanel
from views.shell import run_hall
from views.windows.console import ConsoleWindow
from widgets.table import Table
from widgets.table_model import TableModel

SITTER = "op-intake-ZZZX/intake"
OWN_PASSWORD = "夜里三点河边路灯全灭"

OPENING_MS, SEATED_MS = 100, 1_000

NEWEST_FIRST = ("code", True)
"""The column and direction by which a new case comes in on top, as a click on the header gives it."""


class Painted(QObject):
    """Signs in, brings the newest cases to the top, then watches the paints of the board; `times` are the
    monotonic ones of the first paint of each case."""

    def __init__(self, password: str) -> None:
        super().__init__()
        self.times: dict[str, float] = {}
        self._password = password
        self._board: BoardPanel | None = None
        self._fresh: list[str] = []
        self._opening = QTimer(self)
        self._opening.timeout.connect(self._open)
        self._opening.start(OPENING_MS)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The panel makes another table when there is room for more columns.
        board = self._board
        if board is not None and event.type() == QEvent.Type.Paint and watched is board.table.viewport():
            self._look(board.table)
        return False

    def _open(self) -> None:
        """The next step towards a board in use, once the windows are there."""
        console = next((w for w in QApplication.topLevelWidgets() if isinstance(w, ConsoleWindow)), None)
        if console is None or not console.isVisible():
            return
        if console.locked:
            panel, password = console.findChild(SignInPanel), self._password
            if panel is not None and password:
                self._password = ""
                panel.submitted.emit(SITTER, password, "", OWN_PASSWORD)
            return
        self._opening.stop()
        console.show_queue("open")
        # Who has just sat down gets a first case; the board is set up behind that.
        QTimer.singleShot(SEATED_MS, lambda: self._watch(console.face.board))

    def _watch(self, board: BoardPanel) -> None:
        board.table.sort_wanted.emit(*NEWEST_FIRST)
        # A chosen row keeps its place and what comes goes in above it, out of sight.
        board.table.choose(None)
        board.table.scrollToTop()
        self._board = board
        print("ready", flush=True)

    def _look(self, table: Table) -> None:
        """What this paint shows for the first time; it is on the screen when the event is over."""
        model = table.model()
        assert isinstance(model, TableModel)
        shown = (str(model.source.key(row)) for row in table.visible_rows())
        self._fresh += [incident for incident in shown if incident not in self.times]
        if self._fresh:
            QTimer.singleShot(0, self._tell)

    def _tell(self) -> None:
        now = time.monotonic()
        for incident in self._fresh:
            self.times.setdefault(incident, now)
        self._fresh.clear()


def _answer(painted: Painted) -> None:
    """When asked: all times, then the program's end."""
    sys.stdin.readline()
    for incident, at in list(painted.times.items()):
        print("painted", incident, at)
    print("end", flush=True)
    sys.stdin.readline()
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> int:
    folder, url, code, password = Path(sys.argv[1]), *sys.argv[2:5]
    app = QApplication(sys.argv[:1])
    painted = Painted(password)
    app.installEventFilter(painted)
    threading.Thread(target=_answer, args=(painted,), daemon=True).start()
    return run_hall(argparse.Namespace(data=folder, profile=["operator"], lang="zh", hub=url, code=code))


if __name__ == "__main__":
    raise SystemExit(main())
