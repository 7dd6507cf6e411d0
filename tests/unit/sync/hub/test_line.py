"""What a desk's line at the hub lets in, refuses, and sends next."""

from __future__ import annotations

from typing import Any

import pytest

from app.log.chain import GENESIS
from app.log.entries import Head, Parcel, Secret, TimeClaim
from app.log.port import Accepted, Broken, Forked, Gap, Pushed
from app.sync.frames import (
    FRAME_BYTES_MAX,
    PAGE_ENTRIES_MAX,
    Ack,
    AskSecrets,
    At,
    FromDesk,
    FromHub,
    Hello,
    News,
    Ping,
    Pong,
    Push,
    Refused,
    Secrets,
    Welcome,
    read_from_hub,
    write_frame,
)
from app.sync.hub.effects import End, Look, Number, Reached, Read, SendBytes, Show, Wish
from app.sync.hub.fan_out import FanOut
from app.sync.hub.line import ASKED_AT_ONCE, HEARD_MAX_MS, REFS_MAX, HubLine
from app.sync.hub.outgoing import AT_PAUSE_MS, QUIET_MS
from app.sync.ports import Found, Moment
from tests.helpers.line_logs import STREAM, MemoryHub, MemoryReplica

CLAIM = TimeClaim(wall=1, boot=1, boot_id="x")


def at(boot: int) -> Moment:
    return Moment(boot, 1_000_000 + boot)


def hub_of(count: int) -> MemoryHub:
    hub, writer = MemoryHub(), MemoryReplica("other")
    for _ in range(count):
        writer.write(CLAIM)
    hub.push("other", writer.waiting(0, count, 1 << 20), 1)
    return hub


def hello(**changed: Any) -> Hello:
    said = {
        "protocol": 1, "program": "x", "origin": "desk", "stream": "", "epoch": 1, "gseq": 0, "hash": "",
        "oseq": 0,
    }  # fmt: skip
    return Hello(**(said | changed))


class LineEnd:
    """A line and what comes out of it."""

    def __init__(self, hub: MemoryHub | None = None, certified: str = "") -> None:
        self.hub = hub or MemoryHub()
        self.fan = FanOut(self.hub.head())
        self.line = HubLine(self.fan, "0.1.0", at(0), certified)

    def say(self, frame: FromDesk, boot: int = 0) -> Wish | None:
        return self.line.received(write_frame(frame), at(boot))

    def greet(self, **changed: Any) -> LineEnd:
        said = hello(**changed)
        assert self.say(said) == Look(said)
        self.line.examined(self.hub.found(said), at(0))
        return self

    def out(self, boot: int = 0) -> list[FromHub | End]:
        """Everything that is to be sent now, the log read for it."""
        sent: list[FromHub | End] = []
        while (step := self.line.next(at(boot))) is not None:
            match step:
                case SendBytes(data=data):
                    sent.append(read_from_hub(data))
                case Read(after=after, limit=limit):
                    self.line.page(self.hub.read_after(after, limit))
                case End():
                    return [*sent, step]
        return sent

    def opened(self) -> LineEnd:
        self.greet()
        self.out()
        return self


def test_a_desk_that_is_known_is_welcomed_with_what_the_hub_has_of_it() -> None:
    end = LineEnd(hub_of(3))
    end.hub.push("desk", MemoryParcels("desk", 2).parcels, 1)
    end.fan.upper = 2
    end.greet(oseq=4)
    first = end.out()[0]
    head = end.hub.head()
    assert first == Welcome(1, "0.1.0", STREAM, 1, 5, head.hash, 2, 1_000_000, 2)
    assert end.line.origin == "desk"


