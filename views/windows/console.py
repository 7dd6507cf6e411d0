"""The operator's desk: queues, board and case side by side, worked by keys alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.viewmodels.context import Context
from app.viewmodels.finding import Findable
from app.viewmodels.seat import Seat
from views.bridge import Bridge
from views.case_flow import CaseFlow
from views.desk_commands import DeskCommands
from views.desk_face import DeskFace
from views.desk_look import DeskLook, other_language
from views.desk_models import DeskModels
from views.desk_side import DeskSide
from views.keys import Keys
from views.report_flow import ReportFlow
from widgets.theme import Theme
from widgets.toast import Toast

MIN_SIZE = QSize(1280, 800)
LOOK_PAUSE_MS = 120
"""A case is read when the choice rests on its row: not for every row an arrow key runs over."""

WARM_PAUSE_MS, WARM_ITEMS = 30, 60
"""Areas are prepared for typing by initials in slices of two milliseconds."""


class ConsoleWindow(QWidget):
    """One operator's window. `closing()` when a person closes it.

    `actions` are the shell's own commands, offered in the command bar beside the console's: id, name, key in
    `note`; `run` is called with the id of the one that was chosen.
    """

    closing = Signal()

    def __init__(
        self,
        context: Context,
        seat: Seat,
        keys: Keys,
        look: DeskLook | None = None,
        actions: Callable[[], Sequence[Findable]] = tuple,
        run: Callable[[str], None] = lambda _action: None,
    ) -> None:
        super().__init__()
        self._context = context
        self._seat = seat
        self.look = look or DeskLook()
        self.models = DeskModels(context, seat)
        self.bridge = Bridge()
        self.commands = DeskCommands(self, keys, actions, run)
        self._keys = keys
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._look)
        self._warm = QTimer(self)
        self._warm.timeout.connect(self._warm_up)
        self._looked_at = ""
        self._placed = False
        self.models.filter.open_queue(self.models.queues.home())
        self._build()
        self.setMinimumSize(MIN_SIZE)
        # From here the widths grow by their shares; who restores a window sets others before it is shown.
        self.face.share_width(MIN_SIZE.width())
        self._let_go = [
            context.pulse.second.connect(lambda _keys: self.face.bar.show_time()),
            context.pulse.hall.connect(lambda _keys: self._hall_changed()),
            seat.changed.connect(lambda _keys: self._seat_changed()),
        ]
        self._warm.start(WARM_PAUSE_MS)

    @property
    def theme(self) -> Theme:
        return self.look.load()

    @property
    def locked(self) -> bool:
        """Nobody sits here and the hall asks for a password."""
        return self.models.sign_in.locked

    # What the commands do

    def open_case(self, incident: str) -> None:
        """Bring a case up: in the panel, and in the list where it is there."""
        if self.locked or self.flow.filling_in or not self.models.case.open(incident):
            return
        self.face.right.setCurrentWidget(self.face.case)
        self.face.board.table.choose(incident)
        self._pause.stop()
        self.side.note_read()

    def begin(self) -> None:
        """What a seat sees first: its queue with the first case open, where there is one."""
        incident = self.models.queues.next()
        if self.locked:
            self.side.pick_seat()
            return
        if incident is not None:
            self.open_case(incident)
        self.face.board.take_focus()

    def next_case(self) -> None:
        """The next of my queue, and my queue with it."""
        here = self.models.case.incident
        incident = self.models.queues.next(here.id if here is not None else "")
        if incident is None:
            self.say(self.text("desk.queue_empty"), "in_time")
            return
        if not self.flow.filling_in:
            self.show_queue(self.models.queues.home())
            self.open_case(incident)
            self.face.board.take_focus()

    def show_queue(self, queue: str) -> None:
        self.models.filter.open_queue(queue)
        self.face.queues.set_current(queue)

    def show_report(self, short: bool) -> None:
        """The report form, with the draft that was left in it."""
        if not self.models.report.may_register():
            self.say(self.text("report.not_your_role"), "due_soon")
            return
        form = self.face.short_report if short else self.face.report
        self.face.right.setCurrentWidget(form)
        form.begin()

    def leave_report(self) -> None:
        """Back to the case; the draft stays in the form."""
        form = self.face.report_shown()
        self.face.right.setCurrentWidget(self.face.case)
        if form is not None and not form.is_empty():
            self.say(self.text("report.draft_kept"), "")
        self.back_to_work()

    def switch(self, what: str) -> None:
        """Large mode, another look, or the other language."""
        if what == "language":
            if self.flow.filling_in:
                self.say(self.text("desk.finish_form"), "due_soon")
                return
            self._context.speak(other_language(self._context.language.code))
            self._rebuild()
            return
        self.look = self.look.switched_large() if what == "large" else self.look.next_theme()
        self.theme.apply(self)
        self.face.size_for(self.theme)
        self.face.share_width(self.width())
        self.face.status.set_large(self.look.large)

    def say(self, words: str, severity: str) -> None:
        """A message at the foot of the window."""
        self.flow.say(words, severity)

    def text(self, key: str, **params: object) -> str:
        return self._context.text(key, **params)

    def list_changed(self) -> None:
        """Another list came by name: show which, and the keyboard into it."""
        self.face.queues.set_current(self.models.filter.queue)
        self.back_to_work()

    def sit(self, sitter: str) -> None:
        self._seat.sit(sitter)
        self.back_to_work()

    def release(self) -> None:
        """Let go of everything: the window is not used any more."""
        self._warm.stop()
        self._pause.stop()
        self.bridge.close()
        for let_go in self._let_go:
            let_go()
        self._let_go.clear()
        self.side.release()
        self.face.release()
        self.models.close()

    # What Qt calls

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._placed:
            self._placed = True
            if self.locked:
                self.side.pick_seat()
            if self.models.board.count():
                self.face.board.table.choose(self.models.board.key(0))
            self.back_to_work()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What no part of the window wanted: Enter goes on from the queues to the list, Esc back to it."""
        if event.key() == Qt.Key.Key_Escape and self.side.leave():
            return
        if event.key() == Qt.Key.Key_Escape or (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.face.queues.list.hasFocus()
        ):
            self.back_to_work()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closing.emit()

    # Inside

    def _build(self) -> None:
        theme, text = self.theme, self.text
        self._built_on = self._ground()
        self.face = DeskFace(
            theme,
            self._context,
            self._seat,
            self._keys,
            self.models,
            self.commands.listed,
            self.look.large,
        )
        self._column.addWidget(self.face)
        self.toast = Toast(theme, self)
        self.flow = CaseFlow(
            self._context,
            self.models.case,
            self.face.case,
            self.toast,
            self.bridge,
            self.face.action_form,
        )
        self.side = DeskSide(self._context, self.models, self.face, self.bridge, self.say, self.back_to_work)
        self.reports = ReportFlow(self._context, self.models.report, self.bridge, self.say, self.face)
        self._connect()
        theme.apply(self)
        founded = self._context.reading.hall.founded
        mark = founded.mark if founded is not None else ""
        name = text("desk.window")
        self.setWindowTitle(f"{name} · {text(f'mark.{mark}')}" if mark else name)

    def _connect(self) -> None:
        face = self.face
        face.queues.chosen.connect(self.show_queue)
        face.queues.set_current(self.models.filter.queue)
        face.board.looked_at.connect(self._look_at)
        face.board.opened.connect(self._open)
        face.bar.chosen.connect(self.commands.chosen)
        face.bar.left.connect(self.back_to_work)
        face.bar.seat_wanted.connect(self.side.pick_seat)
        face.calls.opened.connect(self._open)
        face.status.switched.connect(self.switch)
        face.status.link_wanted.connect(self.side.show_link)
        face.status.requests_wanted.connect(self.side.show_requests)
        face.requests.opened.connect(self._open)
        face.map.case_wanted.connect(self._open)
        self.flow.ended.connect(self.back_to_work)
        self.reports.taken.connect(self._taken)
        for form in (face.report, face.short_report):
            self.reports.adopt(form)
            form.left.connect(self.leave_report)
        self.commands.bind(face)

    def _rebuild(self) -> None:
        """The same desk in another language, or on other rules; drafts and what is open stay."""
        old, toast = self.face, self.toast
        sizes, page = old.split.sizes(), old.right.currentIndex()
        drafts = [(form.typed(), form.form_id, form.taken) for form in (old.report, old.short_report)]
        self.flow.leave()
        self.side.release()
        old.release()
        self._column.removeWidget(old)
        for gone in (old, toast):
            gone.hide()
            gone.setParent(None)
            gone.deleteLater()
        self._build()
        for form, (typed, form_id, taken) in zip(
            (self.face.report, self.face.short_report), drafts, strict=True
        ):
            form.put(typed, form_id)
            form.taken = taken
        self.face.right.setCurrentIndex(page)
        self.face.split.setSizes(sizes)
        shown = self.face.report_shown()
        if shown is not None:
            shown.begin()
        else:
            self.back_to_work()

    def _hall_changed(self) -> None:
        """Other rules or areas change forms and lists; another operator only who may sit here."""
        if self._built_on != self._ground():
            self._rebuild()
        else:
            self.face.bar.show_seat()

    def _ground(self) -> tuple[object, ...]:
        reading = self._context.reading
        # Another hall below gives the board its column of halls.
        return self._context.book, reading.hall.areas, tuple(reading.homes)

    def _seat_changed(self) -> None:
        self.models.seat_changed()
        self.face.conflicts.model.seat_changed()
        self.face.requests.model.seat_changed()
        self.face.importing.model.seat_changed()
        self.side.follow_seat()
        self.face.bar.show_seat()
        self.face.queues.set_current(self.models.filter.queue)

    def _look_at(self, incident: object) -> None:
        if incident is not None:
            self._looked_at = str(incident)
            self._pause.start(LOOK_PAUSE_MS)

    def _look(self) -> None:
        here = self.models.case.incident
        if not self.flow.filling_in and (here is None or here.id != self._looked_at):
            self.models.case.open(self._looked_at)
            self.side.follow_case()
            self.side.note_read()

    def _open(self, incident: object) -> None:
        if incident is not None:
            self.open_case(str(incident))
            self.face.case.focus_actions()

    def _taken(self, incident: str, stays: bool) -> None:
        # Brought up at once, not at the next beat: the person waits for their own case.
        self._context.pulse.beat()
        if not stays:
            self.face.right.setCurrentWidget(self.face.case)
            self.open_case(incident)
            self.back_to_work()

    def back_to_work(self) -> None:
        """The keyboard to the list, but not away from a report that is being taken down."""
        if self.face.report_shown() is None and not self.locked:
            self.face.board.take_focus()

    def _warm_up(self) -> None:
        if self.models.report.warm(WARM_ITEMS) and self.models.find.warm(WARM_ITEMS):
            self._warm.stop()
