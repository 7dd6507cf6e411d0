"""What PostgreSQL says of subjects, ids and origins that a group of appends and pushes asks about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from app.log.chain import digest
from app.log.entries import Draft, Entry
from app.log.judging import EID_PREFIX, Known, once
from app.log.numbering.ends import Ends
from app.log.numbering.pushing import End
from app.log.numbering.relaying import LowerHead
from app.log.postgres.texts import indexed

_UNIQUE = "SELECT subject, gseq FROM unique_subject WHERE subject = ANY(%s)"
_EIDS = "SELECT eid, gseq FROM entry WHERE eid = ANY(%s)"
# A look at the end of each subject's part of the index: the hall's own stands on thousands of entries.
_LATEST = (
    "SELECT j.subject, (SELECT s.gseq FROM subject AS s WHERE s.subject = j.subject "
    "ORDER BY s.gseq DESC LIMIT 1) FROM unnest(%s::text[]) AS j(subject)"
)
_LAST = (
    "SELECT e.oseq, e.gseq, e.at, e.raw FROM entry AS e "
    "WHERE e.origin = (SELECT n.id FROM name AS n WHERE n.text = %s) ORDER BY e.oseq DESC LIMIT 1"
)
_LAST_OSEQ = (
    "SELECT e.oseq FROM entry AS e WHERE e.origin = (SELECT n.id FROM name AS n WHERE n.text = %s) "
    "ORDER BY e.oseq DESC LIMIT 1"
)
_LOWER = "SELECT device, epoch, gseq, hash, hub_time FROM relayed WHERE stream = %s"
_PUT_LOWER = (
    "INSERT INTO relayed(stream, device, epoch, gseq, hash, hub_time) VALUES(%s, %s, %s, %s, %s, %s) "
    "ON CONFLICT(stream) DO UPDATE SET device = excluded.device, epoch = excluded.epoch, "
    "gseq = excluded.gseq, hash = excluded.hash, hub_time = excluded.hub_time"
)
_STANDING = (
    "SELECT e.oseq, e.raw FROM entry AS e "
    "WHERE e.origin = (SELECT n.id FROM name AS n WHERE n.text = %s) AND e.oseq = ANY(%s)"
)


def load_moved(connection: Connection, appends: Iterable[Sequence[Draft]]) -> Known:
    """What has moved on of the subjects that appends are based on; that nothing else of theirs stands already
    is left to the tables' own keys."""
    bases = {subject for append in appends for draft in append for subject in draft.base}
    return Known({}, _pairs(connection, _LATEST, bases))


def load_known(
    connection: Connection, appends: Iterable[Sequence[Draft]], entries: Sequence[Entry] = ()
) -> Known:
    """As `Known.load`."""
    drafts = [draft for append in appends for draft in append]
    every: list[Draft | Entry] = [*drafts, *entries]
    unique = _pairs(connection, _UNIQUE, {s for one in every for s in once(one.subjects)})
    eids = _pairs(connection, _EIDS, {one.eid for one in every})
    unique.update((EID_PREFIX + eid, gseq) for eid, gseq in eids.items())
    return Known(unique, _pairs(connection, _LATEST, {s for draft in drafts for s in draft.base}))


def last_oseq(connection: Connection, origin: str) -> int:
    """The last number of `origin` that stands in the log; 0 when none does."""
    return int(connection.exec_driver_sql(_LAST_OSEQ, (origin,)).scalar() or 0)


def read_lower(connection: Connection, stream: str) -> LowerHead:
    """How far the log has that of a lower hub; nothing of it yet is number 0."""
    row = connection.exec_driver_sql(_LOWER, (stream,)).first()
    return LowerHead() if row is None else LowerHead(*row)


def write_lower(connection: Connection, stream: str, lower: LowerHead) -> None:
    """Inside the caller's transaction, which holds the head."""
    place = (stream, lower.device, lower.epoch, lower.gseq, lower.hash, lower.hub_time)
    connection.exec_driver_sql(_PUT_LOWER, place)


class PgEnds(Ends):
    """Where origins end on PostgreSQL. What is held is stale once another process has numbered: `forget`."""

    def standing(self, origin: str, oseqs: Iterable[int]) -> dict[int, bytes]:
        end = self.get(origin).oseq
        staged = self._raws.get(origin, {})
        wanted = {oseq for oseq in oseqs if oseq <= end}
        found = {oseq: staged[oseq] for oseq in wanted if oseq in staged}
        missing = sorted(wanted - found.keys())
        if missing:
            rows = self._connection.exec_driver_sql(_STANDING, (origin, missing)).all()
            found.update((int(row[0]), bytes(row[1])) for row in rows)
        return found

    def _read(self, origin: str) -> End:
        row = self._connection.exec_driver_sql(_LAST, (origin,)).first()
        if row is None:
            return End()
        return End(int(row[0]), int(row[1]), int(row[2]), digest(self._algorithm, bytes(row[3])))


def _pairs(connection: Connection, query: str, keys: set[str]) -> dict[str, int]:
    if not keys:
        return {}
    # By what PostgreSQL holds of a key to the key itself; two keys never share a hash.
    texts = {indexed(key): key for key in keys}
    rows = connection.exec_driver_sql(query, (list(texts),))
    return {texts[row[0]]: int(row[1]) for row in rows if row[1] is not None}
