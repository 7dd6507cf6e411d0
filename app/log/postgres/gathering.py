"""The writer of a hub process on a server: those who write at the same time are written together."""

from __future__ import annotations

import time

from app.log.numbering.group import Job
from app.log.writer import Writer, _Asked

LINGER_S = 0.0005
LINGERS_MAX = 4
"""A transaction costs the server's fsync and some ways to and fro, 3 to 7 ms, while nobody else may number.
Who was served a moment ago is about to come back: 2 ms of waiting at most save them every second of those."""


class GatheringWriter(Writer[Job]):
    """Waits while more company comes, and only where there was some: who writes alone waits for nothing."""

    _together = 1

    def _gather(self, first: _Asked[Job]) -> list[_Asked[Job]]:
        waiting = self._queue.qsize()
        if self._together > 1 or waiting:
            for _ in range(LINGERS_MAX):
                time.sleep(LINGER_S)
                before, waiting = waiting, self._queue.qsize()
                if waiting == before:
                    break
        group = super()._gather(first)
        self._together = len(group)
        return group
