"""What a desk's line at the hub wants done: the core says it, a driver or a simulator does it."""

from __future__ import annotations

import msgspec

from app.log.entries import Numbered, Parcel, Secret
from app.sync.frames import Hello


class Look(msgspec.Struct, frozen=True):
    """Find out about the desk that said this and bring it to `examined`."""

    hello: Hello


class Number(msgspec.Struct, frozen=True):
    """Push these and bring the outcome to `pushed` or `not_pushed`."""

    parcels: tuple[Parcel, ...]


class Show(msgspec.Struct, frozen=True):
    """Bring the personal data behind these, as far as this desk may have it, to `shown`."""

    refs: tuple[str, ...]


class TakeBack(msgspec.Struct, frozen=True):
    """Put these lines behind the head of the restored log and bring the outcome to `took_back`."""

    lines: tuple[Numbered, ...]


class Adopt(msgspec.Struct, frozen=True):
    """Number these, whoever wrote them, and tell `adopted`."""

    parcels: tuple[Parcel, ...]


class KeepBack(msgspec.Struct, frozen=True):
    """Keep this personal data, which the hub lost, and tell `kept_back`."""

    secrets: tuple[Secret, ...]


class Reached(msgspec.Struct, frozen=True):
    """The desk has the log up to `gseq` on its disk, and people of `units` sit at it."""

    gseq: int
    units: tuple[str, ...] = ()


Wish = Look | Number | Show | TakeBack | Adopt | KeepBack | Reached
"""What a message of the desk asks for. Nothing more is read from the line before it is done."""


class SendBytes(msgspec.Struct, frozen=True):
    """Put this on the line."""

    data: bytes


class Read(msgspec.Struct, frozen=True):
    """Read entries of the log and bring them to `page`."""

    after: int
    limit: int


class End(msgspec.Struct, frozen=True):
    """Close the line; everything that was to be said was said."""

    code: str


Step = SendBytes | Read | End
"""What the sending side does next."""
