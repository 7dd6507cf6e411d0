"""Opening a hall off the UI thread, behind a window that says how far it has come and offers to stop it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import msgspec
from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from widgets.label import Label
from widgets.progress import ProgressBar
from widgets.tag import Tag
from widgets.theme import Theme

SIZE = QSize(560, 210)

SHOWN_AFTER_MS = 400
"""What opens at once needs no window that flashes up."""

Result = TypeVar("Result")


class StoppedError(Exception):
    """A person stopped the opening; what was written by then is whole."""


class Progress(msgspec.Struct, frozen=True):
    """Finished words, a remark, and how much is done, 0 to 1."""

    words: str
    note: str
    share: float


class Opening(QObject):
    """Runs the opening of a hall on a thread of its own; `tell` is called there and ends it once stopped."""

    _told = Signal(object)

    def __init__(self, window: StartWindow, stopping: str) -> None:
        super().__init__()
        self._window = window
        self._stopping = stopping
        self._stopped = threading.Event()
        self._told.connect(self._show, Qt.ConnectionType.QueuedConnection)
        window.stop_asked.connect(self.stop)

    async def run(self, work: Callable[[], Result]) -> Result:
        """The result of `work`; StoppedError when it was stopped, and whatever `work` raises."""
        QTimer.singleShot(SHOWN_AFTER_MS, self._window, self._window.show_unless_over)
        try:
            with ThreadPoolExecutor(1, "muster-opening") as pool:
                return await asyncio.get_running_loop().run_in_executor(pool, work)
        finally:
            self._window.finish()

    def tell(self, progress: Progress) -> None:
        """Show this; any thread. StoppedError when a person asked to stop."""
        if self._stopped.is_set():
            raise StoppedError
        self._told.emit(progress)

    def stop(self) -> None:
        self._stopped.set()
        self._window.stopping(self._stopping)

    @property
    def stopped(self) -> bool:
        return self._stopped.is_set()

    def _show(self, progress: Progress) -> None:
        if not self.stopped:
            self._window.tell(progress.words, progress.note, progress.share)


class StartWindow(QWidget):
    """`stop_asked` by the button, Esc or the frame; it stays until `finish`."""

    stop_asked = Signal()

    def __init__(self, theme: Theme, name: str, mark: str, stop: str) -> None:
        super().__init__()
        self._over = False
        self.setWindowTitle(" · ".join(part for part in (name, mark) if part))
        self._words = Label(theme, "", "body", "text2")
        self._note = Label(theme, "", "note", "text3")
        self._bar = ProgressBar(theme, name)
        self._stop = QPushButton(stop)
        self._stop.setFixedHeight(theme.target_px)
        self._stop.clicked.connect(self.stop_asked)
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(Label(theme, name, "heading", bold=True))
        head.addWidget(Tag(theme, mark, "text1"))
        head.addStretch(1)
        foot.addWidget(self._note, 1)
        foot.addWidget(self._stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.size(6),) * 4)
        column.setSpacing(theme.size(4))
        column.addLayout(head)
        column.addStretch(1)
        column.addWidget(self._words)
        column.addWidget(self._bar)
        column.addLayout(foot)
        theme.apply(self)
        self.setFixedSize(theme.px(SIZE.width()), theme.px(SIZE.height()))

    def tell(self, words: str, note: str, share: float) -> None:
        """What is being done now, a remark, and how much of it is done, 0 to 1."""
        self._words.set(words)
        self._note.set(note)
        self._bar.set_share(share)

    def stopping(self, words: str) -> None:
        """It was asked to stop and will, at the next safe place."""
        self._stop.setEnabled(False)
        self._words.set(words)

    def show_unless_over(self) -> None:
        """What was quick enough is never seen."""
        if not self._over:
            self.show()

    def finish(self) -> None:
        """Close for good."""
        self._over = True
        self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.stop_asked.emit()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._over:
            event.ignore()
            self.stop_asked.emit()
