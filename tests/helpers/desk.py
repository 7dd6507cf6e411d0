"""A console on a test hall: its window, its context, and the clock and commands behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.base.language import load_language
from app.commands.refused import RefusedError
from app.commands.revealing import reveal
from app.domain.actor import Actor
from app.domain.incident import Incident
from app.domain.refusal import Refusal
from app.projections.reading import Reading
from app.sync.status import LinkStatus
from app.viewmodels.context import Context
from app.viewmodels.finding import Findable
from app.viewmodels.pulse import Pulse
from app.viewmodels.seat import Seat
from tests.helpers.glass import LANGUAGES, AtOnce, Line
from tests.helpers.halls import TestHall, actor
from views.desk_look import DeskLook
from views.keys import load_keys
from views.look import prepare_fonts
from views.windows.console import ConsoleWindow

KEYS = Path(__file__).parents[2] / "config" / "keys.toml"


_TURNS_MAX = 50
"""Turns of the event loop a command at once may need to come back."""


@cache
def fonts() -> None:
    """Load the bundled type once for all tests."""
    prepare_fonts()


class Acting(AtOnce):
    """Commands at once; a refused reveal ends as the worker's does."""

    def reveal(self, incident: str, field: str, ref: str, reason: str, by: Actor) -> Future[str]:
        value = reveal(self._test.commander.desk, self._test.store.vault, incident, ref, reason, by)
        future: Future[str] = Future()
        if isinstance(value, Refusal):
            future.set_exception(RefusedError(value))
        else:
            future.set_result(value)
        return future


class Desk:
    """What a test does with a console."""

    def __init__(
        self,
        hall: TestHall,
        role: str,
        language: str = "zh",
        look: DeskLook | None = None,
        actions: Callable[[], Sequence[Findable]] = tuple,
        run: Callable[[str], None] = lambda _action: None,
        phones: Mapping[str, str] | None = None,
        guarded: bool = False,
    ) -> None:
        fonts()
        self.hall = hall
        self.reading = Reading(hall.store, hall.projector)
        self.reading.columns.load(hall.store.reader())
        self.pulse = Pulse(self.reading, hall.clock)
        self.link = Line()
        self.seat = Seat(self.reading, "A1", "s1", lambda: guarded)
        self.acting = Acting(hall)
        self.context = Context(
            self.reading,
            self.acting,
            self.pulse,
            load_language(language, LANGUAGES),
            self.seat.actor,
            link=self.link,
            phones=phones,
        )
        assert self.seat.sit_first(role) or guarded, role
        self.window = ConsoleWindow(self.context, self.seat, load_keys(KEYS), look, actions, run)

    def open(self, qtbot: QtBot, width: int = 1920, height: int = 1080) -> None:
        """Show the window and give it the keyboard."""
        self.window.resize(width, height)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()
        self.settle()

    def settle(self) -> None:
        """Until every answer has been delivered and shown."""
        for _ in range(_TURNS_MAX):
            QApplication.processEvents()
            if not self.window.bridge.waiting:
                break
        self.pulse.beat()
        QApplication.processEvents()
        # What was replaced is gone for good, and not only out of sight.
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def show(self, case: Incident) -> None:
        """Bring a case up as if it had been chosen."""
        self.settle()
        self.window.open_case(case.id)
        self.window.back_to_work()
        self.settle()

    def line(self, status: LinkStatus) -> None:
        """Let the line to the hub stand so from now on."""
        self.link.status = status
        self.pulse.link_moved()
        self.settle()

    def sit(self, sitter: str) -> None:
        """Hand the seat over to `operator/role`."""
        assert self.seat.sit(sitter), sitter
        self.settle()

    def as_role(self, role: str) -> Actor:
        """The first operator of a role, for steps taken elsewhere."""
        return actor(role)

    @staticmethod
    def failing(error: Exception) -> Callable[..., Future[Any]]:
        """A command that ends in this error."""

        def fail(*_args: object) -> Future[Any]:
            future: Future[Any] = Future()
            future.set_exception(error)
            return future

        return fail

    def tick(self, by_ms: int) -> None:
        """Let time pass."""
        self.hall.time.advance(by_ms)
        self.settle()

    @property
    def case(self) -> Incident:
        """The case on show."""
        shown = self.window.models.case.incident
        assert shown is not None
        return shown

    @property
    def toast(self) -> str:
        """The message on show, or empty."""
        return self.window.toast.accessibleName() if self.window.toast.isVisible() else ""

    def close(self) -> None:
        self.window.release()
        self.window.close()
        self.window.deleteLater()
        self.pulse.close()


@contextmanager
def desk(
    hall: TestHall,
    role: str = "intake",
    language: str = "zh",
    look: DeskLook | None = None,
    actions: Callable[[], Sequence[Findable]] = tuple,
    run: Callable[[str], None] = lambda _action: None,
    phones: Mapping[str, str] | None = None,
    guarded: bool = False,
) -> Iterator[Desk]:
    """A console for the first operator of a role; let go of at the end. `guarded`: nobody sits there yet."""
    made = Desk(hall, role, language, look, actions, run, phones, guarded)
    try:
        yield made
    finally:
        made.close()
