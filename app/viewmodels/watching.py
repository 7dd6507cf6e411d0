"""What stands in the place of commands where people only look: a wall can neither act nor reveal."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TypeVar

from app.commands.command import Command, NewReport, Outcome
from app.domain.actor import Actor

Result = TypeVar("Result")


class Watching:
    """Implements Acting by doing nothing: every future holds a PermissionError."""

    def submit(self, command: Command, actor: Actor) -> Future[Outcome]:
        return _refused()

    def register(self, report: NewReport, actor: Actor) -> Future[Outcome]:
        return _refused()

    def reveal(self, incident: str, field: str, ref: str, reason: str, actor: Actor) -> Future[str]:
        return _refused()


def nobody() -> Actor:
    """Who sits at a wall."""
    return Actor("", "", "")


def _refused() -> Future[Result]:
    future: Future[Result] = Future()
    future.set_exception(PermissionError("a wall only shows"))
    return future
