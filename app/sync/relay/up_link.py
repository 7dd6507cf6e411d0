"""A lower hub's side of the line to the hub above, without socket, clock or disk: frames in, effects out."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import msgspec

from app.base.clock import SECOND_MS, Instant
from app.log.entries import Head, Numbered
from app.sync.desk.effects import Close
from app.sync.desk.standing import Standing
from app.sync.frames import PAGE_ENTRIES_MAX, PROTOCOL, Ping, Pong, Refused
from app.sync.hub.pages import encode_pages
from app.sync.lines import UnreadableError, numbered_of
from app.sync.relay.frames import (
    FromAbove,
    FromUpper,
    HelloUp,
    RelayAck,
    WelcomeUp,
    read_from_upper,
    write_relay_frame,
)
from app.sync.relay.up_effects import HearRequest, ReadOn, SendUp, UpEffect
from app.sync.status import LinkStatus

PAGES_AHEAD_MAX = 4
"""Pages sent and not yet acknowledged: enough to keep a line busy over a hundred ms of way."""

PING_MS = 5 * SECOND_MS
HEARD_MAX_MS = 15 * SECOND_MS
"""As on a desk's line: nothing heard for three pings, and the line is dead."""

REQUESTS_WAITING_MAX = 1_000
"""Requests heard and not yet on disk. An upper hub that sends more than this at once runs wild."""


class _Line:
    """What belongs to one connection. All times are of the boot clock, in ms."""

    def __init__(self, now: int) -> None:
        self.heard = now
        self.pinged = now
        self.stream = ""
        self.sent = 0
        self.reading = False
        # Where the upper hub has this log, until its own entry there is seen to be the same.
        self.unproved: WelcomeUp | None = None
        # Last numbers of the pages that the upper hub has not acknowledged.
        self.ahead: deque[int] = deque()
        self.requests: deque[Numbered] = deque()


