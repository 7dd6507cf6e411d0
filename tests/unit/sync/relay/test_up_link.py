"""A lower hub's log goes up whole through whatever cuts, and requests come down once."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.log.entries import Head, Numbered, TimeClaim
from app.log.following.taking import Mismatch
from app.log.numbering.relaying import LowerHead, Relayed
from app.sync.desk.effects import Close
from app.sync.frames import FRAME_BYTES_MAX, PROTOCOL, News, Ping, Pong, Refused
from app.sync.hub.effects import End, Read, SendBytes
from app.sync.hub.fan_out import FanOut
from app.sync.lines import line_of
from app.sync.ports import Moment
from app.sync.relay.frames import (
    FromAbove,
    FromLower,
    FromUpper,
    HelloUp,
    RelayAck,
    WelcomeUp,
    read_from_lower,
    read_from_upper,
    write_relay_frame,
)
from app.sync.relay.up_effects import HearRequest, ReadOn, SendUp, UpEffect
from app.sync.relay.up_link import HEARD_MAX_MS, PAGES_AHEAD_MAX, REQUESTS_WAITING_MAX, UpLink
from app.sync.relay.upper_line import HEARD_MAX_MS as SILENT_MS
from app.sync.relay.upper_line import FoundLower, LookUp, TakeUp, UpperLine
from tests.helpers.line_logs import MemoryHub, MemoryReplica

LOWER, UPPER = "stream-lower", "stream-upper"
CLAIM = TimeClaim(wall=1, boot=1, boot_id="x")


def at(boot: int) -> Moment:
    return Moment(boot, 1_000_000 + boot)


class Levels:
    """A lower hub's log and link, an upper hub's log and line, and one connection between them at most."""

    def __init__(self) -> None:
        self.lower, self.upper = MemoryHub(LOWER), MemoryHub(UPPER)
        self._writers = {LOWER: MemoryReplica("l"), UPPER: MemoryReplica("u")}
        self.taken: list[Numbered] = []
        self.heard: list[int] = []
        self.fan = FanOut(self.upper.head())
        self.link = UpLink("hub-l", "x", "upper", self.lower.head())
        self.now = 0
        self.up: deque[bytes] = deque()
        self.down: deque[bytes] = deque()
        self.asked: deque[HearRequest] = deque()
        self.line: UpperLine | None = None

    def write(self, hub: MemoryHub, count: int = 1) -> None:
        writer = self._writers[hub.stream]
        first = writer.sealed()
        for _ in range(count):
            writer.write(CLAIM)
        hub.push(writer.origin, writer.waiting(first, count, 1 << 20), 1)
        if hub is self.upper:
            self.fan.add(hub.read_after(self.fan.head.gseq, 1_000))
        else:
            self.do(self.link.moved(hub.head()))

    def connect(self) -> None:
        if self.line is None:
            self.line = UpperLine(self.fan, "x", at(self.now))
            self.up.clear()
            self.down.clear()
            self.do(self.link.connected(self.lower.head(), self.now))

    def cut(self) -> None:
        if self.line is not None:
            self.line = None
            self.link.lost(self.now)

    def do(self, effects: Sequence[UpEffect]) -> None:
        for effect in effects:
            match effect:
                case SendUp():
                    self.up.append(effect.data)
                case ReadOn():
                    self.do(self.link.page(self.lower.read_after(effect.after, effect.limit), self.now))
                case HearRequest():
                    self.asked.append(effect)
                case Close():
                    self.cut()

    def hear(self) -> None:
        """The lower hub's disk writes down one request."""
        if self.asked:
            gseq = self.asked.popleft().numbered.gseq
            if gseq not in self.heard:
                self.heard.append(gseq)
            self.do(self.link.heard(gseq))

    def to_upper(self) -> None:
        line = self.line
        if line is None or not self.up:
            return
        wish = line.received(self.up.popleft(), at(self.now))
        if isinstance(wish, LookUp):
            last = self.taken[-1] if self.taken else None
            lower = LowerHead("hub-l", 1, last.gseq, last.hash) if last is not None else LowerHead()
            line.examined(FoundLower(UPPER, lower), at(self.now))
        elif isinstance(wish, TakeUp):
            line.relayed(self._take(wish.lines), at(self.now))

    def _take(self, lines: Sequence[Numbered]) -> Relayed | Mismatch:
        for line in lines:
            if line.gseq > len(self.taken) + 1:
                return Mismatch(line.gseq, "number")
            if line.gseq == len(self.taken) + 1:
                self.taken.append(line)
        return Relayed(len(self.taken))

    def to_lower(self) -> None:
        """The upper hub does its next thing; what it said before comes in."""
        line = self.line
        step = line.next(at(self.now)) if line is not None else None
        match step:
            case SendBytes():
                self.down.append(step.data)
            case Read():
                # Every third entry of the upper hub is meant for the lower one.
                found = [n for n in self.upper.entries if n.gseq > step.after and n.gseq % 3 == 0]
                assert line is not None
                line.requests(found[: step.limit])
            case End():
                self.cut()
        if self.down and self.line is not None:
            self.do(self.link.received(self.down.popleft(), self.now))

    def tick(self) -> None:
        self.now += 500
        self.do(self.link.tick(self.now))