class MemoryParcels:
    """Entries of one origin, ready to be pushed."""

    def __init__(self, origin: str, count: int) -> None:
        replica = MemoryReplica(origin)
        for _ in range(count):
            replica.write(CLAIM)
        self.parcels = tuple(replica.waiting(0, count, 1 << 20))


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"protocol": 0}, "protocol"),
        ({"origin": ""}, "broken"),
        ({"origin": "other-name"}, "origin"),
        ({"stream": "another"}, "stream"),
        ({"gseq": 4}, "ahead"),
        ({"gseq": 2, "hash": "sha256:00"}, "diverged"),
        ({"gseq": -2}, "broken"),
        ({"oseq": -1}, "broken"),
    ],
)
def test_a_desk_that_does_not_fit_is_refused(said: dict[str, Any], code: str) -> None:
    end = LineEnd(hub_of(3), certified=said.get("origin", "desk") if code != "origin" else "desk")
    end.greet(**said)
    assert end.out() == [Refused(code), End(code)]
    assert end.line.origin == ""


@pytest.mark.parametrize("standing", ["origin", "revoked"])
def test_a_device_that_is_not_or_no_more_enrolled_is_refused(standing: str) -> None:
    end = LineEnd()
    said = hello()
    end.say(said)
    end.line.examined(Found(end.hub.head(), None, 0, standing), at(0))
    assert end.out() == [Refused(standing), End(standing)]


def test_a_database_that_was_set_back_is_told_that_it_is_a_copy() -> None:
    end = LineEnd()
    end.hub.push("desk", MemoryParcels("desk", 5).parcels, 1)
    end.greet(oseq=4)
    assert end.out()[-1] == End("forked")


def test_the_right_cursor_is_resumed_exactly() -> None:
    hub = hub_of(9)
    end = LineEnd(hub).greet(stream=STREAM, gseq=4, hash=hub.entries[3].hash)
    (page,) = [frame for frame in end.out() if isinstance(frame, News)]
    assert [line.gseq for line in page.lines] == [5, 6, 7, 8, 9]
    assert page.prev_hash == hub.entries[3].hash


def test_a_push_is_numbered_and_acknowledged() -> None:
    end = LineEnd().opened()
    parcels = MemoryParcels("desk", 2).parcels
    assert end.say(Push(parcels)) == Number(parcels)
    assert end.out() == []
    end.line.pushed(Accepted(2, 7), at(1))
    assert end.out(1) == [Ack(2, 7)]


@pytest.mark.parametrize(
    ("outcome", "refused"),
    [
        (Gap(3), Refused("broken", "gap")),
        (Forked(3), Refused("forked")),
        (Broken(3, "chain"), Refused("broken", "chain")),
        (Broken(3, "too_big"), Refused("too_big")),
    ],
)
def test_a_push_that_breaks_a_rule_ends_the_line(outcome: Pushed, refused: Refused) -> None:
    end = LineEnd().opened()
    end.say(Push(MemoryParcels("desk", 1).parcels))
    end.line.pushed(outcome, at(1))
    assert end.out(1) == [refused, End(refused.code)]
    assert end.say(Ping(1, 0)) is None


def test_a_disk_that_refuses_ends_the_line_before_the_next_push_counts() -> None:
    end = LineEnd().opened()
    end.say(Push(MemoryParcels("desk", 1).parcels))
    end.line.failed()
    assert end.out() == [Refused("busy"), End("busy")]


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (Push(()), "broken"),
        (Push((Parcel(b"x"),) * (PAGE_ENTRIES_MAX + 1)), "too_big"),
        (AskSecrets(("r",) * (REFS_MAX + 1)), "too_big"),
        (hello(), "broken"),
    ],
)
def test_what_is_over_a_limit_ends_the_line(frame: FromDesk, code: str) -> None:
    end = LineEnd().opened()
    assert end.say(frame) is None
    assert end.line.ending == code


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x80", write_frame(Pong(1, 1)), bytes(FRAME_BYTES_MAX + 1)])
def test_what_is_no_frame_of_a_desk_ends_the_line(data: bytes) -> None:
    end = LineEnd().opened()
    assert end.line.received(data, at(0)) is None
    assert end.line.ending in ("broken", "too_big")


