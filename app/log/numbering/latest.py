"""The end of a log as its writer has it in hand: who follows closely reads and decodes nothing again."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from app.log.entries import Numbered

LATEST_BYTES_MAX = 16 * 1024 * 1024
"""Some ten thousand entries: seconds of the heaviest push, an hour of a busy hall. Who is further behind
reads the file."""


class Latest:
    """The last entries on disk, dense. Fed by the writer's thread after each commit; asked on any."""

    def __init__(self, bytes_max: int = LATEST_BYTES_MAX) -> None:
        self._bytes_max = bytes_max
        self._lock = threading.Lock()
        self._kept: list[Numbered] = []
        self._bytes = 0

    def add(self, entries: Sequence[Numbered]) -> None:
        """The next entries of the log, on disk by now. What does not follow begins anew."""
        if not entries:
            return
        with self._lock:
            if self._kept and entries[0].gseq != self._kept[-1].gseq + 1:
                self._kept, self._bytes = [], 0
            self._kept += entries
            self._bytes += sum(len(numbered.raw) for numbered in entries)
            if self._bytes > self._bytes_max:
                self._drop()

    def forget(self) -> None:
        """What is on disk is in doubt, or was written by another way."""
        with self._lock:
            self._kept, self._bytes = [], 0

    def after(self, gseq: int, limit: int) -> list[Numbered] | None:
        """As `read_after` of the log gives them; None when they must be read from the file."""
        with self._lock:
            kept = self._kept
            begin = gseq + 1 - kept[0].gseq if kept else -1
            return kept[begin : begin + limit] if begin >= 0 else None

    def _drop(self) -> None:
        """Half of it at once: dropping one for each that comes would move all of them each time."""
        gone = 0
        while gone < len(self._kept) - 1 and self._bytes > self._bytes_max // 2:
            self._bytes -= len(self._kept[gone].raw)
            gone += 1
        del self._kept[:gone]