STEPS = {
    "write below": lambda w: w.write(w.lower),
    "write much below": lambda w: w.write(w.lower, 700),
    "write above": lambda w: w.write(w.upper),
    "connect": Levels.connect,
    "cut": Levels.cut,
    "to upper": Levels.to_upper,
    "to lower": Levels.to_lower,
    "hear": Levels.hear,
    "tick": Levels.tick,
}


@settings(max_examples=60)
@given(steps=st.lists(st.sampled_from(sorted(STEPS)), max_size=120))
def test_whatever_happens_all_of_the_log_is_above_and_every_request_below(steps: list[str]) -> None:
    world = Levels()
    for step in steps:
        STEPS[step](world)
        assert world.link.upper <= len(world.taken)
        assert [n.gseq for n in world.taken] == list(range(1, len(world.taken) + 1))
    world.cut()
    world.connect()
    for _ in range(200):
        world.to_upper()
        world.to_lower()
        world.hear()
    assert [n.raw for n in world.taken] == [n.raw for n in world.lower.entries]
    assert world.link.upper == len(world.lower.entries)
    assert world.heard == [n.gseq for n in world.upper.entries if n.gseq % 3 == 0]
    status = world.link.status(world.now, 1)
    assert (status.phase, status.pending) == ("live", 0)


def welcomed(link: UpLink, gseq: int = 0, stream: str = UPPER) -> list[UpEffect]:
    link.connected(Head(LOWER, 1, 5, "h"), 0)
    return say(link, WelcomeUp(PROTOCOL, "x", stream, gseq, 1))


def say(link: UpLink, frame: FromUpper, now: int = 1) -> list[UpEffect]:
    return link.received(write_relay_frame(frame), now)


def closed(effects: Sequence[UpEffect]) -> str:
    (end,) = effects
    assert isinstance(end, Close)
    return end.code


def link_of(**more: int) -> UpLink:
    return UpLink("hub-l", "x", "upper", Head(LOWER, 1, 5, "h"), **more)


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (WelcomeUp(PROTOCOL + 1, "x", UPPER, 0, 1), "protocol"),
        (WelcomeUp(PROTOCOL, "x", LOWER, 0, 1), "stream"),
        (WelcomeUp(PROTOCOL, "x", "", 0, 1), "stream"),
        (WelcomeUp(PROTOCOL, "x", UPPER, 6, 1), "ahead"),
        (RelayAck(1), "broken"),
        (Refused("revoked"), "revoked"),
    ],
)
def test_a_welcome_that_does_not_fit_ends_the_line(frame: FromUpper, code: str) -> None:
    link = link_of()
    link.connected(Head(LOWER, 1, 5, "h"), 0)
    assert closed(say(link, frame)) == code
    assert not link.up


def test_what_is_above_is_believed_only_with_the_same_hash() -> None:
    lower = Levels()
    lower.write(lower.lower, 5)
    there = lower.lower.entries[2]
    for said, code in ((there.hash, ""), ("another", "diverged")):
        link = UpLink("hub-l", "x", "upper", lower.lower.head(), upper=2)
        link.connected(lower.lower.head(), 0)
        assert say(link, WelcomeUp(PROTOCOL, "x", UPPER, 3, 1, said)) == [ReadOn(2, 1)]
        # Until its own entry is seen to be the same, nothing more is said to be above.
        assert link.upper == 2
        effects = link.page([there], 1)
        if code:
            assert closed(effects) == code
            assert (link.upper, link.status(1, 1).trouble) == (0, code)
        else:
            assert effects == [ReadOn(3, 500)]
            assert link.upper == 3


def test_what_was_never_sent_cannot_be_acknowledged_and_noise_is_no_frame() -> None:
    link = link_of()
    assert welcomed(link) == [ReadOn(0, 500)]
    assert closed(say(link, RelayAck(1))) == "broken"
    link = link_of()
    welcomed(link)
    assert closed(link.received(b"\x93noise", 1)) == "broken"
    link = link_of()
    welcomed(link)
    many = FromAbove(tuple(line_of(n) for n in numbers(1)) * (REQUESTS_WAITING_MAX + 1))
    assert closed(say(link, many)) == "rate"


