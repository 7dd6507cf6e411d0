"""Signing in at a seat: the hub decides while it can be asked; cut off, what was kept does, for a while."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from app.base.clock import HOUR_MS, MINUTE_MS
from app.base.errors import WorldError
from app.commands.operators import revoke
from app.domain.actor import SYSTEM
from app.domain.refusal import Refusal
from app.sync.seats.lockout import FAILURES_MAX, LOCK_MS
from app.sync.seats.seat import SeatSignIn
from app.sync.seats.signing import SignedIn, SignInAsked
from tests.helpers.halls import TestHall, hall
from tests.helpers.safety import PASSWORD, kinds, quick_passwords

WHO = "op-dispatcher-ZZZX"
CUT_OFF_MS = 72 * HOUR_MS


class FakeHub:
    """Answers as told; away when `answer` is None."""

    def __init__(self) -> None:
        self.password = PASSWORD
        self.away = False
        self.cut_off_ms = CUT_OFF_MS

    def sign_in(self, asked: SignInAsked) -> SignedIn | Refusal:
        if self.away:
            raise WorldError("hub_away", url="https://hub", detail="timeout")
        if asked.password != self.password:
            return Refusal("sign_in_wrong")
        self.password = asked.new_password or self.password
        return SignedIn(asked.operator, session="s", cut_off_ms=self.cut_off_ms, idle_lock_ms=5)


class MemoryNotes:
    """The notes of a replica, without one."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        return self.kept.get(key)

    def put(self, key: str, value: bytes) -> Future[int]:
        self.kept[key] = value
        done: Future[int] = Future()
        done.set_result(len(value))
        return done


class Seat:
    """One PC: its hub, its own log, what it keeps."""

    def __init__(self, open_hall: TestHall) -> None:
        self.hall, self.hub, self.notes = open_hall, FakeHub(), MemoryNotes()
        self.sign_ins = SeatSignIn(self.hub, open_hall.commander.desk, self.notes, quick_passwords())

    def asks(self, password: str = PASSWORD, operator: str = WHO, **more: str) -> SignedIn | Refusal:
        return self.sign_ins.judge(SignInAsked(operator, password, **more))

    def code(self, password: str = PASSWORD, operator: str = WHO, **more: str) -> str:
        answer = self.asks(password, operator, **more)
        return answer.code if isinstance(answer, Refusal) else answer.how


@pytest.fixture
def seat(tmp_path: Path) -> Iterator[Seat]:
    with hall(tmp_path) as open_hall:
        made = Seat(open_hall)
        yield made
        made.sign_ins.close()


def test_the_hub_decides_while_it_can_be_asked(seat: Seat) -> None:
    assert seat.sign_ins.sign_in(SignInAsked(WHO, PASSWORD)).result(10) == SignedIn(
        WHO, session="s", cut_off_ms=CUT_OFF_MS, idle_lock_ms=5
    )
    assert seat.code("wrong password") == "sign_in_wrong"
    assert kinds(seat.hall, WHO) == [], "its entries are the hub's to write"
    assert PASSWORD.encode() not in b"".join(seat.notes.kept.values())


def test_cut_off_the_last_password_opens_and_the_log_says_how(seat: Seat) -> None:
    seat.asks()
    kept_at = seat.hall.clock.now()
    seat.hub.away = True
    seat.hall.time.advance(5 * HOUR_MS)
    answer = seat.asks()
    assert isinstance(answer, SignedIn)
    assert (answer.how, answer.role, answer.token) == ("cut_off", "dispatcher", "")
    assert (answer.until, answer.idle_lock_ms) == (kept_at + CUT_OFF_MS, 5)
    opened = seat.hall.store.history(f"operator:{WHO}")[-1].entry
    assert opened.kind == "session_opened"
    assert b'"how":"cut_off"' in bytes(opened.body)
    assert seat.code("wrong password") == "sign_in_wrong"


def test_it_ends_after_its_time_and_only_the_hub_begins_it_anew(seat: Seat) -> None:
    seat.asks()
    seat.hub.away = True
    seat.hall.time.advance(CUT_OFF_MS - 1)
    assert seat.code() == "cut_off", "and being let in does not make it longer"
    seat.hall.time.advance(1)
    assert seat.code() == "cut_off_ended"
    seat.hub.away = False
    assert seat.code() == "password"
    seat.hub.away = True
    assert seat.code() == "cut_off"


def test_who_never_signed_in_here_or_may_not_without_the_hub_stays_out(seat: Seat) -> None:
    seat.hub.cut_off_ms = 0
    seat.asks()
    seat.hub.away = True
    assert seat.code() == "cut_off_unknown"
    assert seat.code(operator="op-intake-ZZZX") == "cut_off_unknown"
    assert seat.code(operator="op-nobody") == "cut_off_unknown"


def test_the_newest_password_is_the_one_that_opens(seat: Seat) -> None:
    seat.asks()
    seat.asks(new_password="ein ganz anderes Wort")
    seat.hub.away = True
    assert seat.code() == "sign_in_wrong"
    assert seat.code("ein ganz anderes Wort") == "cut_off"
    assert seat.code("ein ganz anderes Wort", new_password=PASSWORD) == "password_needs_hub"


def test_failures_lock_here_too_and_pulling_the_plug_again_does_not_unlock(seat: Seat) -> None:
    seat.asks()
    seat.hub.away = True
    said = [seat.code(f"guess {n}") for n in range(FAILURES_MAX + 2)]
    assert said == ["sign_in_wrong"] * (FAILURES_MAX - 1) + ["account_locked"] * 3
    assert kinds(seat.hall, WHO) == ["account_locked"], "told once"
    again = SeatSignIn(seat.hub, seat.hall.commander.desk, seat.notes, quick_passwords())
    assert again.judge(SignInAsked(WHO, PASSWORD)) == Refusal(
        "account_locked", params={"minutes": "15", "until": str(seat.hall.clock.now() + LOCK_MS)}
    )
    seat.hall.time.advance(LOCK_MS)
    assert seat.code() == "cut_off"


def test_a_clock_set_back_wins_no_days(seat: Seat) -> None:
    seat.asks()
    seat.hub.away = True
    seat.hall.time.advance(50 * HOUR_MS)
    assert seat.code() == "cut_off"
    seat.hall.time.advance(-40 * HOUR_MS)
    assert seat.code() == "cut_off_clock"
    seat.hall.time.advance(40 * HOUR_MS - 30 * MINUTE_MS)
    assert seat.code() == "cut_off", "a little back is a clock being put right"


def test_who_was_revoked_by_the_log_stays_out(seat: Seat) -> None:
    seat.asks()
    revoke(seat.hall.commander.desk, WHO, "left", SYSTEM)
    seat.hub.away = True
    assert seat.code() == "cut_off_unknown"


def test_a_role_must_have_been_granted(seat: Seat) -> None:
    seat.asks()
    seat.hub.away = True
    assert seat.code(role="shift_lead") == "role_not_granted"
    assert seat.code(role="dispatcher") == "cut_off"


def test_notes_that_do_not_read_count_as_none(seat: Seat) -> None:
    seat.asks()
    seat.notes.kept = dict.fromkeys(seat.notes.kept, b"\xc1 another version's")
    seat.hub.away = True
    assert seat.code() == "cut_off_unknown"
