"""One desk's line at the hub, without socket, clock or disk: messages in, the next thing to send out."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from app.base.clock import SECOND_MS
from app.log.entries import Numbered, Secret
from app.log.following.taking import Mismatch, Taken
from app.log.port import Accepted, Broken, Forked, Gap, Pushed
from app.sync.frames import (
    FRAME_BYTES_MAX,
    PAGE_BYTES,
    PAGE_ENTRIES_MAX,
    PROTOCOL,
    Ack,
    AskSecrets,
    FromDesk,
    GiveBack,
    Hello,
    Lines,
    Ping,
    Push,
    Refused,
    Secrets,
    Strays,
    Welcome,
    read_from_desk,
)
from app.sync.hub.coming_back import ComingBack
from app.sync.hub.effects import Adopt, KeepBack, Look, Number, Reached, Show, Step, TakeBack, Wish
from app.sync.hub.examining import examine, phase_of
from app.sync.hub.fan_out import FanOut
from app.sync.hub.outgoing import Outgoing
from app.sync.hub.token_bucket import TokenBucket
from app.sync.ports import Found, Moment

HEARD_MAX_MS = 20 * SECOND_MS
"""A desk speaks every 5 s. One that is silent for this long is gone; it resumes by its cursor."""

ASKED_PER_S = 20
ASKED_AT_ONCE = 60
"""Pings and questions; a desk sends either once in seconds. Pushes need no rate: one is read at a time."""

REFS_MAX = 500
"""References in one question: all that a case and its reports refer to, many times over."""


UNITS_MAX = 16
"""Units whose people sit at one PC: a counter shared by several departments has a handful."""


class HubLine:
    """Judges what one desk says and knows what to send it next.

    The reading side gives each message to `received` and does the Wish it gets before it reads another. The
    sending side calls `next` again and again, and waits for a wake when it gives None. `certified` is the
    origin that the desk's certificate names, empty on a line without certificates.
    """

    def __init__(self, fan: FanOut, program: str, now: Moment, certified: str = "") -> None:
        self._fan = fan
        self._program = program
        self._certified = certified
        self._out = Outgoing(fan, now)
        self._back = ComingBack(self._out)
        self._bucket = TokenBucket(ASKED_PER_S, ASKED_AT_ONCE, now.boot)
        self._hello: Hello | None = None
        self._busy = False
        self._heard = now.boot
        self.origin = ""
        self.delivered = 0
        self.units: tuple[str, ...] = ()

    @property
    def cursor(self) -> int:
        """How far the log was sent; `delivered` is how far the desk has it on its disk."""
        return self._out.cursor

    @property
    def ending(self) -> str:
        """The code for which the line ends; empty while it does not."""
        return self._out.ending

    def received(self, data: bytes, now: Moment) -> Wish | None:
        """One message of the desk; never while a Wish is not done, save a Number: the outcomes of several are
        to be told in their order."""
        if self.ending:
            return None
        self._heard = now.boot
        if len(data) > FRAME_BYTES_MAX:
            self.refuse("too_big")
            return None
        try:
            frame = read_from_desk(data)
        except msgspec.DecodeError:
            self.refuse("broken", "frame")
            return None
        wish, code, detail = self._judge(frame, now)
        if code:
            self.refuse(code, detail)
        self._busy = isinstance(wish, Look | Number | Show | TakeBack | Adopt | KeepBack)
        return wish

    def examined(self, found: Found, now: Moment) -> None:
        """What a Look found: the desk is let in, or told why not."""
        self._done(now)
        hello = self._hello
        assert hello is not None
        code = examine(hello, found, self._certified)
        if code:
            self.refuse(code)
            return
        self.origin, self.delivered = hello.origin, hello.gseq
        head = found.head
        self._out.say(
            Welcome(
                protocol=PROTOCOL,
                program=self._program,
                stream=head.stream,
                epoch=head.epoch,
                gseq=head.gseq,
                hash=head.hash,
                oseq=found.oseq,
                hub_time=now.hub_time,
                upper=self._fan.upper,
                phase=phase_of(hello, found),
                epochs=found.epochs if len(found.epochs) > 1 else (),
            )
        )
        self._back.begin(hello, found)

    def pushed(self, outcome: Pushed, now: Moment) -> None:
        """What became of a Number."""
        self._done(now)
        match outcome:
            case Accepted():
                self._out.acknowledge(Ack(outcome.oseq, outcome.gseq))
            case Forked():
                self.refuse("forked")
            case Gap():
                self.refuse("broken", "gap")
            case Broken(rule="too_big"):
                self.refuse("too_big")
            case Broken():
                self.refuse("broken", outcome.rule)

    @property
    def gave_back(self) -> bool:
        """Whether a hub that reclaims has all from this desk that it can have."""
        return self._back.done

    def took_back(self, outcome: Taken | Mismatch, now: Moment) -> None:
        """What became of a TakeBack."""
        self._done(now)
        self._back.took_back(outcome)

    def adopted(self, now: Moment) -> None:
        """An Adopt is done."""
        self._done(now)
        self._back.adopted()

    def kept_back(self, now: Moment) -> None:
        """A KeepBack is done."""
        self._done(now)

    def failed(self) -> None:
        """A Wish could not be done: the hub's disk refuses. What follows on the line must not go on alone."""
        self.refuse("busy")

    def shown(self, secrets: Sequence[Secret], now: Moment) -> None:
        """The answer of a Show, cut so that no frame is too big."""
        self._done(now)
        part: list[Secret] = []
        size = 0
        for secret in secrets:
            if size > PAGE_BYTES:
                self._out.say(Secrets(tuple(part), more=True))
                part, size = [], 0
            part.append(secret)
            size += len(secret.value.encode()) + len(secret.salt)
        self._out.say(Secrets(tuple(part)))

    def page(self, entries: Sequence[Numbered]) -> None:
        """What a Read found."""
        self._out.page(entries)

    def refuse(self, code: str, detail: str = "") -> None:
        """Say why, and end the line; the first reason counts."""
        if not self.ending:
            self._out.say(Refused(code, detail))
            self._out.end(code)

    def next(self, now: Moment) -> Step | None:
        """The next thing to do for the sending side; None: nothing until it is woken."""
        if not self._busy and now.boot - self._heard >= HEARD_MAX_MS:
            self._out.end("silent")
        return self._out.next(now)

    def _judge(self, frame: FromDesk, now: Moment) -> tuple[Wish | None, str, str]:
        """The wish, or the code and the detail of a refusal."""
        if isinstance(frame, Hello) == (self._hello is not None):
            return None, "broken", "hello"
        match frame:
            case Hello():
                self._hello = frame
                return Look(frame), "", ""
            case Push():
                return (None, "broken", "phase") if self._back.phase else _push(frame)
            case Lines():
                return self._back.lines(frame)
            case Strays():
                return self._back.strays(frame)
            case GiveBack():
                return self._back.given(frame)
            case _ if not self._bucket.take(now.boot):
                return None, "rate", ""
            case AskSecrets():
                return self._asked(frame)
        return self._pinged(frame), "", ""

    def _asked(self, frame: AskSecrets) -> tuple[Wish | None, str, str]:
        if len(frame.refs) > REFS_MAX:
            return None, "too_big", ""
        if self._out.unsent:
            # Answers before it were not taken off the line: what is asked faster than it is read piles up.
            return None, "rate", ""
        return Show(frame.refs), "", ""

    def _pinged(self, ping: Ping) -> Wish | None:
        self._out.answer(ping)
        if self._back.phase:
            return None
        # Further than it was sent the desk cannot be: that would be somebody else's log.
        reached = min(ping.gseq, self.cursor)
        units = ping.units[:UNITS_MAX]
        if reached <= self.delivered and units == self.units:
            return None
        self.delivered, self.units = max(reached, self.delivered), units
        return Reached(self.delivered, units)

    def _done(self, now: Moment) -> None:
        # A desk whose wish took long could not speak meanwhile: its silence counts from here.
        self._busy = False
        self._heard = now.boot


def _push(push: Push) -> tuple[Wish | None, str, str]:
    if not push.parcels:
        return None, "broken", "empty"
    if len(push.parcels) > PAGE_ENTRIES_MAX:
        return None, "too_big", ""
    return Number(push.parcels), "", ""