def numbers(count: int) -> list[Numbered]:
    world = Levels()
    world.write(world.lower, count)
    return world.lower.entries


def test_pages_go_up_ahead_of_the_acknowledgement_but_not_without_end() -> None:
    world = Levels()
    world.write(world.lower, 500 * (PAGES_AHEAD_MAX + 2))
    world.connect()
    for _ in range(3):
        world.to_upper()
        world.to_lower()
    sent = [frame for frame in map(read_from_lower, world.up) if isinstance(frame, News)]
    assert len(sent) <= PAGES_AHEAD_MAX


def test_a_request_that_was_heard_is_not_heard_again_and_one_that_cannot_be_kept_comes_again() -> None:
    link = link_of(above=1)
    welcomed(link, 5)
    first, second, third = numbers(3)
    frame = FromAbove(tuple(line_of(n) for n in (first, second, third)))
    (asked,) = say(link, frame)
    assert isinstance(asked, HearRequest)
    assert asked.numbered.gseq == second.gseq
    assert closed(link.not_heard(2)) == "disk"
    assert link.above == 1
    welcomed(link, 5)
    say(link, frame)
    (after,) = link.heard(second.gseq)
    assert isinstance(after, HearRequest)
    assert after.numbered.gseq == third.gseq


def test_a_silent_upper_hub_is_let_go() -> None:
    link = link_of()
    welcomed(link, 5)
    assert link.tick(1_000) == []
    (ping,) = link.tick(5_001)
    assert isinstance(ping, SendUp)
    assert isinstance(read_from_lower(ping.data), Ping)
    say(link, Pong(5_001, 1), 5_101)
    assert link.status(6_000, 1).rtt_ms == 100
    assert closed(link.tick(5_101 + HEARD_MAX_MS)) == "silent"


def hello(**changed: object) -> HelloUp:
    said = HelloUp(PROTOCOL, "x", "hub-l", LOWER, 1, 3, "hash-3", 0)
    return msgspec.structs.replace(said, **changed)


def line() -> UpperLine:
    return UpperLine(FanOut(MemoryHub(UPPER).head()), "x", at(0), "hub-l")


def tell(end: UpperLine, frame: FromLower, now: int = 1) -> object:
    return end.received(write_relay_frame(frame), at(now))


def refused(end: UpperLine) -> str:
    step = end.next(at(2))
    assert isinstance(step, SendBytes)
    frame = read_from_upper(step.data)
    assert isinstance(frame, Refused)
    assert end.next(at(2)) == End(frame.code)
    return frame.code


@pytest.mark.parametrize(
    ("said", "found", "code"),
    [
        (hello(protocol=0), FoundLower(UPPER, LowerHead()), "protocol"),
        (hello(origin="other"), FoundLower(UPPER, LowerHead()), "origin"),
        (hello(stream=""), FoundLower(UPPER, LowerHead()), "broken"),
        (hello(gseq=-1), FoundLower(UPPER, LowerHead()), "broken"),
        (hello(), FoundLower(UPPER, LowerHead(), "revoked"), "revoked"),
        (hello(stream=UPPER), FoundLower(UPPER, LowerHead()), "stream"),
        (hello(), FoundLower(UPPER, LowerHead("hub-l", 1, 3, "another")), "diverged"),
    ],
)
def test_who_is_not_let_in(said: HelloUp, found: FoundLower, code: str) -> None:
    end = line()
    assert tell(end, said) == LookUp(said)
    end.examined(found, at(1))
    assert refused(end) == code


def test_what_a_lower_hub_may_not_say() -> None:
    end = line()
    tell(end, Ping(1, 0))
    assert refused(end) == "broken"
    end = line()
    tell(end, hello())
    end.examined(FoundLower(UPPER, LowerHead()), at(1))
    assert isinstance(end.next(at(1)), SendBytes)
    bad = line_of(numbers(1)[0])
    tell(end, News(1, "", (msgspec.structs.replace(bad, raw=b"{}"),)))
    assert refused(end) == "broken"
    end = line()
    end.received(b"x" * (FRAME_BYTES_MAX + 1), at(1))
    assert refused(end) == "too_big"
    end = line()
    tell(end, hello())
    end.examined(FoundLower(UPPER, LowerHead()), at(1))
    end.next(at(1))
    assert isinstance(tell(end, News(1, "", tuple(line_of(n) for n in numbers(2)))), TakeUp)
    # While it is being numbered the lower hub is not silent.
    assert end.next(at(1 + SILENT_MS)) is None
    end.relayed(Mismatch(1, "hash"), at(2))
    assert refused(end) == "diverged"
    end = line()
    assert end.next(at(SILENT_MS)) == End("silent")
