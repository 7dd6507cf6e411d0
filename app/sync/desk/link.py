"""The desk's side of the line, without a socket, a clock or a disk: frames and outcomes in, effects out."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import msgspec

from app.base.clock import SECOND_MS, Instant
from app.log.entries import Head, Parcel
from app.log.following.taking import Mismatch, Taken
from app.sync.desk.digests import Digests
from app.sync.desk.effects import Alarm, Close, DeskEffect, Join, Keep, Send, Take, Tell, Unanswered
from app.sync.desk.giving_back import TROUBLES, GivingBack
from app.sync.desk.push_window import PushWindow
from app.sync.desk.standing import Standing
from app.sync.frames import (
    PROTOCOL,
    Ack,
    AskBack,
    AskSecrets,
    At,
    FromHub,
    Hello,
    News,
    Ping,
    Pong,
    Push,
    Reclaim,
    Refused,
    Secrets,
    StraysKept,
    Welcome,
    read_from_hub,
)
from app.sync.lines import UnreadableError, numbered_lines
from app.sync.status import LinkStatus

PING_MS = 5 * SECOND_MS
"""How often the hub is asked for its time and told how far this log is on disk."""

FIRST_PINGS = 4
FIRST_PING_MS = SECOND_MS // 2
"""A new line is asked for the time more often, so that the quickest of several answers counts at once."""

HEARD_MAX_MS = 15 * SECOND_MS
"""Nothing heard for three pings: the line is dead, whatever the system says of the socket."""

ASKS_MAX = 16
"""Questions for personal data that may be open at once: a person opens one case at a time."""


class _Line:
    """What belongs to one connection. All times are of the boot clock, in ms."""

    def __init__(self, now: int) -> None:
        self.began = now
        self.heard = now
        self.welcomed = False
        self.pinged = now
        self.pings = 0
        # Open questions in the order in which the hub answers them, each with when it was asked.
        self.asks: deque[tuple[int, int]] = deque()
        self.back = GivingBack()


class _OpenNumber(msgspec.Struct):
    oseq: int


_number = msgspec.json.Decoder(_OpenNumber)


class DeskLink:
    """One desk's end of the line, over all its connections.

    `hub` names the hub to people. `head` is where the confirmed log ends, `sealed` the last own entry and
    `pending` how many of those have no number yet.

    `now` is always the boot clock in ms. Every input gives the effects to carry out, in order. The driver
    brings the outcome of each Take before it connects again.
    """

    def __init__(self, origin: str, program: str, hub: str, head: Head, sealed: int, pending: int) -> None:
        self._origin = origin
        self._program = program
        self._line: _Line | None = None
        self._window = PushWindow(sealed, sealed - pending)
        self._digests = Digests()
        self._standing = Standing(hub, head.gseq)
        self._stream = head.stream
        self._taking = 0
        # Lines that did not continue this log, and where: the second time it is no accident.
        self._mismatches = 0
        self._mismatched_at = 0
        self._partial: list[Secrets] = []
        self._units: tuple[str, ...] = ()

    @property
    def up(self) -> bool:
        """Whether a line is up and the hub welcomed this desk on it."""
        return self._line is not None and self._line.welcomed

    @property
    def taking(self) -> int:
        """Takes whose outcome has not come yet."""
        return self._taking

    def seat(self, units: tuple[str, ...]) -> None:
        """Whose people sit at this desk from now on; the hub hears of it with the next ping."""
        self._units = units

    def status(self, now: int, hall: Instant) -> LinkStatus:
        """How it stands. `hall` is the hub's time at `now`; the driver adds what it knows of the clock."""
        differs = "digest_differs" if self._digests.differs else ""
        return self._standing.status(now, hall, self._window.pending, differs)

    def failed(self, now: int, refused: str = "") -> None:
        """No connection came about; `refused` when the hub's door said why."""
        self._standing.unreached(now, refused)

    def connected(self, head: Head, sealed: int, now: int) -> list[DeskEffect]:
        """A connection is up: `head` is the replica's last confirmed entry, `sealed` its last own one."""
        self._line = _Line(now)
        self._stream = head.stream
        self._partial.clear()
        self._window.sealed = sealed
        self._standing.gseq = head.gseq
        self._digests.begin()
        hello = Hello(
            PROTOCOL, self._program, self._origin, head.stream, head.epoch, head.gseq, head.hash, sealed
        )
        return [Send(hello)]

    def received(self, data: bytes, now: int) -> list[DeskEffect]:
        """One message of the hub."""
        line = self._line
        if line is None:
            return []
        line.heard = now
        self._standing.heard(now)
        try:
            frame = read_from_hub(data)
        except msgspec.DecodeError:
            return self._mismatch(Mismatch(self._standing.gseq, "frame"), now)
        if isinstance(frame, Refused):
            self._standing.cut(now, "" if frame.code == "began" else frame.code)
            return self._close(frame.code, slow=frame.code not in ("busy", "began"))
        if isinstance(frame, Welcome) == line.welcomed:
            return self._mismatch(Mismatch(self._standing.gseq, "frame"), now)
        return self._heard(frame, line, now)

    def offered(self, after_oseq: int, parcels: Sequence[Parcel]) -> list[DeskEffect]:
        """What an Offer asked for: waiting entries after `after_oseq`."""
        last = _number.decode(parcels[-1].raw).oseq if parcels else 0
        # Before the welcome it is not known what the hub has: what was read then was for an earlier line.
        if self.up and self._window.offered(after_oseq, last):
            return [Send(Push(tuple(parcels))), *self._more()]
        return self._more()

    def taken(self, outcome: Taken | Mismatch, now: int) -> list[DeskEffect]:
        """What became of the oldest Take."""
        self._taking -= 1
        if isinstance(outcome, Mismatch):
            return self._mismatch(outcome, now)
        self._standing.took(outcome.head.gseq, now, self.up)
        self._window.ack(outcome.settled)
        if outcome.head.gseq >= self._mismatched_at:
            self._mismatches = 0
        return self._more()

    def not_taken(self) -> list[DeskEffect]:
        """The oldest Take could not be done."""
        self._taking -= 1
        return self.disk_failed()

    def not_joined(self, now: int) -> list[DeskEffect]:
        """The replica follows another stream, or one whose epoch this hub's is behind."""
        self._standing.cut(now, "stream")
        return self._close("stream", slow=True)

    def disk_failed(self) -> list[DeskEffect]:
        """This PC's disk refuses: the line must not go on without what it was to keep."""
        self._standing.trouble = "disk"
        return [Alarm("disk", self._standing.gseq), *self._close("disk")]

    def compared(self, gseq: int, own: str | None) -> list[DeskEffect]:
        """The replica's own digest at `gseq`, as a Compare asked for."""
        alarm = self._digests.compared(gseq, own)
        return self._more() if alarm is None else [alarm, *self._more()]

    @property
    def back(self) -> GivingBack | None:
        """What a hub that was restored gets back on this line; None without one."""
        return None if self._line is None else self._line.back

    def retraced(self, common: int | None, now: int) -> list[DeskEffect]:
        """The last number in common with a hub whose log goes on otherwise, as a Retrace asked for."""
        if self._line is None:
            return []
        if common is None:
            self._standing.cut(now, "diverged")
            return [Alarm("mismatch", self._standing.gseq, "hash"), *self._close("diverged", slow=True)]
        return self._line.back.retraced(common)

    def was_cut(self, now: int) -> list[DeskEffect]:
        """The log here ends where the hub's does; the next Hello says so."""
        self._digests = Digests()
        self._standing.cut(now)
        return self._close("cut")

    def held(self, sealed: int) -> list[DeskEffect]:
        """The replica's last own entry is `sealed` now, and durable."""
        self._window.sealed = max(self._window.sealed, sealed)
        return self._more()

    def ask(self, ask: int, refs: Sequence[str], now: int) -> list[DeskEffect]:
        """Ask the hub for personal data; `ask` comes back with Keep or Unanswered."""
        line = self._line
        if line is None or not line.welcomed or line.back.phase or len(line.asks) >= ASKS_MAX:
            return [Unanswered(ask)]
        line.asks.append((ask, now))
        return [Send(AskSecrets(tuple(refs)))]

    def tick(self, now: int) -> list[DeskEffect]:
        """Some time has passed: call at least every half second."""
        line = self._line
        if line is None:
            return []
        # While the own disk is busy with a page nothing is read from the line: that is not the hub's silence.
        silent_since = line.asks[0][1] if line.asks else line.heard
        if now - min(silent_since, line.heard) >= HEARD_MAX_MS and not self._taking:
            return self._close("silent")
        pause = FIRST_PING_MS if line.pings < FIRST_PINGS else PING_MS
        if line.welcomed and now - line.pinged >= pause:
            return [self._ping(line, now)]
        return []

    def lost(self, now: int) -> list[DeskEffect]:
        """The connection is down, for whatever reason."""
        effects = self._drop()
        self._standing.cut(now)
        return effects

    def _heard(self, frame: FromHub, line: _Line, now: int) -> list[DeskEffect]:
        match frame:
            case Welcome():
                return self._welcome(frame, line, now)
            case News():
                return self._news(frame, now)
            case Ack():
                self._window.ack(frame.oseq)
            case At():
                self._standing.at(frame.gseq, frame.upper)
                self._digests.heard(frame.digest_gseq, frame.digest)
            case Pong():
                self._standing.rtt_ms = max(0, now - frame.boot)
                return [Tell(frame.hub_time, frame.boot, now)]
            case Secrets():
                return self._secrets(frame, line, now)
            case Reclaim():
                return line.back.reclaim(frame)
            case StraysKept():
                return line.back.kept()
            case AskBack():
                return line.back.ask_back(frame)
        return self._more()

    def _welcome(self, welcome: Welcome, line: _Line, now: int) -> list[DeskEffect]:
        code = self._unfit(welcome)
        if code:
            self._standing.cut(now, code)
            return self._close(code, slow=True)
        line.welcomed = True
        self._stream = welcome.stream
        self._window.open(welcome.oseq)
        back = line.back.welcome(welcome)
        if welcome.phase:
            self._standing.held(TROUBLES[welcome.phase], now)
            return [Tell(welcome.hub_time, line.began, now), self._ping(line, now), *back]
        self._standing.welcome(welcome.gseq, welcome.upper, now)
        return [
            Tell(welcome.hub_time, line.began, now),
            Join(welcome.stream, welcome.epoch),
            *self._more(),
            self._ping(line, now),
        ]

    def _unfit(self, welcome: Welcome) -> str:
        if welcome.protocol != PROTOCOL:
            return "protocol"
        if not welcome.stream or self._stream not in ("", welcome.stream):
            return "stream"
        if welcome.gseq < self._standing.gseq and not welcome.phase:
            return "ahead"
        return "forked" if welcome.oseq > self._window.sealed else ""

    def _news(self, news: News, now: int) -> list[DeskEffect]:
        try:
            lines = numbered_lines(news, self._stream)
        except UnreadableError as error:
            return self._mismatch(Mismatch(error.gseq, "unreadable"), now)
        if not lines:
            return []
        self._standing.at(lines[-1].gseq)
        self._taking += 1
        return [Take(lines)]

    def _secrets(self, frame: Secrets, line: _Line, now: int) -> list[DeskEffect]:
        if not line.asks:
            return self._mismatch(Mismatch(self._standing.gseq, "frame"), now)
        self._partial.append(frame)
        if frame.more:
            return []
        secrets = tuple(secret for part in self._partial for secret in part.secrets)
        self._partial.clear()
        return [Keep(line.asks.popleft()[0], secrets)]

    def _mismatch(self, mismatch: Mismatch, now: int) -> list[DeskEffect]:
        """A hard stop: what follows a line that does not fit cannot be proved either. The next Hello asks for
        it again from the cursor."""
        if self._line is None:
            # Lines that were behind the first bad one, on a line that is closed already.
            return []
        self._mismatches += 1
        self._mismatched_at = mismatch.gseq
        slow = self._mismatches > 1
        effects: list[DeskEffect] = []
        if slow:
            self._standing.trouble = "mismatch"
        if self._mismatches == 2:
            effects.append(Alarm("mismatch", mismatch.gseq, mismatch.rule))
        self._standing.cut(now)
        return [*effects, *self._close("mismatch", slow=slow)]

    def _more(self) -> list[DeskEffect]:
        """What may be asked for now that something moved."""
        line = self._line
        if line is None or not line.welcomed or line.back.phase:
            return []
        wanted = (self._window.wanted(), self._digests.wanted(self._standing.gseq))
        return [effect for effect in wanted if effect is not None]

    def _ping(self, line: _Line, now: int) -> Send:
        line.pinged = now
        line.pings += 1
        return Send(Ping(now, self._standing.gseq, self._units))

    def _close(self, code: str, *, slow: bool = False) -> list[DeskEffect]:
        return [*self._drop(), Close(code, slow)]

    def _drop(self) -> list[DeskEffect]:
        line, self._line = self._line, None
        return [] if line is None else [Unanswered(ask) for ask, _ in line.asks]
