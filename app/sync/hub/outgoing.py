"""What a hub sends a desk next: answers first, then where the hub stands, then the log from a cursor."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from app.base.clock import SECOND_MS
from app.log.entries import Numbered
from app.sync.frames import PAGE_ENTRIES_MAX, Ack, At, FromHub, Ping, Pong, write_frame
from app.sync.hub.effects import End, Read, SendBytes, Step
from app.sync.hub.fan_out import FanOut
from app.sync.hub.pages import Page, encode_pages
from app.sync.ports import Moment

AT_PAUSE_MS = 250
"""A line that is behind hears this often where the hub stands, for its progress; more would only cost."""

QUIET_MS = 5 * SECOND_MS
"""A line on which nothing happens hears the head this often: announcements are never needed."""


class Outgoing:
    """The sending side of one line. It holds no queue of news: a page is taken when there is room for it."""

    def __init__(self, fan: FanOut, now: Moment) -> None:
        self._fan = fan
        self._open = False
        self._held = False
        self.cursor = 0
        # Pages of one Read; the ring's are taken one by one.
        self._pages: deque[Page] = deque()
        self._reading = False
        self._first: deque[bytes] = deque()
        # Of these only the last matters: a desk that reads slowly is behind by one of each at most.
        self._ack: Ack | None = None
        self._ping: Ping | None = None
        self._said_at = now.boot
        self._told_at = now.boot
        self._told = (0, 0, 0)
        self.ending = ""

    @property
    def unsent(self) -> bool:
        """Whether answers wait that the desk has not taken off the line."""
        return bool(self._first)

    def open(self, cursor: int) -> None:
        """Send the log from `cursor` on."""
        self._open, self.cursor = True, cursor

    def hold(self) -> None:
        """Answer, and send nothing of the log: it is no desk's yet, or goes on otherwise than this desk's."""
        self._open = self._held = True

    def say(self, frame: FromHub) -> None:
        self._first.append(write_frame(frame))

    def acknowledge(self, ack: Ack) -> None:
        self._ack = ack

    def answer(self, ping: Ping) -> None:
        self._ping = ping

    def page(self, entries: Sequence[Numbered]) -> None:
        """What a Read found."""
        self._reading = False
        if entries:
            self._pages.extend(encode_pages(entries))
        else:
            # The log is shorter than it was said to be: the desk must ask anew what it now is.
            self.end("shorter")

    def end(self, code: str) -> None:
        """Close the line behind what was said; the first reason counts."""
        self.ending = self.ending or code

    def next(self, now: Moment) -> Step | None:
        """The next thing to do; None: nothing until something changes."""
        step = self._next(now)
        if isinstance(step, SendBytes):
            self._said_at = now.boot
        return step

    def _next(self, now: Moment) -> Step | None:
        if self._first:
            return SendBytes(self._first.popleft())
        if self.ending:
            return End(self.ending)
        if not self._open:
            return None
        answer = self._answer(now)
        if answer is not None:
            return SendBytes(write_frame(answer))
        return None if self._held else self._news()

    def _answer(self, now: Moment) -> FromHub | None:
        if self._ack is not None:
            ack, self._ack = self._ack, None
            return ack
        if self._ping is not None:
            ping, self._ping = self._ping, None
            return Pong(ping.boot, now.hub_time)
        return None if self._held else self._at(now)

    def _at(self, now: Moment) -> At | None:
        fan = self._fan
        # News says itself where the hub stands; who is behind does not see its end.
        ahead = fan.head.gseq if self.cursor < fan.head.gseq else 0
        stand = (ahead, fan.upper, fan.digest_gseq)
        moved = any(new > old for new, old in zip(stand, self._told, strict=True))
        due = moved and now.boot - self._told_at >= AT_PAUSE_MS
        if not due and now.boot - self._said_at < QUIET_MS:
            return None
        self._told, self._told_at = stand, now.boot
        return At(fan.head.gseq, now.hub_time, fan.upper, fan.digest_gseq, fan.digest)

    def _news(self) -> Step | None:
        if not self._pages:
            if self._reading or self.cursor >= self._fan.head.gseq:
                return None
            page = self._fan.page_after(self.cursor)
            if page is None:
                self._reading = True
                missing = self._fan.missing_after(self.cursor)
                return Read(self.cursor, min(PAGE_ENTRIES_MAX, missing))
            self._pages.append(page)
        page = self._pages.popleft()
        self.cursor = page.last
        return SendBytes(page.data)
