"""Signing in at a desk: who sits there after which answer of the hall, and what is asked for next."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future

import pytest

from app.base.clock import HOUR_MS, MINUTE_MS
from app.domain.actor import Actor
from app.domain.refusal import Refusal
from app.sync.seats.signing import SignedIn, SignInAsked
from app.sync.status import LinkStatus
from app.viewmodels.context import Context
from app.viewmodels.seat import Seat
from app.viewmodels.sign_in import ENDING_MS, SignInModel
from app.viewmodels.watching import Watching
from tests.helpers.glass import Line, glass
from tests.helpers.halls import TestHall, hall

SITTER = "op-dispatcher-ZZZX/dispatcher"
OPERATOR = "op-dispatcher-ZZZX"


class Answers(Watching):
    """A hall that answers as the test says, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answer: SignedIn | Refusal = Refusal("sign_in_wrong")
        self.asked: list[SignInAsked] = []
        self.left: list[tuple[str, str]] = []

    def sign_in(self, asked: SignInAsked) -> Future[SignedIn | Refusal]:
        self.asked.append(asked)
        future: Future[SignedIn | Refusal] = Future()
        future.set_result(self.answer)
        return future

    def sign_out(self, actor: Actor, why: str) -> Future[None]:
        self.left.append((actor.operator, why))
        future: Future[None] = Future()
        future.set_result(None)
        return future


class AtDesk:
    """A guarded seat and its sign-in."""

    def __init__(self, test: TestHall) -> None:
        self.test = test
        self.answers, self.line = Answers(), Line()
        self.context = glass(test, link=self.line)
        self.seat = Seat(self.context.reading, "A1", "none", lambda: True)
        self.context = Context(
            self.context.reading,
            self.answers,
            self.context.pulse,
            self.context.language,
            self.seat.actor,
            link=self.line,
        )
        self.model = SignInModel(self.context, self.seat)

    def sign(self, answer: SignedIn | Refusal, code: str = "", new: str = "") -> tuple[str, str, str]:
        self.answers.answer = answer
        step = self.model.taken(self.model.ask(SITTER, "pass word", code, new).result())
        return step.next, step.words, step.field


@pytest.fixture(scope="module")
def signing_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestHall]:
    with hall(tmp_path_factory.mktemp("sign_in")) as made:
        yield made


@pytest.fixture
def desk(signing_hall: TestHall) -> AtDesk:
    return AtDesk(signing_hall)


def signed(**more: object) -> SignedIn:
    fields: dict[str, object] = {"operator": OPERATOR, "role": "dispatcher", "session": "s9"}
    return SignedIn(**(fields | more))  # type: ignore[arg-type]


def test_nobody_sits_down_by_picking_where_people_sign_in(desk: AtDesk) -> None:
    assert not desk.seat.sit(SITTER)
    assert not desk.seat.sit_first("dispatcher")
    assert desk.model.locked
    assert desk.seat.actor() == Actor("", "", "")


def test_where_seats_are_picked_nothing_is_locked(signing_hall: TestHall) -> None:
    context = glass(signing_hall)
    seat = Seat(context.reading, "A1", "s1")
    model = SignInModel(context, seat)
    assert not model.locked
    assert seat.sit(SITTER)
    assert model.leave() is None
    assert seat.taken


def test_who_signed_in_acts_from_now_on(desk: AtDesk) -> None:
    assert desk.sign(signed(idle_lock_ms=600_000))[0] == "seated"
    assert desk.seat.actor() == Actor(OPERATOR, "dispatcher", "ZZZX", "A1", "s9")
    assert not desk.model.locked
    assert desk.model.idle_lock_ms == 600_000
    asked = desk.answers.asked[0]
    assert (asked.operator, asked.role, asked.how) == (OPERATOR, "dispatcher", "password")


def test_over_a_taken_seat_it_is_a_switch_and_a_failure_changes_nothing(desk: AtDesk) -> None:
    desk.sign(signed())
    assert desk.sign(Refusal("sign_in_wrong"))[0] == "again"
    assert desk.answers.asked[-1].how == "switch"
    assert desk.seat.actor().session == "s9"


def test_a_second_factor_is_asked_for_when_it_is_wanted(desk: AtDesk) -> None:
    assert desk.sign(Refusal("second_factor_needed", "code")) == (
        "code",
        desk.context.text("refusal.second_factor_needed"),
        "code",
    )
    desk.sign(signed(), code="123456")
    assert desk.answers.asked[-1].code == "123456"


def test_a_one_time_password_seats_nobody_before_it_is_changed(desk: AtDesk) -> None:
    step = desk.sign(signed(must_change=True, session=""))
    assert (step[0], step[2]) == ("change", "new_password")
    assert desk.model.locked
    assert desk.sign(Refusal("password_short", "new_password"), new="x")[0] == "change"
    assert desk.sign(signed(), new="a long new one")[0] == "seated"
    assert desk.answers.asked[-1].new_password == "a long new one"


def test_a_locked_account_says_how_long_yet(desk: AtDesk) -> None:
    until = desk.test.clock.now() + 15 * MINUTE_MS
    step = desk.sign(Refusal("account_locked", params={"minutes": "15", "until": str(until)}))
    assert step[0] == "again"
    assert "15" in step[1]
    assert "15分0秒" in desk.model.locked_words()
    desk.test.time.advance(15 * MINUTE_MS)
    assert desk.model.locked_words() == ""


def test_cut_off_the_sign_in_says_until_when_and_then_ends(desk: AtDesk) -> None:
    desk.line.status = LinkStatus("cut_off")
    assert "限时" in desk.model.note()
    until = desk.test.clock.now() + HOUR_MS
    step = desk.sign(signed(how="cut_off", until=until))
    assert desk.context.formats.near(until, desk.test.clock.now()) in step[1]
    assert desk.model.ending_words()
    desk.test.time.advance(HOUR_MS)
    desk.context.pulse.beat()
    assert desk.model.locked
    assert desk.answers.left == [(OPERATOR, "expired")]


def test_a_long_sitting_says_nothing_of_its_end_until_it_is_near(desk: AtDesk) -> None:
    desk.sign(signed(until=desk.test.clock.now() + HOUR_MS))
    assert desk.model.ending_words() == ""
    desk.test.time.advance(HOUR_MS - ENDING_MS)
    assert desk.model.ending_words()


def test_signing_out_frees_the_seat_and_says_why(desk: AtDesk) -> None:
    desk.sign(signed())
    assert desk.model.leave("locked") is not None
    assert desk.answers.left == [(OPERATOR, "locked")]
    assert desk.model.locked
    assert desk.model.leave() is None


def test_an_operator_this_pc_does_not_know_yet_stays_outside(desk: AtDesk) -> None:
    step = desk.sign(signed(operator="op-new"))
    assert (step[0], step[2]) == ("again", "sitter")
    assert desk.model.locked


def test_everybody_may_be_picked_by_post(desk: AtDesk) -> None:
    assert SITTER in [sitter.id for sitter in desk.model.sitters()]