class UpLink:
    """One lower hub's end of the line, over all its connections. The whole log goes up in order from where
    the upper hub has it; requests come down one by one.

    `head` is where this hub's log ends, `upper` how far the upper hub was known to have it, `above` the last
    entry of the upper hub that was taken in. `now` is always the boot clock in ms. Every input gives the
    effects to carry out, in order.
    """

    def __init__(
        self, origin: str, program: str, hub: str, head: Head, upper: int = 0, above: int = 0
    ) -> None:
        self._origin = origin
        self._program = program
        self._head = head
        self._line: _Line | None = None
        self._standing = Standing(hub, upper)
        self.upper = upper
        self.above = above

    @property
    def up(self) -> bool:
        """Whether a line is up and the upper hub welcomed this one on it."""
        return self._line is not None and bool(self._line.stream)

    @property
    def upper_stream(self) -> str:
        """Of the hub above, on the line that is up."""
        return self._line.stream if self._line is not None else ""

    def status(self, now: int, hall: Instant) -> LinkStatus:
        """How it stands; `pending` is what the upper hub does not have yet. `hall` is this hub's time at
        `now`."""
        return self._standing.status(now, hall, max(0, self._head.gseq - self.upper), "")

    def failed(self, now: int, refused: str = "") -> None:
        """No connection came about; `refused` when the upper hub's door said why."""
        self._standing.unreached(now, refused)

    def connected(self, head: Head, now: int) -> list[UpEffect]:
        """A connection is up; this hub's log ends at `head`."""
        self._line, self._head = _Line(now), head
        hello = HelloUp(
            PROTOCOL, self._program, self._origin, head.stream, head.epoch, head.gseq, head.hash, self.above
        )
        return [SendUp(write_relay_frame(hello))]

    def moved(self, head: Head) -> list[UpEffect]:
        """This hub's log ends at `head` now."""
        self._head = head
        return self._more()

    def received(self, data: bytes, now: int) -> list[UpEffect]:
        """One message of the upper hub."""
        line = self._line
        if line is None:
            return []
        line.heard = now
        self._standing.heard(now)
        try:
            frame = read_from_upper(data)
        except msgspec.DecodeError:
            return self._end("broken", now)
        if isinstance(frame, Refused):
            return self._end(frame.code, now, slow=frame.code != "busy")
        if isinstance(frame, WelcomeUp) == bool(line.stream):
            return self._end("broken", now)
        return self._heard(frame, line, now)

    def page(self, entries: Sequence[Numbered], now: int) -> list[UpEffect]:
        """What a ReadOn found."""
        line = self._line
        if line is None:
            return []
        line.reading = False
        if line.unproved is not None:
            return self._proved(line, line.unproved, entries, now)
        effects: list[UpEffect] = []
        for page in encode_pages(entries):
            line.sent = page.last
            line.ahead.append(page.last)
            effects.append(SendUp(page.data))
        return [*effects, *self._more()] if entries else effects

    def heard(self, gseq: int) -> list[UpEffect]:
        """The request at `gseq` of the upper hub is on this hub's disk, with what came of it."""
        self.above = max(self.above, gseq)
        line = self._line
        if line is None or not line.requests or line.requests[0].gseq != gseq:
            return []
        line.requests.popleft()
        return [HearRequest(line.requests[0])] if line.requests else []

    def not_heard(self, now: int) -> list[UpEffect]:
        """It could not be written: this hub's disk refuses."""
        return self._end("disk", now)

    def tick(self, now: int) -> list[UpEffect]:
        """Some time has passed: call at least every half second."""
        line = self._line
        if line is None:
            return []
        if now - line.heard >= HEARD_MAX_MS:
            return self._end("silent", now)
        if line.stream and now - line.pinged >= PING_MS:
            line.pinged = now
            return [SendUp(write_relay_frame(Ping(now, self._head.gseq)))]
        return []

    def lost(self, now: int) -> None:
        """The connection is down, for whatever reason."""
        self._line = None
        self._standing.cut(now)

    def _heard(self, frame: FromUpper, line: _Line, now: int) -> list[UpEffect]:
        match frame:
            case WelcomeUp():
                return self._welcome(frame, line, now)
            case RelayAck():
                if frame.gseq > line.sent or line.unproved is not None:
                    return self._end("broken", now)
                while line.ahead and line.ahead[0] <= frame.gseq:
                    line.ahead.popleft()
                self._reached(frame.gseq, now)
            case FromAbove():
                return self._requests(frame, line, now)
            case Pong():
                self._standing.rtt_ms = max(0, now - frame.boot)
        return self._more()

    def _welcome(self, welcome: WelcomeUp, line: _Line, now: int) -> list[UpEffect]:
        if welcome.protocol != PROTOCOL:
            return self._end("protocol", now, slow=True)
        if not welcome.stream or welcome.stream == self._head.stream:
            # Its own upper hub: somebody wrote down the wrong address.
            return self._end("stream", now, slow=True)
        if welcome.gseq > self._head.gseq:
            # This hub lost its disk and has not got everything back.
            self.upper = 0
            return self._end("ahead", now, slow=True)
        line.stream, line.sent = welcome.stream, welcome.gseq
        self._standing.welcome(self._head.gseq, 0, now)
        if not welcome.gseq:
            self._reached(0, now)
            return self._more()
        line.unproved, line.reading = welcome, True
        return [ReadOn(welcome.gseq - 1, 1)]

    def _proved(
        self, line: _Line, welcome: WelcomeUp, entries: Sequence[Numbered], now: int
    ) -> list[UpEffect]:
        """A hub that lost its disk may have numbered anew what the upper hub has otherwise: nothing of that
        is said to be there, nor passed on."""
        line.unproved = None
        if not entries or entries[0].gseq != welcome.gseq or entries[0].hash != welcome.hash:
            self.upper = 0
            return self._end("diverged", now, slow=True)
        self._reached(welcome.gseq, now)
        return self._more()

    def _reached(self, gseq: int, now: int) -> None:
        # An upper hub that lost its disk has less than it had: what it says now is true.
        self.upper = gseq
        self._standing.at(self._head.gseq, self.upper)
        self._standing.took(self.upper, now, self.up)

    def _requests(self, frame: FromAbove, line: _Line, now: int) -> list[UpEffect]:
        idle = not line.requests
        if len(line.requests) + len(frame.lines) > REQUESTS_WAITING_MAX:
            return self._end("rate", now, slow=True)
        for one in frame.lines:
            if one.gseq <= self.above:
                continue
            try:
                line.requests.append(numbered_of(one, line.stream, 0, ""))
            except UnreadableError:
                return self._end("broken", now, slow=True)
        return [HearRequest(line.requests[0])] if idle and line.requests else []

    def _more(self) -> list[UpEffect]:
        """Read on when there is more of the log than was sent and room for it on the line."""
        line = self._line
        if line is None or not line.stream or line.reading:
            return []
        if line.sent >= self._head.gseq or len(line.ahead) >= PAGES_AHEAD_MAX:
            return []
        line.reading = True
        return [ReadOn(line.sent, PAGE_ENTRIES_MAX)]

    def _end(self, code: str, now: int, *, slow: bool = False) -> list[UpEffect]:
        self._line = None
        self._standing.cut(now, code if slow else "")
        return [Close(code, slow)]
