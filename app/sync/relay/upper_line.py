"""One lower hub's line at the hub above it, without socket, clock or disk: messages in, what to send out."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import msgspec

from app.base.clock import SECOND_MS
from app.log.entries import Numbered
from app.log.following.taking import Mismatch
from app.log.numbering.relaying import LowerHead, Relayed
from app.sync.frames import (
    FRAME_BYTES_MAX,
    PAGE_ENTRIES_MAX,
    PROTOCOL,
    News,
    Ping,
    Pong,
    Refused,
)
from app.sync.hub.effects import End, Read, SendBytes, Step
from app.sync.hub.fan_out import FanOut
from app.sync.lines import UnreadableError, line_of, numbered_lines
from app.sync.ports import Moment
from app.sync.relay.frames import (
    FromAbove,
    FromLower,
    FromUpper,
    HelloUp,
    RelayAck,
    WelcomeUp,
    read_from_lower,
    write_relay_frame,
)

HEARD_MAX_MS = 20 * SECOND_MS
"""As on a desk's line: a lower hub speaks every 5 s, and resumes where the upper hub has its log."""

REQUESTS_AT_ONCE = 100
"""Requests in one frame: people write them, so that more is a backlog of weeks."""


class LookUp(msgspec.Struct, frozen=True):
    """Find out about the hub that said this and bring it to `examined`."""

    hello: HelloUp


class TakeUp(msgspec.Struct, frozen=True):
    """Number these lines of the lower hub's log and bring the outcome to `relayed`."""

    lines: tuple[Numbered, ...]


UpperWish = LookUp | TakeUp


class FoundLower(msgspec.Struct, frozen=True):
    """What the upper hub knows of a hub that says hello: its own `stream`, how far it has the lower one's log
    and by whom, and how the caller stands: `standing` is empty, `origin`, `revoked`, or `stream` where
    another live device passes that stream on."""

    stream: str
    lower: LowerHead
    standing: str = ""


class UpperLine:
    """Judges what one lower hub says and knows what to send it. `certified` is the origin its certificate
    names, empty on a line without certificates. `fan` says where this hub's log ends: requests are looked for
    when that has moved."""

    def __init__(self, fan: FanOut, program: str, now: Moment, certified: str = "") -> None:
        self._fan = fan
        self._program = program
        self._certified = certified
        self._hello: HelloUp | None = None
        self._open = False
        self._busy = False
        self._heard = now.boot
        self._first: deque[bytes] = deque()
        # Of these only the last matters.
        self._ack: RelayAck | None = None
        self._ping: Ping | None = None
        self._looking = False
        # The last request that was sent, and how far this hub's log was looked through for more.
        self._sent = 0
        self._looked = 0
        self.origin = ""
        self.stream = ""
        self.ending = ""

    def received(self, data: bytes, now: Moment) -> UpperWish | None:
        """One message of the lower hub; never while a wish is not done."""
        if self.ending:
            return None
        self._heard = now.boot
        if len(data) > FRAME_BYTES_MAX:
            self.refuse("too_big")
            return None
        try:
            frame = read_from_lower(data)
        except msgspec.DecodeError:
            self.refuse("broken", "frame")
            return None
        wish = self._judge(frame)
        self._busy = wish is not None
        return wish

    def examined(self, found: FoundLower, now: Moment) -> None:
        """What a LookUp found: the lower hub is let in, or told why not."""
        self._done(now)
        hello = self._hello
        assert hello is not None
        code = _unfit(hello, found, self._certified)
        if code:
            self.refuse(code)
            return
        self.origin, self.stream = hello.origin, hello.stream
        self._open, self._sent = True, hello.above
        lower = found.lower
        self._say(WelcomeUp(PROTOCOL, self._program, found.stream, lower.gseq, now.hub_time, lower.hash))

    def relayed(self, outcome: Relayed | Mismatch, now: Moment) -> None:
        """What became of a TakeUp."""
        self._done(now)
        if isinstance(outcome, Relayed):
            self._ack = RelayAck(outcome.gseq)
        else:
            self.refuse("diverged", outcome.rule)

    def failed(self) -> None:
        """A wish could not be done: this hub's disk refuses."""
        self.refuse("busy")

    def requests(self, entries: Sequence[Numbered]) -> None:
        """What a Read found: entries addressed to the lower hub, in order."""
        self._looking = False
        if entries:
            self._sent = entries[-1].gseq
            self._say(FromAbove(tuple(line_of(numbered) for numbered in entries)))
        if len(entries) == REQUESTS_AT_ONCE:
            # There may be more behind these.
            self._looked = self._sent

    def refuse(self, code: str, detail: str = "") -> None:
        """Say why, and end the line; the first reason counts."""
        if not self.ending:
            self._say(Refused(code, detail))
            self.ending = code

    def next(self, now: Moment) -> Step | None:
        """The next thing to do for the sending side; None: nothing until it is woken."""
        if not self._busy and now.boot - self._heard >= HEARD_MAX_MS:
            self.ending = self.ending or "silent"
        if self._first:
            return SendBytes(self._first.popleft())
        if self.ending:
            return End(self.ending)
        if self._ack is not None:
            ack, self._ack = self._ack, None
            return SendBytes(write_relay_frame(ack))
        if self._ping is not None:
            ping, self._ping = self._ping, None
            return SendBytes(write_relay_frame(Pong(ping.boot, now.hub_time)))
        return self._look()

    def _look(self) -> Read | None:
        """Look for requests once for each time this hub's log has moved."""
        head = self._fan.head.gseq
        if not self._open or self._looking or self._looked >= head:
            return None
        self._looking, self._looked = True, head
        return Read(self._sent, REQUESTS_AT_ONCE)

    def _judge(self, frame: FromLower) -> UpperWish | None:
        if isinstance(frame, HelloUp) == (self._hello is not None):
            self.refuse("broken", "hello")
            return None
        match frame:
            case HelloUp():
                self._hello = frame
                return LookUp(frame)
            case News():
                return self._news(frame)
        self._ping = frame
        return None

    def _news(self, news: News) -> TakeUp | None:
        if len(news.lines) > PAGE_ENTRIES_MAX:
            self.refuse("too_big")
            return None
        try:
            return TakeUp(numbered_lines(news, self.stream))
        except UnreadableError:
            self.refuse("broken", "unreadable")
            return None

    def _say(self, frame: FromUpper) -> None:
        self._first.append(write_relay_frame(frame))

    def _done(self, now: Moment) -> None:
        # A lower hub whose wish took long could not speak meanwhile: its silence counts from here.
        self._busy = False
        self._heard = now.boot


def _unfit(hello: HelloUp, found: FoundLower, certified: str) -> str:
    """The code of the refusal, empty for none."""
    if hello.protocol != PROTOCOL:
        return "protocol"
    if min(hello.gseq, hello.above, hello.epoch) < 0 or not hello.origin or not hello.stream:
        return "broken"
    if certified and hello.origin != certified:
        return "origin"
    if found.standing:
        return found.standing
    if hello.stream == found.stream:
        return "stream"
    lower = found.lower
    # At the same number the same entry must stand; further on the lower hub tells itself.
    return "diverged" if lower.gseq == hello.gseq and lower.gseq and lower.hash != hello.hash else ""
