"""What a lower hub's line to the hub above wants done: the core says it, a driver or a simulator does it."""

from __future__ import annotations

import msgspec

from app.log.entries import Numbered
from app.sync.desk.effects import Close


class SendUp(msgspec.Struct, frozen=True):
    """Put this frame on the line, behind those before it."""

    data: bytes


class ReadOn(msgspec.Struct, frozen=True):
    """Read entries of this hub's log and bring them to `page`."""

    after: int
    limit: int


class HearRequest(msgspec.Struct, frozen=True):
    """Take in the upper hub's entry `numbered` as a request, and tell `heard` or `not_heard`."""

    numbered: Numbered


UpEffect = SendUp | ReadOn | HearRequest | Close
