"""A context for view models on a test hall: commands run at once, on the caller's thread."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

from app.base.language import load_language
from app.commands.command import Command, NewReport, Outcome
from app.commands.revealing import reveal
from app.domain.actor import Actor
from app.domain.refusal import Refusal
from app.projections.reading import Reading
from app.viewmodels.context import Context
from app.viewmodels.pulse import Pulse
from tests.helpers.halls import TestHall, actor

LANGUAGES = Path(__file__).parents[2] / "resources" / "language"


class AtOnce:
    """`Acting` without a worker."""

    def __init__(self, test: TestHall) -> None:
        self._test = test

    def submit(self, command: Command, by: Actor) -> Future[Outcome]:
        return _done(self._test.commander.submit(command, by))

    def register(self, report: NewReport, by: Actor) -> Future[Outcome]:
        return _done(self._test.commander.register(report, by))

    def reveal(self, incident: str, field: str, ref: str, reason: str, by: Actor) -> Future[str]:
        value = reveal(self._test.commander.desk, self._test.store.vault, incident, ref, reason, by)
        future: Future[str] = Future()
        if isinstance(value, Refusal):
            future.set_exception(PermissionError(value.code))
        else:
            future.set_result(value)
        return future


def _done(outcome: Outcome) -> Future[Outcome]:
    future: Future[Outcome] = Future()
    future.set_result(outcome)
    return future


def glass(test: TestHall, by: Actor | None = None, language: str = "zh") -> Context:
    """A context as a window has it, with its columns loaded."""
    reading = Reading(test.store, test.projector)
    reading.columns.load(test.store.reader())
    sitter = by or actor("dispatcher")
    return Context(
        reading, AtOnce(test), Pulse(reading, test.clock), load_language(language, LANGUAGES), lambda: sitter
    )
