"""One start of the hall, measured from outside: prints the seconds from spawn to the first painted row."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from views.shell import run_hall
from widgets.table import Table


class FirstPaint(QObject):
    """Watches all events; the first paint of a table that has rows ends the run."""

    def __init__(self, spawned: float) -> None:
        super().__init__()
        self._spawned = spawned
        self._done = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        table = watched.parent()
        if (
            not self._done
            and event.type() == QEvent.Type.Paint
            and isinstance(table, Table)
            and table.model().rowCount() > 0
        ):
            self._done = True
            # After this event the row is on the screen.
            QTimer.singleShot(0, self._tell)
        return False

    def _tell(self) -> None:
        print(f"painted {time.time() - self._spawned:.3f}", flush=True)
        os.kill(os.getpid(), signal.SIGTERM)


def main() -> int:
    folder, spawned = Path(sys.argv[1]), float(sys.argv[2])
    app = QApplication(sys.argv[:1])
    watch = FirstPaint(spawned)
    app.installEventFilter(watch)
    return run_hall(argparse.Namespace(data=folder, profile=["operator"], lang="zh"))


if __name__ == "__main__":
    raise SystemExit(main())
