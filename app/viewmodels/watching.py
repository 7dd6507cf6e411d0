"""What stands in the place of commands where people only look: a wall can neither act nor reveal."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from typing import TypeVar

from app.commands.command import Command, HistoryRow, NewReport, Outcome
from app.commands.requesting import Wish
from app.domain.actor import Actor
from app.domain.contested import Choice
from app.domain.refusal import Refusal
from app.sync.seats.signing import SignedIn, SignInAsked

Result = TypeVar("Result")


class Watching:
    """Implements Acting by doing nothing: every future holds a PermissionError."""

    def submit(self, command: Command, actor: Actor) -> Future[Outcome]:
        return _refused()

    def register(self, report: NewReport, actor: Actor) -> Future[Outcome]:
        return _refused()

    def import_rows(self, rows: Sequence[HistoryRow], actor: Actor) -> Future[Sequence[Outcome]]:
        return _refused()

    def reveal(self, incident: str, field: str, ref: str, reason: str, actor: Actor) -> Future[str]:
        return _refused()

    def settle(
        self, incident: str, contested: str, choice: Choice, reason: str, actor: Actor
    ) -> Future[Outcome]:
        return _refused()

    def called(self, incident: str, order: str, actor: Actor) -> Future[Outcome]:
        return _refused()

    def read(self, incident: str, order: str, actor: Actor) -> Future[Outcome]:
        return _refused()

    def request(self, wish: Wish, actor: Actor) -> Future[Outcome]:
        return _refused()

    def answer(self, request: str, accepted: bool, reason: str, actor: Actor) -> Future[Outcome]:
        return _refused()

    def sign_in(self, asked: SignInAsked) -> Future[SignedIn | Refusal]:
        return _refused()

    def sign_out(self, actor: Actor, why: str) -> Future[None]:
        return _refused()


def nobody() -> Actor:
    """Who sits at a wall."""
    return Actor("", "", "")


def _refused() -> Future[Result]:
    future: Future[Result] = Future()
    future.set_exception(PermissionError("a wall only shows"))
    return future
