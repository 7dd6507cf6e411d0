"""What the desk's end of the line answers to what it hears."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from app.log.chain import GENESIS
from app.log.entries import Head, Secret, TimeClaim
from app.log.following.taking import Mismatch, Taken
from app.sync.desk.effects import (
    Alarm,
    Close,
    Compare,
    DeskEffect,
    Join,
    Keep,
    Offer,
    Send,
    Take,
    Tell,
    Unanswered,
)
from app.sync.desk.link import ASKS_MAX, FIRST_PINGS, HEARD_MAX_MS, PING_MS, DeskLink
from app.sync.desk.push_window import WINDOW_FRAMES
from app.sync.frames import (
    Ack,
    At,
    FromHub,
    Hello,
    News,
    Ping,
    Pong,
    Push,
    Refused,
    Secrets,
    Welcome,
    write_frame,
)
from app.sync.lines import line_of
from app.sync.status import LinkStatus
from tests.helpers.line_logs import STREAM, MemoryHub, MemoryReplica

NEW = Head("", 1, 0, GENESIS)
CLAIM = TimeClaim(wall=1, boot=1, boot_id="x")


def fresh(sealed: int = 0, pending: int = 0, head: Head = NEW) -> DeskLink:
    return DeskLink("desk", "0.1.0", "hub", head, sealed, pending)


def say(link: DeskLink, frame: FromHub, now: int = 0) -> list[DeskEffect]:
    return link.received(write_frame(frame), now)


def welcome(**changed: Any) -> Welcome:
    said = {
        "protocol": 1, "program": "x", "stream": STREAM, "epoch": 1, "gseq": 0, "hash": "", "oseq": 0,
        "hub_time": 5_000,
    }  # fmt: skip
    return Welcome(**(said | changed))


def up(sealed: int = 0, head: Head = NEW, **changed: Any) -> DeskLink:
    link = fresh(sealed, sealed, head)
    link.connected(head, sealed, 0)
    say(link, welcome(**changed))
    return link


def of(kind: type[Any], effects: list[DeskEffect]) -> list[Any]:
    return [effect for effect in effects if isinstance(effect, kind)]


def news(count: int) -> tuple[MemoryHub, News]:
    """The first entries of a hub, as one page."""
    hub, writer = MemoryHub(), MemoryReplica("other")
    for _ in range(count):
        writer.write(CLAIM)
    hub.push("other", writer.waiting(0, count, 1 << 20), 1)
    return hub, News(1, GENESIS, tuple(line_of(numbered) for numbered in hub.entries))


def status(link: DeskLink, now: int = 0) -> LinkStatus:
    return link.status(now, 1_000_000 + now)


def test_the_first_frame_says_who_and_where() -> None:
    head = Head(STREAM, 3, 7, "sha256:7")
    assert fresh(12, 2, head).connected(head, 12, 0) == [
        Send(Hello(1, "0.1.0", "desk", STREAM, 3, 7, "sha256:7", 12))
    ]


def test_pushes_begin_right_after_the_welcome_without_any_pull() -> None:
    link = fresh(9, 9)
    link.connected(NEW, 9, 100)
    effects = say(link, welcome(gseq=4_000, oseq=3), 160)
    assert effects[:3] == [Tell(5_000, 100, 160), Join(STREAM, 1), Offer(3, 500, 1024 * 1024)]
    assert status(link).phase == "catching_up"
    assert status(link).pending == 6


def test_so_many_frames_are_on_their_way_and_the_acknowledgement_makes_room() -> None:
    replica = MemoryReplica("desk")
    link = up()
    sent: list[Push] = []
    for number in range(1, WINDOW_FRAMES + 3):
        replica.write(CLAIM)
        for offer in of(Offer, link.held(number)):
            parcels = replica.waiting(offer.after_oseq, 500, 9)
            sent += [effect.frame for effect in of(Send, link.offered(offer.after_oseq, parcels))]
    assert len(sent) == WINDOW_FRAMES
    (offer,) = of(Offer, say(link, Ack(1, 1)))
    assert offer.after_oseq == WINDOW_FRAMES
    # What came meanwhile goes together.
    together = link.offered(offer.after_oseq, replica.waiting(offer.after_oseq, 500, 1 << 20))
    assert len(of(Send, together)[0].frame.parcels) == 2


def test_what_was_read_for_a_line_that_is_gone_is_not_sent() -> None:
    replica = MemoryReplica("desk")
    for _ in range(3):
        replica.write(CLAIM)
    link = up(sealed=3)
    link.lost(1)
    assert link.offered(0, replica.waiting(0, 500, 1 << 20)) == []


def test_levels_follow_what_is_said() -> None:
    link = up(sealed=3)
    assert status(link).pending == 3
    say(link, Ack(2, 8))
    assert status(link).pending == 1
    say(link, At(gseq=20, hub_time=1, upper=15))
    assert (status(link).hub_gseq, status(link).upper_gseq) == (20, 15)


def test_own_entries_that_come_back_numbered_are_at_the_hub_with_or_without_an_ack() -> None:
    _, page = news(1)
    link = up(sealed=3, gseq=1)
    say(link, page)
    link.taken(Taken(Head(STREAM, 1, 1, "h"), 2), 0)
    assert status(link).pending == 1


def test_lines_go_to_the_replica_and_the_cursor_follows_the_disk() -> None:
    _, page = news(3)
    link = up(gseq=3)
    (take,) = of(Take, say(link, page))
    assert [numbered.gseq for numbered in take.lines] == [1, 2, 3]
    assert (status(link).gseq, status(link).phase) == (0, "catching_up")
    link.taken(Taken(Head(STREAM, 1, 3, "h"), 0), 0)
    assert (status(link).gseq, status(link).phase) == (3, "live")


def test_the_second_mismatch_is_an_alarm_and_a_good_page_forgets_it() -> None:
    _, page = news(1)
    link = up(gseq=1)
    ends: list[list[DeskEffect]] = []
    for _ in range(3):
        link.connected(NEW, 0, 0)
        say(link, welcome(gseq=1))
        say(link, page)
        ends.append(link.taken(Mismatch(1, "hash"), 0))
    assert ends == [
        [Close("mismatch")],
        [Alarm("mismatch", 1, "hash"), Close("mismatch", slow=True)],
        [Close("mismatch", slow=True)],
    ]
    assert status(link).trouble == "mismatch"
    link.connected(NEW, 0, 0)
    say(link, welcome(gseq=1))
    say(link, page)
    link.taken(Taken(Head(STREAM, 1, 1, "h"), 0), 0)
    assert status(link).trouble == ""


def test_lines_that_hold_no_entry_are_a_mismatch() -> None:
    _, page = news(2)
    second = msgspec.structs.replace(page.lines[1], raw=b"{}")
    bad = msgspec.structs.replace(page, lines=(page.lines[0], second))
    assert say(up(gseq=2), bad) == [Close("mismatch")]


@pytest.mark.parametrize("frame", [Ack(1, 1), At(1, 1), Pong(1, 1), Secrets(())])
def test_nothing_is_heard_before_the_welcome(frame: FromHub) -> None:
    link = fresh()
    link.connected(NEW, 0, 0)
    assert say(link, frame) == [Close("mismatch")]
    assert not link.up


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x81\xa4type\xa4nope", write_frame(Ping(1, 1))])
def test_what_is_no_frame_of_a_hub_ends_the_line(data: bytes) -> None:
    assert up().received(data, 0) == [Close("mismatch")]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"protocol": 2}, "protocol"),
        ({"stream": ""}, "stream"),
        ({"stream": "another"}, "stream"),
        ({"gseq": 6}, "ahead"),
        ({"gseq": 7, "oseq": 5}, "forked"),
    ],
)
def test_a_hub_that_does_not_fit_is_left_alone(changed: dict[str, Any], code: str) -> None:
    head = Head(STREAM, 1, 7, "h")
    link = fresh(4, 0, head)
    link.connected(head, 4, 0)
    assert say(link, welcome(**changed)) == [Close(code, slow=True)]
    assert (status(link).phase, status(link).trouble) == ("refused", code)


def test_a_refusal_stands_until_the_hub_lets_the_desk_in() -> None:
    link = up()
    assert say(link, Refused("revoked")) == [Close("revoked", slow=True)]
    link.lost(1)
    assert (status(link).phase, status(link).trouble) == ("refused", "revoked")
    # The hub itself cannot be reached now: that is another thing, the reason stays.
    link.failed(2)
    assert (status(link).phase, status(link).trouble) == ("cut_off", "revoked")
    link.connected(NEW, 0, 3)
    say(link, welcome(), 3)
    assert (status(link).phase, status(link).trouble) == ("live", "")


def test_a_hub_that_is_busy_is_called_again_soon() -> None:
    assert say(up(), Refused("busy")) == [Close("busy", slow=False)]


def test_silence_is_a_cut_unless_the_own_disk_is_what_is_slow() -> None:
    _, page = news(1)
    link = up(gseq=1)
    assert of(Close, link.tick(HEARD_MAX_MS - 1)) == []
    say(link, page, 10)
    assert of(Close, link.tick(10 + HEARD_MAX_MS)) == []
    link.taken(Taken(Head(STREAM, 1, 1, "h"), 0), 20 + HEARD_MAX_MS)
    assert of(Close, link.tick(20 + HEARD_MAX_MS)) == [Close("silent")]


def test_a_hub_that_never_says_welcome_is_given_up() -> None:
    link = fresh()
    link.connected(NEW, 0, 0)
    assert link.tick(HEARD_MAX_MS) == [Close("silent")]


def test_the_time_is_asked_often_at_first_and_then_every_five_seconds() -> None:
    link = up()
    asked = []
    for now in range(0, 30_000, 500):
        if of(Send, link.tick(now)):
            asked.append(now)
            say(link, Pong(now, now), now)
    early = [now for now in asked if now < 2_500]
    assert len(early) == FIRST_PINGS - 1
    assert {b - a for a, b in zip(asked[len(early) :], asked[len(early) + 1 :], strict=False)} == {PING_MS}


def test_an_answer_to_a_ping_tells_the_clock_and_the_round_trip() -> None:
    link = up()
    assert say(link, Pong(200, 9_999), 240) == [Tell(9_999, 200, 240)]
    assert status(link).rtt_ms == 40


def test_times_are_said_in_hall_time_whatever_the_wall_clock_did() -> None:
    link = up()
    link.lost(5_000)
    assert link.status(8_000, 1_008_000).since == 1_005_000
    assert link.status(8_000, 1_008_000).heard_at == 1_000_000
    assert fresh().status(9, 9).heard_at == 0


def test_digests_are_compared_when_the_desk_is_there() -> None:
    _, page = news(3)
    link = up(gseq=3)
    assert say(link, At(3, 1, digest_gseq=3, digest="d")) == []
    say(link, page)
    assert link.taken(Taken(Head(STREAM, 1, 3, "h"), 0), 0) == [Compare(3)]
    assert link.compared(3, "e") == [Alarm("digest_differs", 3)]
    assert status(link).trouble == "digest_differs"
    # The same number is not compared again, another one is, and one that agrees ends the trouble.
    assert say(link, At(3, 1, digest_gseq=3, digest="d")) == []
    say(link, At(6, 1, digest_gseq=6, digest="f"))
    assert link.taken(Taken(Head(STREAM, 1, 6, "h"), 0), 0) == [Compare(6)]
    assert link.compared(6, "f") == []
    assert status(link).trouble == ""


def test_a_desk_that_kept_no_digest_there_says_nothing() -> None:
    link = up()
    say(link, At(0, 1, digest_gseq=0, digest=""))
    assert status(link).trouble == ""
    assert link.compared(500, None) == []


def test_answers_come_to_the_questions_in_order_and_in_parts() -> None:
    link = up()
    one, two = Secret("r1", "c", "f", "v1", b""), Secret("r2", "c", "f", "v2", b"")
    link.ask(1, ["r1", "r2"], 0)
    link.ask(2, ["r3"], 0)
    assert say(link, Secrets((one,), more=True)) == []
    assert say(link, Secrets((two,))) == [Keep(1, (one, two))]
    assert say(link, Secrets(())) == [Keep(2, ())]
    assert say(link, Secrets(())) == [Close("mismatch")]


def test_questions_without_a_line_or_cut_have_no_answer() -> None:
    assert fresh().ask(1, ["r"], 0) == [Unanswered(1)]
    link = up()
    for number in range(ASKS_MAX):
        assert of(Send, link.ask(number, ["r"], 0))
    assert link.ask(99, ["r"], 0) == [Unanswered(99)]
    assert link.lost(1) == [Unanswered(number) for number in range(ASKS_MAX)]


def test_a_question_that_is_not_answered_ends_the_line() -> None:
    link = up()
    link.ask(1, ["r"], 0)
    say(link, Pong(0, 0), HEARD_MAX_MS - 1)
    assert link.tick(HEARD_MAX_MS) == [Unanswered(1), Close("silent")]


def test_an_own_disk_that_refuses_ends_the_line_and_is_said() -> None:
    _, page = news(1)
    link = up(gseq=1)
    say(link, page)
    assert link.not_taken() == [Alarm("disk"), Close("disk")]
    assert (status(link).trouble, link.taking) == ("disk", 0)


def test_a_replica_that_follows_another_stream_is_not_joined() -> None:
    link = up()
    assert link.not_joined(1) == [Close("stream", slow=True)]
    assert status(link).phase == "refused"


def test_a_line_that_falls_far_behind_is_catching_up_again() -> None:
    link = up()
    assert status(link).phase == "live"
    say(link, At(5_000, 1))
    link.taken(Taken(Head(STREAM, 1, 500, "h"), 0), 0)
    assert status(link).phase == "catching_up"
