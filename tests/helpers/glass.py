"""A context for view models on a test hall: commands run at once, on the caller's thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from app.base.language import load_language
from app.commands.answering import answer_request
from app.commands.command import Command, HistoryRow, NewReport, Outcome
from app.commands.reaching import reached
from app.commands.requesting import Wish, make_request
from app.commands.revealing import reveal
from app.commands.settling import settle
from app.domain.actor import Actor
from app.domain.contested import Choice
from app.domain.refusal import Refusal
from app.projections.reading import Reading
from app.sync.seats.signing import SignedIn, SignInAsked
from app.sync.status import ALONE, LinkStatus
from app.viewmodels.context import Context, alone
from app.viewmodels.pulse import Pulse
from tests.helpers.halls import TestHall, actor

Result = TypeVar("Result")

LANGUAGES = Path(__file__).parents[2] / "resources" / "language"


class AtOnce:
    """`Acting` without a worker."""

    def __init__(self, test: TestHall) -> None:
        self._test = test

    def submit(self, command: Command, by: Actor) -> Future[Outcome]:
        return _done(self._test.commander.submit(command, by))

    def register(self, report: NewReport, by: Actor) -> Future[Outcome]:
        return _done(self._test.commander.register(report, by))

    def import_rows(self, rows: Sequence[HistoryRow], by: Actor) -> Future[Sequence[Outcome]]:
        return _done(self._test.commander.import_rows(rows, by))

    def reveal(self, incident: str, field: str, ref: str, reason: str, by: Actor) -> Future[str]:
        value = reveal(self._test.commander.desk, self._test.store.vault, incident, ref, reason, by)
        future: Future[str] = Future()
        if isinstance(value, Refusal):
            future.set_exception(PermissionError(value.code))
        else:
            future.set_result(value)
        return future

    def settle(
        self, incident: str, contested: str, choice: Choice, reason: str, by: Actor
    ) -> Future[Outcome]:
        return _done(settle(self._test.commander.desk, incident, contested, choice, reason, by))

    def called(self, incident: str, order: str, by: Actor) -> Future[Outcome]:
        return _done(reached(self._test.commander.desk, incident, order, "called", by))

    def read(self, incident: str, order: str, by: Actor) -> Future[Outcome]:
        return _done(reached(self._test.commander.desk, incident, order, "read", by))

    def request(self, wish: Wish, by: Actor) -> Future[Outcome]:
        return _done(make_request(self._test.commander.desk, wish, by))

    def answer(self, request: str, accepted: bool, reason: str, by: Actor) -> Future[Outcome]:
        return _done(answer_request(self._test.commander.desk, request, accepted, reason, by))

    def sign_in(self, asked: SignInAsked) -> Future[SignedIn | Refusal]:
        return _done(Refusal("sign_in_wrong"))

    def sign_out(self, by: Actor, why: str) -> Future[None]:
        return _done(None)


def _done(outcome: Result) -> Future[Result]:
    future: Future[Result] = Future()
    future.set_result(outcome)
    return future


class Line:
    """A line to a hub that a test sets as it likes."""

    def __init__(self, status: LinkStatus = ALONE) -> None:
        self.status = status

    def __call__(self) -> LinkStatus:
        return self.status


def glass(
    test: TestHall,
    by: Actor | None = None,
    language: str = "zh",
    link: Callable[[], LinkStatus] = alone,
    phones: Mapping[str, str] | None = None,
) -> Context:
    """A context as a window has it, with its columns loaded."""
    reading = Reading(test.store, test.projector)
    reading.columns.load(test.store.reader())
    sitter = by or actor("dispatcher")
    return Context(
        reading,
        AtOnce(test),
        Pulse(reading, test.clock),
        load_language(language, LANGUAGES),
        lambda: sitter,
        link=link,
        phones=phones,
    )
