"""Where the entries of every other origin end: held in memory, read again after anything was rolled back."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection

from app.log.chain import digest
from app.log.entries import Numbered
from app.log.numbering.pushing import End

HELD_MAX = 4_096
"""Ends held at once: a hub has some hundred desks, and one that is not held costs one look into an index."""

_LAST = (
    "SELECT e.oseq, e.gseq, e.at, e.raw FROM entry AS e JOIN name AS n ON n.id = e.origin "
    "WHERE n.text = ? ORDER BY e.oseq DESC LIMIT 1"
)
_LAST_OSEQ = "SELECT max(e.oseq) FROM name AS n CROSS JOIN entry AS e ON e.origin = n.id WHERE n.text = ?"
_STANDING = (
    "SELECT e.oseq, e.raw FROM json_each(?) AS j CROSS JOIN name AS n ON n.text = ? "
    "CROSS JOIN entry AS e ON e.origin = n.id AND e.oseq = j.value"
)


def last_oseq(connection: Connection, origin: str) -> int:
    """The last number of `origin` that stands in the log; 0 when none does."""
    row = connection.exec_driver_sql(_LAST_OSEQ, (origin,)).first()
    return 0 if row is None or row[0] is None else int(row[0])


class Ends:
    """Belongs to a committer. What a group adds is staged until `settle`, and gone after `forget`."""

    def __init__(self, connection: Connection, algorithm: str) -> None:
        self._connection = connection
        self._algorithm = algorithm
        self._held: OrderedDict[str, End] = OrderedDict()
        self._staged: dict[str, End] = {}
        self._raws: dict[str, dict[int, bytes]] = {}

    def get(self, origin: str) -> End:
        """Where `origin` ends, what is staged included."""
        staged = self._staged.get(origin)
        if staged is not None:
            return staged
        if origin in self._held:
            self._held.move_to_end(origin)
        else:
            self._hold(origin, self._read(origin))
        return self._held[origin]

    def standing(self, origin: str, oseqs: Iterable[int]) -> dict[int, bytes]:
        """The bytes that stand under those numbers of `origin`, what is staged included."""
        end = self.get(origin).oseq
        staged = self._raws.get(origin, {})
        wanted = {oseq for oseq in oseqs if oseq <= end}
        found = {oseq: staged[oseq] for oseq in wanted if oseq in staged}
        missing = wanted - found.keys()
        if missing:
            asked = msgspec.json.encode(sorted(missing)).decode()
            rows = self._connection.exec_driver_sql(_STANDING, (asked, origin)).all()
            found.update((int(row[0]), bytes(row[1])) for row in rows)
        return found

    def hash_of(self, origin: str, algorithm: str) -> str:
        """The hash of the last bytes of `origin` by `algorithm`, which need not be the log's."""
        end = self.get(origin)
        if algorithm == self._algorithm:
            return end.hash
        return digest(algorithm, self.standing(origin, (end.oseq,))[end.oseq])

    def stage(self, origin: str, entries: Iterable[Numbered]) -> None:
        """Take in what was numbered in this transaction."""
        raws = self._raws.setdefault(origin, {})
        last = None
        for last in entries:
            raws[last.entry.oseq] = last.raw
        if last is not None:
            hashed = digest(self._algorithm, last.raw)
            self._staged[origin] = End(last.entry.oseq, last.gseq, last.at, hashed)

    def settle(self) -> None:
        """What was staged is on disk."""
        for origin, end in self._staged.items():
            self._hold(origin, end)
        self._staged, self._raws = {}, {}

    def forget(self) -> None:
        """What was staged never happened, and what is held is in doubt."""
        self._held.clear()
        self._staged, self._raws = {}, {}

    def _hold(self, origin: str, end: End) -> None:
        self._held[origin] = end
        self._held.move_to_end(origin)
        if len(self._held) > HELD_MAX:
            self._held.popitem(last=False)

    def _read(self, origin: str) -> End:
        row = self._connection.exec_driver_sql(_LAST, (origin,)).first()
        if row is None:
            return End()
        return End(int(row[0]), int(row[1]), int(row[2]), digest(self._algorithm, row[3]))
