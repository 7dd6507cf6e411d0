"""What a fact in the log looks like before it is written, as its origin writes it, and once numbered."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from app.base.clock import Instant

ENTRY_FORMAT = 1
"""The `v` of every entry: the shape of the envelope, not of the body."""

UNIQUE_PREFIXES = ("ext:", "idem:", "code:")
"""Subjects that may stand on one entry only: a source's own number, a repeated request, a case code."""


PENDING_FROM = 1 << 60
"""Numbers from here on are no hub's: `PENDING_FROM + oseq` places an entry that waits for its number behind
all that have one."""


class TimeClaim(msgspec.Struct, frozen=True, gc=False):
    """What the writing PC believed about time: wall and boot clock in ms, and its guess of the hub's time.

    `err` is how far the guess may be off, in ms; None means unverified: the machine restarted while cut off,
    or never met a hub.
    """

    wall: Instant
    boot: int
    boot_id: str
    est_hub: Instant | None = None
    err: int | None = None


class Secret(msgspec.Struct, frozen=True):
    """Personal data on its way to the vault: the entry carries only `ref`, a mask and a salted hash."""

    ref: str
    case: str
    field: str
    value: str
    salt: bytes


class Parcel(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An entry's bytes as its origin sealed them, on their way to the hub, with the personal data they refer
    to."""

    raw: bytes
    secrets: tuple[Secret, ...] = ()


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A decided fact that is not yet written. `body` is a domain struct of the kind's version.

    `subjects` name what the fact is about, e.g. `incident:<id>`; `base` says which number of each subject the
    decider had seen. `occurred_at` is the time the source claims, in ms UTC.
    """

    eid: str
    kind: str
    kind_version: int
    body: msgspec.Struct
    subjects: tuple[str, ...]
    actor: str
    occurred_at: Instant
    base: Mapping[str, int] = {}
    cmd: str = ""
    cause: str | None = None
    desk: str = ""
    session: str = ""
    secrets: tuple[Secret, ...] = ()


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One fact as its origin wrote it; these bytes are stored, hashed and sent, and never encoded again."""

    v: int
    eid: str
    origin: str
    oseq: int
    prev_origin_hash: str
    kind: str
    kind_version: int
    cmd: str
    cause: str | None
    subjects: tuple[str, ...]
    base: dict[str, int]
    actor: str
    desk: str
    session: str
    occurred_at: Instant
    time: TimeClaim
    body: msgspec.Raw


class Numbered(msgspec.Struct, frozen=True, gc=False):
    """An entry with its place: dense `gseq` in `stream`, the hub's time, and the chain of the stream.

    `at` is the effective time: what deadlines count from. `raw` are the origin's bytes. A `verdict` that is
    not empty is the rule the entry breaks: it is numbered, kept, shown in quarantine, and no fold takes it.
    `home` and `home_gseq` say where an entry stands in the stream of the hub that owns it, when that is
    another one.
    """

    gseq: int
    stream: str
    epoch: int
    hub_time: Instant
    at: Instant
    prev_hash: str
    hash: str
    raw: bytes
    entry: Entry
    verdict: str = ""
    home: str = ""
    home_gseq: int = 0

    @property
    def pending(self) -> bool:
        """Durable on this PC only: no hub has numbered it yet."""
        return self.gseq >= PENDING_FROM


class Head(msgspec.Struct, frozen=True):
    """Where a stream stands: its last number and that number's hash."""

    stream: str
    epoch: int
    gseq: int
    hash: str


_decoder = msgspec.json.Decoder(Entry)


def read_entry(raw: bytes) -> Entry:
    """Decode an origin's bytes; msgspec.DecodeError or ValidationError when they are not an entry."""
    return _decoder.decode(raw)
