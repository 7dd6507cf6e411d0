"""What a lower hub and the hub above it say to each other, beside the News of the log, which go up here."""

from __future__ import annotations

import msgspec

from app.base.clock import Instant
from app.sync.frames import Line, News, Ping, Pong, Refused

RELAY_PROTOCOL = "muster.relay"
"""The WebSocket's subprotocol by which a lower hub asks for this line, at the address of the desks' line."""


class HelloUp(msgspec.Struct, frozen=True, tag="hello_up"):
    """The lower hub's first frame: the `origin` it writes as, its stream and where that ends. `above` is the
    last entry of the upper hub that was taken in here as a request."""

    protocol: int
    program: str
    origin: str
    stream: str
    epoch: int
    gseq: int
    hash: str
    above: int = 0


class WelcomeUp(msgspec.Struct, frozen=True, tag="welcome_up"):
    """The upper hub's first frame: its own stream, how far it has the lower hub's, the hash of that entry in
    the lower hub's chain, and its time."""

    protocol: int
    program: str
    stream: str
    gseq: int
    hub_time: Instant
    hash: str = ""


class RelayAck(msgspec.Struct, frozen=True, tag="relay_ack"):
    """Everything of the lower hub's log up to its number `gseq` is durable at the upper hub."""

    gseq: int


class FromAbove(msgspec.Struct, frozen=True, tag="from_above"):
    """Entries of the upper hub that are addressed to the lower one, in order; never dense, for all others are
    none of its business."""

    lines: tuple[Line, ...]


FromLower = HelloUp | News | Ping
FromUpper = WelcomeUp | RelayAck | FromAbove | Pong | Refused

_encode = msgspec.msgpack.Encoder().encode
_from_lower: msgspec.msgpack.Decoder[FromLower] = msgspec.msgpack.Decoder(FromLower)
_from_upper: msgspec.msgpack.Decoder[FromUpper] = msgspec.msgpack.Decoder(FromUpper)


def write_relay_frame(frame: FromLower | FromUpper) -> bytes:
    return _encode(frame)


def read_from_lower(data: bytes) -> FromLower:
    """msgspec.DecodeError or ValidationError for anything that is no frame of a lower hub."""
    return _from_lower.decode(data)


def read_from_upper(data: bytes) -> FromUpper:
    """msgspec.DecodeError or ValidationError for anything that is no frame of an upper hub."""
    return _from_upper.decode(data)
