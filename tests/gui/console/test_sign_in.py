"""Signing in at a console: locked before, the forms kept over a switch, every answer of the hall shown."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future

import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.base.errors import WorldError
from app.domain.actor import Actor
from app.domain.refusal import Refusal
from app.sync.seats.signing import SignedIn, SignInAsked
from tests.helpers.desk import Desk, desk
from tests.helpers.fingers import Fingers
from tests.helpers.halls import TestHall
from tests.helpers.wall import said

DISPATCHER = SignedIn("op-dispatcher-ZZZX", "dispatcher", session="s7")


class Door:
    """Lets in who has the right password; everything else is turned away as it was told to."""

    def __init__(self, at: Desk) -> None:
        self.refusal = Refusal("sign_in_wrong")
        self.asked: list[SignInAsked] = []
        self.left: list[str] = []
        at.acting.sign_in = self.sign_in  # type: ignore[method-assign]
        at.acting.sign_out = self.sign_out  # type: ignore[method-assign]

    def sign_in(self, asked: SignInAsked) -> Future[SignedIn | Refusal]:
        self.asked.append(asked)
        future: Future[SignedIn | Refusal] = Future()
        right = asked.password == "right one"
        future.set_result(self._signed(asked) if right else self.refusal)
        return future

    def sign_out(self, by: Actor, why: str) -> Future[None]:
        self.left.append(why)
        future: Future[None] = Future()
        future.set_result(None)
        return future

    @staticmethod
    def _signed(asked: SignInAsked) -> SignedIn:
        return SignedIn(asked.operator, asked.role, session=f"session of {asked.operator}")


@pytest.fixture
def guarded(qtbot: QtBot, small_hall: TestHall) -> Iterator[Desk]:
    """A console of a hall with accounts, at which nobody sits."""
    small_hall.register()
    with desk(small_hall, "dispatcher", guarded=True) as made:
        made.open(qtbot)
        yield made


@pytest.fixture
def door(guarded: Desk) -> Door:
    return Door(guarded)


def sign_in(at: Desk, hands: Fingers, who: str, password: str) -> None:
    hands.type(who)
    hands.press("Return")
    hands.type(password)
    hands.press("Ctrl+Return")
    at.settle()


def test_before_anybody_signs_in_nothing_is_shown_and_nothing_works(guarded: Desk, door: Door) -> None:
    face, hands = guarded.window.face, Fingers(guarded.window)
    assert face.sign_in.isVisible()
    for part in (face.board, face.queues, face.case, face.calls):
        assert not part.isVisible()
    for key in ("F2", "F4", "F7", "Ctrl+K", "Ctrl+B", "/"):
        hands.press(key)
        assert face.right.currentWidget() is face.sign_in
    hands.press("Esc")
    assert face.sign_in.isVisible()
    assert guarded.window.locked


def test_the_right_password_opens_the_desk(guarded: Desk, door: Door) -> None:
    sign_in(guarded, Fingers(guarded.window), "op-dispatcher", "right one")
    face = guarded.window.face
    assert guarded.seat.actor().session == "session of op-dispatcher-ZZZX"
    assert face.board.isVisible()
    assert face.right.currentWidget() is face.case
    assert door.asked[0].password == "right one"


def test_a_wrong_one_is_said_and_typed_anew(guarded: Desk, door: Door) -> None:
    hands, panel = Fingers(guarded.window), guarded.window.face.sign_in
    sign_in(guarded, hands, "op-dispatcher", "wrong")
    assert guarded.context.text("refusal.sign_in_wrong") in said(panel)
    assert guarded.window.locked
    hands.type("right one")
    hands.press("Ctrl+Return")
    guarded.settle()
    assert not guarded.window.locked


def test_what_is_typed_as_password_is_not_shown(guarded: Desk) -> None:
    hands = Fingers(guarded.window)
    hands.type("op-dispatcher")
    hands.press("Return")
    hands.type("hush hush")
    line = guarded.window.face.sign_in.form.editor("password").focus_widget
    assert isinstance(line, QLineEdit)
    assert line.echoMode() == QLineEdit.EchoMode.Password
    assert "hush" not in line.displayText()
    assert "hush" not in said(guarded.window)


def test_a_second_factor_gets_a_field_of_its_own(guarded: Desk, door: Door) -> None:
    door.refusal = Refusal("second_factor_needed", "code")
    hands, form = Fingers(guarded.window), guarded.window.face.sign_in.form
    sign_in(guarded, hands, "op-dispatcher", "needs more")
    hands.type("123456")
    assert form.values()["code"] == "123456"
    assert form.values()["password"] == "needs more"
    hands.press("Ctrl+Return")
    guarded.settle()
    assert door.asked[-1].code == "123456"


def test_a_first_password_is_changed_before_anything_else(guarded: Desk, door: Door) -> None:
    door.refusal = Refusal("password_short", "new_password")
    hands, form = Fingers(guarded.window), guarded.window.face.sign_in.form
    sign_in(guarded, hands, "op-dispatcher", "one time")
    hands.type("a longer one")
    hands.press("Return")
    hands.type("another one")
    hands.press("Ctrl+Return")
    guarded.settle()
    assert list(form.errors()) == ["again"]
    assert len(door.asked) == 1
    form.set_value("again", "a longer one")
    form.submit()
    guarded.settle()
    assert door.asked[-1].new_password == "a longer one"


def test_a_switch_keeps_the_draft_and_esc_keeps_the_sitter(guarded: Desk, door: Door) -> None:
    hands, face = Fingers(guarded.window), guarded.window.face
    sign_in(guarded, hands, "op-intake", "right one")
    hands.press("F2")
    hands.type("井盖缺失")
    hands.press("F12")
    assert face.sign_in.isVisible()
    assert face.board.isVisible()
    hands.press("Esc")
    guarded.settle()
    assert guarded.seat.actor().operator == "op-intake-ZZZX"
    hands.press("F12")
    sign_in(guarded, hands, "op-dispatcher", "right one")
    assert guarded.seat.actor().operator == "op-dispatcher-ZZZX"
    assert face.report.typed().what == "井盖缺失"
    assert door.asked[-1].how == "switch"


def test_signing_out_locks_the_desk(guarded: Desk, door: Door) -> None:
    hands = Fingers(guarded.window)
    sign_in(guarded, hands, "op-dispatcher", "right one")
    hands.press("Ctrl+F12")
    guarded.settle()
    assert guarded.window.locked
    assert not guarded.window.face.board.isVisible()
    assert door.left == ["signed_out"]


def test_a_seat_nobody_touches_locks_itself(guarded: Desk, door: Door, qtbot: QtBot) -> None:
    door._signed = lambda asked: SignedIn(asked.operator, asked.role, idle_lock_ms=50)  # type: ignore[method-assign]
    sign_in(guarded, Fingers(guarded.window), "op-dispatcher", "right one")
    qtbot.waitUntil(lambda: guarded.window.locked)
    assert door.left == ["locked"]


def test_picking_stays_where_the_hall_has_no_accounts(at_desk: Desk, hands: Fingers) -> None:
    assert not at_desk.window.locked
    hands.press("F12")
    hands.type("派遣")
    hands.press("Return")
    at_desk.settle()
    assert at_desk.seat.actor().role == "dispatcher"
    assert not at_desk.window.face.sign_in.isVisible()


def test_another_language_leaves_a_locked_desk_locked(guarded: Desk) -> None:
    Fingers(guarded.window).press("Ctrl+Shift+L")
    guarded.settle()
    face = guarded.window.face
    assert guarded.window.locked
    assert face.sign_in.isVisible()
    assert not face.board.isVisible()
    assert "Sign in" in said(face.sign_in)


def test_a_hall_that_cannot_be_asked_says_why_and_keeps_what_was_typed(guarded: Desk, door: Door) -> None:
    def closed(_asked: SignInAsked) -> Future[SignedIn | Refusal]:
        raise WorldError("log_closed")

    guarded.acting.sign_in = closed  # type: ignore[method-assign]
    sign_in(guarded, Fingers(guarded.window), "op-dispatcher", "right one")
    panel = guarded.window.face.sign_in
    assert guarded.context.text("error.log_closed") in said(panel)
    assert panel.form.values()["password"] == "right one"
    assert panel.form.isEnabled()
