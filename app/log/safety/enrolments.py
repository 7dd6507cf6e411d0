"""One-time codes of enrolment as the database keeps them: of a code its hash only."""

from __future__ import annotations

import msgspec
from sqlalchemy import delete, insert, or_, select, update

from app.base.clock import Instant
from app.log.safety.safe import Safe
from app.log.safety.tables import enrolment


class Invitation(msgspec.Struct, frozen=True):
    """One row. `letters` is empty when any free pair will do; `used_by` is the fingerprint of the key the
    code was used for and `device` the origin, both empty before."""

    code_hash: bytes
    label: str
    letters: str
    expires_at: Instant
    used_at: Instant = 0
    used_by: str = ""
    device: str = ""


class Enrolments:
    """Reads and writes the rows. Writing waits for the disk: not on a thread that serves others."""

    def __init__(self, safe: Safe) -> None:
        self._safe = safe

    def get(self, code_hash: bytes) -> Invitation | None:
        found = select(enrolment).where(enrolment.c.code_hash == code_hash)
        row = self._safe.reader().execute(found).first()
        return Invitation(**row._mapping) if row is not None else None

    def put(self, row: Invitation, now: Instant) -> None:
        """Keep a new code, and forget those that ended unused."""
        stale = delete(enrolment).where(enrolment.c.expires_at <= now, enrolment.c.used_at == 0)
        new = insert(enrolment).values(msgspec.structs.asdict(row))
        self._safe.write(lambda c: c.execute(stale).rowcount + c.execute(new).rowcount).result()

    def spend(self, code_hash: bytes, now: Instant, used_by: str, device: str) -> bool:
        """Use a code up for one key of one device; False when another had it first. The same key and device
        may ask again: its first answer may have been lost on the way."""
        mine = (enrolment.c.used_by == used_by) & (enrolment.c.device == device)
        used = (
            update(enrolment)
            .where(enrolment.c.code_hash == code_hash, enrolment.c.expires_at > now)
            .where(or_(enrolment.c.used_at == 0, mine))
            .values(used_at=now, used_by=used_by, device=device)
        )
        return self._safe.write(lambda c: c.execute(used).rowcount).result() == 1
