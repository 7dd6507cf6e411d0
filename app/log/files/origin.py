"""Sealing: what this database wrote becomes an entry, numbered and chained by its origin, encoded once."""

from __future__ import annotations

import msgspec

from app.base.errors import UsageError
from app.log.chain import GENESIS, digest
from app.log.entries import ENTRY_FORMAT, Draft, Entry, TimeClaim

ENTRY_BYTES_MAX = 1024 * 1024
"""Pictures and sound are attachments beside the log; a larger entry would stall every replica behind it."""

_encode = msgspec.json.Encoder().encode


class OriginTail(msgspec.Struct, frozen=True):
    """Where one origin stands: its last dense number and the hash of the bytes it wrote there."""

    oseq: int = 0
    hash: str = GENESIS


def seal(
    draft: Draft, origin: str, tail: OriginTail, claim: TimeClaim, algorithm: str
) -> tuple[Entry, bytes, OriginTail]:
    """The entry of `draft`, its bytes and the origin's new tail. UsageError when the entry is too big."""
    entry = Entry(
        v=ENTRY_FORMAT,
        eid=draft.eid,
        origin=origin,
        oseq=tail.oseq + 1,
        prev_origin_hash=tail.hash,
        kind=draft.kind,
        kind_version=draft.kind_version,
        cmd=draft.cmd,
        cause=draft.cause,
        subjects=tuple(draft.subjects),
        base=dict(draft.base),
        actor=draft.actor,
        desk=draft.desk,
        session=draft.session,
        occurred_at=draft.occurred_at,
        time=claim,
        body=msgspec.Raw(_encode(draft.body)),
    )
    raw = _encode(entry)
    if len(raw) > ENTRY_BYTES_MAX:
        raise UsageError("entry_too_big", kind=draft.kind, bytes=len(raw), bytes_max=ENTRY_BYTES_MAX)
    return entry, raw, OriginTail(entry.oseq, digest(algorithm, raw))
