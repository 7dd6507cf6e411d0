"""The waiting entries as the one writer holds them decoded: every take lays many anew over their cases."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from app.log.entries import Numbered
from app.log.following import pending

HELD_MAX = 10_000
"""Entries held, about 25 MB: some days of a desk that is cut off. Those beyond are read when wanted."""


class WaitingEntries:
    """Belongs to a follower. What it holds is on disk: it hears of entries after their commit only."""

    def __init__(self) -> None:
        self._held: dict[int, Numbered] = {}

    def held(self, written: Iterable[Numbered]) -> None:
        """These wait now."""
        for numbered in written:
            self._hold(numbered)

    def settled(self, oseqs: Iterable[int]) -> None:
        """These have their numbers."""
        for oseq in oseqs:
            self._held.pop(oseq, None)

    def forget(self) -> None:
        """What the file holds is in doubt."""
        self._held.clear()

    def about(self, connection: Connection, subjects: Iterable[str]) -> list[Numbered]:
        """As pending.read_about, in the order in which they were written."""
        wanted = pending.read_oseqs(connection, subjects)
        missing = [oseq for oseq in wanted if oseq not in self._held]
        read = {n.entry.oseq: n for n in pending.read_these(connection, missing)} if missing else {}
        self.held(read.values())
        held = self._held
        return [read[oseq] if oseq in read else held[oseq] for oseq in wanted]

    def _hold(self, numbered: Numbered) -> None:
        if len(self._held) < HELD_MAX:
            self._held[numbered.entry.oseq] = numbered
