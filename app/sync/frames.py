"""What desk and hub say to each other: a struct a frame, MessagePack on a WebSocket, limits before all."""

from __future__ import annotations

from typing import Literal

import msgspec

from app.base.clock import Instant
from app.log.entries import Parcel, Secret
from app.log.epochs import Began

PROTOCOL = 1
"""Changed when a frame changes in a way that an older program cannot pass over."""

FRAME_BYTES_MAX = 4 * 1024 * 1024
"""One frame holds a page of entries; something larger is refused before it is parsed."""

PAGE_ENTRIES_MAX = 500
PAGE_BYTES = 1024 * 1024
"""A page of entries ends at whichever comes first: others get their turn on the line every few ms."""


Phase = Literal["", "reclaim", "astray"]


class Line(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A numbered entry on the line; its previous hash is that of the line before."""

    gseq: int
    hub_time: Instant
    at: Instant
    hash: str
    raw: bytes
    verdict: str = ""
    home: str = ""
    home_gseq: int = 0


class Hello(msgspec.Struct, frozen=True, tag="hello"):
    """The desk's first frame: who it is and where its confirmed log ends. `stream` is empty for a new desk.

    `oseq` is the last entry the desk itself has sealed.
    """

    protocol: int
    program: str
    origin: str
    stream: str
    epoch: int
    gseq: int
    hash: str
    oseq: int


class Push(msgspec.Struct, frozen=True, tag="push"):
    """Entries of the desk's own, in order."""

    parcels: tuple[Parcel, ...]


class Ping(msgspec.Struct, frozen=True, tag="ping"):
    """Asks for the hub's time; `boot` is the desk's boot clock, given back untouched. `gseq` is how far the
    desk's log is on its disk, `units` whose people sit at it: together what a hub calls delivered."""

    boot: int
    gseq: int
    units: tuple[str, ...] = ()


class AskSecrets(msgspec.Struct, frozen=True, tag="ask_secrets"):
    """Asks for personal data behind references; the hub answers only what a reveal in the log allows."""

    refs: tuple[str, ...]


class Lines(msgspec.Struct, frozen=True, tag="lines"):
    """The answer to Reclaim: what the desk once took from this hub after the asked number, exactly as it was
    numbered; nothing when that is all."""

    epoch: int
    prev_hash: str
    lines: tuple[Line, ...]


class Strays(msgspec.Struct, frozen=True, tag="strays"):
    """Entries of any origin that the desk has and the hub lost, in their old order; they get new numbers."""

    parcels: tuple[Parcel, ...]


class GiveBack(msgspec.Struct, frozen=True, tag="give_back"):
    """The answer to AskBack: what the desk has of it."""

    secrets: tuple[Secret, ...]


class Welcome(msgspec.Struct, frozen=True, tag="welcome"):
    """The hub's first frame: its stream and head, the last number it has of the desk's own entries, its time.

    `upper` is how far the upper hub has this log; 0 without one. A `phase` that is not empty keeps work off
    the line: `reclaim` while a restored hub takes back what it lost, `astray` when this desk's log goes on
    otherwise than the hub's. `epochs` are those of the hub's log, said when there is more than one.
    """

    protocol: int
    program: str
    stream: str
    epoch: int
    gseq: int
    hash: str
    oseq: int
    hub_time: Instant
    upper: int = 0
    phase: Phase = ""
    epochs: tuple[Began, ...] = ()


class Reclaim(msgspec.Struct, frozen=True, tag="reclaim"):
    """Asks for the desk's next lines after `gseq`, where a restored hub stands now."""

    gseq: int


class StraysKept(msgspec.Struct, frozen=True, tag="strays_kept"):
    """The Strays before this are durable at the hub."""


class AskBack(msgspec.Struct, frozen=True, tag="ask_back"):
    """Asks for personal data that the hub lost and this desk may hold."""

    refs: tuple[str, ...]


class News(msgspec.Struct, frozen=True, tag="news"):
    """The next lines of the log, dense, after the line whose hash is `prev_hash`."""

    epoch: int
    prev_hash: str
    lines: tuple[Line, ...]


class Ack(msgspec.Struct, frozen=True, tag="ack"):
    """Everything of the desk's own up to `oseq` is durable at the hub."""

    oseq: int
    gseq: int


class At(msgspec.Struct, frozen=True, tag="at"):
    """Where the hub stands: sent when it moved, coalesced, and in quiet times. `digest` is that of the state
    at `digest_gseq`, for the desk to compare with its own."""

    gseq: int
    hub_time: Instant
    upper: int = 0
    digest_gseq: int = 0
    digest: str = ""


class Pong(msgspec.Struct, frozen=True, tag="pong"):
    """The answer to Ping."""

    boot: int
    hub_time: Instant


class Secrets(msgspec.Struct, frozen=True, tag="secrets"):
    """The answer to AskSecrets, in the order of the asking: what was not erased and may be shown. `more`: the
    rest of the same answer follows."""

    secrets: tuple[Secret, ...]
    more: bool = False


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """Why the line is closed. `code` is a key under `sync.refused.` of the language catalogue:
    `protocol`, `stream`, `origin`, `forked`, `revoked`, `broken`, `too_big`, `rate`, `ahead`,
    `diverged`, and two after which calling again soon is right: `busy` when the hub's own disk refused, and
    `began` when a restored hub has its log back."""

    code: str
    detail: str = ""


FromDesk = Hello | Push | Ping | AskSecrets | Lines | Strays | GiveBack
FromHub = Welcome | News | Ack | At | Pong | Secrets | Refused | Reclaim | StraysKept | AskBack

_encode = msgspec.msgpack.Encoder().encode
_from_desk: msgspec.msgpack.Decoder[FromDesk] = msgspec.msgpack.Decoder(FromDesk)
_from_hub: msgspec.msgpack.Decoder[FromHub] = msgspec.msgpack.Decoder(FromHub)


def write_frame(frame: FromDesk | FromHub) -> bytes:
    return _encode(frame)


def read_from_desk(data: bytes) -> FromDesk:
    """msgspec.DecodeError or ValidationError for anything that is no frame of a desk."""
    return _from_desk.decode(data)


def read_from_hub(data: bytes) -> FromHub:
    """msgspec.DecodeError or ValidationError for anything that is no frame of a hub."""
    return _from_hub.decode(data)