def test_nothing_is_heard_before_the_hello() -> None:
    end = LineEnd()
    assert end.say(Push(MemoryParcels("desk", 1).parcels)) is None
    assert end.out() == [Refused("broken", "hello"), End("broken")]


def test_who_asks_too_fast_is_refused_and_a_steady_desk_is_not() -> None:
    end = LineEnd().opened()
    for _ in range(ASKED_AT_ONCE):
        assert end.say(Ping(0, 0)) is None
    assert end.line.ending == ""
    end.say(Ping(0, 0))
    assert end.line.ending == "rate"
    steady = LineEnd().opened()
    for boot in range(0, 60_000, 100):
        steady.say(Ping(boot, 0), boot)
    assert steady.line.ending == ""


def test_a_ping_is_answered_with_the_hubs_time_and_says_what_is_delivered() -> None:
    hub = hub_of(5)
    end = LineEnd(hub).opened()
    assert end.say(Ping(77, 3), 10) == Reached(3)
    assert end.out(10) == [Pong(77, 1_000_010)]
    assert end.say(Ping(78, 3), 11) is None
    # A desk cannot have what it was never sent.
    assert end.say(Ping(79, 1_000), 12) == Reached(5)
    assert end.line.delivered == 5


def test_only_the_last_of_several_answers_goes_to_a_desk_that_reads_slowly() -> None:
    end = LineEnd().opened()
    for boot in range(5):
        end.say(Ping(boot, 0), boot)
    assert end.out(5) == [Pong(4, 1_000_005)]


def test_personal_data_is_cut_into_frames_that_are_not_too_big() -> None:
    end = LineEnd().opened()
    assert end.say(AskSecrets(("a", "b"))) == Show(("a", "b"))
    secrets = [Secret(str(number), "c", "text", "字" * 200_000, b"s") for number in range(9)]
    end.line.shown(secrets, at(0))
    # Who asks on before the answers are taken piles them up.
    end.say(AskSecrets(("c",)))
    assert end.line.ending == "rate"
    frames = [frame for frame in end.out() if isinstance(frame, Secrets)]
    assert [secret.ref for frame in frames for secret in frame.secrets] == [str(n) for n in range(9)]
    assert [frame.more for frame in frames] == [True] * (len(frames) - 1) + [False]
    assert max(len(write_frame(frame)) for frame in frames) < FRAME_BYTES_MAX


def test_a_silent_desk_is_let_go_but_not_while_the_hub_is_at_its_push() -> None:
    end = LineEnd().opened()
    end.say(Push(MemoryParcels("desk", 1).parcels), 0)
    assert not any(isinstance(frame, End) for frame in end.out(HEARD_MAX_MS))
    end.line.pushed(Accepted(1, 1), at(HEARD_MAX_MS))
    end.out(HEARD_MAX_MS)
    assert end.out(2 * HEARD_MAX_MS) == [End("silent")]


def test_where_the_hub_stands_is_said_in_quiet_times_and_when_it_moved() -> None:
    end = LineEnd().opened()
    assert end.out(QUIET_MS - 1) == []
    assert end.out(QUIET_MS) == [At(0, 1_000_000 + QUIET_MS)]
    end.fan.upper = 3
    end.fan.digest_gseq, end.fan.digest = 500, "d"
    soon = QUIET_MS + AT_PAUSE_MS
    assert end.out(soon - 1) == []
    assert end.out(soon) == [At(0, 1_000_000 + soon, 3, 500, "d")]
    assert end.out(soon + 1) == []


def test_a_log_that_is_shorter_than_announced_ends_the_line() -> None:
    end = LineEnd(hub_of(3)).greet()
    end.hub.entries.clear()
    assert end.out()[-1] == End("shorter")


def test_a_fresh_hub_has_nothing_to_send() -> None:
    assert len(LineEnd().greet().out()) == 1
    assert FanOut(Head(STREAM, 1, 0, GENESIS)).missing_after(0) == 0
