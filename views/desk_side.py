"""What a console shows in the case's place for a while: link, inboxes, sign-in; and the calls strip."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from app.commands.command import Outcome
from app.viewmodels.context import Context
from app.viewmodels.outcomes import failure_words, said
from views.bridge import Bridge
from views.deciding import Deciding
from views.idle_lock import IdleLock
from views.sign_in_flow import SignInFlow

if TYPE_CHECKING:
    from views.desk_face import DeskFace
    from views.desk_models import DeskModels

CALLED = "called"


class DeskSide(QObject):
    """Of one face of a console; gone with it. `back` is the window's own way back to the list."""

    def __init__(
        self,
        context: Context,
        models: DeskModels,
        face: DeskFace,
        bridge: Bridge,
        say: Callable[[str, str], None],
        back: Callable[[], None],
    ) -> None:
        super().__init__(face)
        self._context = context
        self._models = models
        self._face = face
        self._bridge = bridge
        self._say = say
        self._back = back
        self._settling = Deciding(context, face.conflicts, bridge, say)
        self._answering = Deciding(context, face.requests, bridge, say)
        self._signing = SignInFlow(context, models.sign_in, face.sign_in, bridge, say)
        self._idle = IdleLock()
        self._idle.idle.connect(lambda: self._signing.leave("locked"))
        self._signing.seated.connect(self._seated)
        face.sign_in.left.connect(self._leave_sign_in)
        face.importing.left.connect(self.leave)
        self.follow_seat()

    def show_link(self) -> None:
        self._face.right.setCurrentWidget(self._face.link)
        self._face.link.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_conflicts(self) -> None:
        self._face.right.setCurrentWidget(self._face.conflicts)
        self._face.conflicts.take_focus()

    def show_requests(self) -> None:
        self._face.right.setCurrentWidget(self._face.requests)
        self._face.requests.take_focus()

    def show_map(self) -> None:
        """The map with the open case in its middle."""
        self._face.right.setCurrentWidget(self._face.map)
        self._face.map.setFocus(Qt.FocusReason.OtherFocusReason)
        self.follow_case()

    def follow_case(self) -> None:
        """Another case is open: where the map is on show it goes there."""
        case, face = self._models.case.incident, self._face
        if case is not None and face.right.currentWidget() is face.map:
            face.map.show_case(case.id)

    def show_importing(self) -> None:
        self._face.right.setCurrentWidget(self._face.importing)
        self._face.importing.take_focus()

    def focus_calls(self) -> None:
        """The keyboard to the orders that are to be called, where there are any."""
        if self._face.calls.isVisible():
            self._face.calls.take_focus()
        else:
            self._say(self._context.text("calls.none"), "in_time")

    def note_call(self) -> None:
        """The unit was told by telephone: the order the keyboard is on, else the open case's first."""
        here, calls = self._face.calls.current(), self._models.case.to_call()
        case = self._models.case.incident
        if here is not None:
            self._send_call(here.incident, here.id, here.unit)
        elif case is not None and calls:
            order = case.order(calls[0])
            self._send_call(case.id, calls[0], self._context.unit(order.unit) if order is not None else "")
        else:
            self._say(self._context.text("calls.nothing"), "due_soon")

    def note_read(self) -> None:
        """A unit's person has the case before them: whoever sent the order is told that it was read."""
        for future in self._models.case.read():
            self._bridge.when_done(
                future,
                lambda _outcome: None,
                lambda error: self._context.pulse.say_trouble(failure_words(self._context, error)),
            )

    def pick_seat(self) -> None:
        """Change hands: by signing in where the hall has accounts, else by picking. Nothing is closed."""
        if not self._models.sign_in.guarded:
            self._face.bar.pick_seat()
            return
        self._face.right.setCurrentWidget(self._face.sign_in)
        self._face.sign_in.begin()

    def sign_out(self) -> None:
        """Free the seat: the desk shows nothing until somebody signs in."""
        self._signing.leave()

    def leave(self) -> bool:
        """From one of these pages back to the case; False when none is on show, or nobody may go on."""
        face = self._face
        if self._models.sign_in.locked or face.right.currentWidget() not in face.side_pages:
            return False
        face.right.setCurrentWidget(face.case)
        self._back()
        return True

    def follow_seat(self) -> None:
        """Lock the desk when nobody sits there who may, open it again when somebody does."""
        locked, face = self._models.sign_in.locked, self._face
        face.set_locked(locked)
        self._idle.watch(0 if locked else self._models.sign_in.idle_lock_ms)
        if locked:
            face.right.setCurrentWidget(face.sign_in)
            face.sign_in.begin()
        elif face.right.currentWidget() is face.sign_in:
            face.right.setCurrentWidget(face.case)

    def release(self) -> None:
        """The face goes; nothing watches its hands any more."""
        self._idle.watch(0)

    def _leave_sign_in(self) -> None:
        """Where nobody sits there is nothing to go back to: the form is emptied."""
        if not self.leave():
            self._face.sign_in.begin()

    def _seated(self) -> None:
        self.follow_seat()
        self._back()

    def _send_call(self, incident: str, order: str, unit: str) -> None:
        self._bridge.when_done(
            self._models.calls.called(incident, order),
            lambda outcome: self._called(outcome, unit),
            lambda error: self._say(failure_words(self._context, error, CALLED), "overdue"),
        )

    def _called(self, outcome: Outcome, unit: str) -> None:
        words = said(self._context, outcome, CALLED, self._context.text("calls.called", unit=unit))
        if words.done:
            self._context.pulse.beat()
        self._say(words.text, words.severity)
