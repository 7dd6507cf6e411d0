"""Questions for personal data that wait for the hub's answer, each with the future of whoever asked."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from itertools import count

from app.base.errors import WorldError
from app.log.entries import Secret


class Questions:
    """Belongs to the link's loop."""

    def __init__(self, hub: str) -> None:
        self._hub = hub
        self._numbers = count(1)
        self._open: dict[int, Future[list[Secret]]] = {}

    def open(self, future: Future[list[Secret]]) -> int:
        """The number under which the answer will come."""
        number = next(self._numbers)
        self._open[number] = future
        return number

    def answered(self, number: int, secrets: Sequence[Secret] | None) -> None:
        """The answer; None when the hub cannot be asked now."""
        future = self._open.pop(number, None)
        if future is None or not future.set_running_or_notify_cancel():
            return
        if secrets is None:
            future.set_exception(not_reached(self._hub))
        else:
            future.set_result(list(secrets))

    def drop(self) -> None:
        """Nobody will answer any more."""
        for number in tuple(self._open):
            self.answered(number, None)


def not_reached(hub: str) -> WorldError:
    """What a caller hears who needs the hub now."""
    return WorldError("hub_not_reached", hub=hub)
