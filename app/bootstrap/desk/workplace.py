"""A desk of a hub elsewhere, as its windows stand on it."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from app.base.clock import Clock
from app.base.language import Language
from app.bootstrap.desk.opening import OpenDesk, hub_of, open_desk
from app.bootstrap.desk.revealing import Fetch
from app.bootstrap.loop_thread import Failed
from app.bootstrap.opening import OpenHall
from app.bootstrap.signing import Signing
from app.bootstrap.steps import Step, Told
from app.bootstrap.worker import Worker
from app.sync.status import LinkStatus

LOOK_S = 0.1
"""Between two looks at how far a new desk's first sync has come."""


class DeskWorkplace:
    """Implements Workplace."""

    def __init__(self, desk: OpenDesk) -> None:
        self._desk = desk

    @property
    def hall(self) -> OpenHall:
        return self._desk.hall

    @property
    def signing(self) -> Signing:
        return self._desk.signing

    def status(self) -> LinkStatus:
        return self._desk.link.status()

    def subscribe(self, listener: Callable[[LinkStatus], None]) -> None:
        self._desk.link.subscribe(listener)

    @property
    def fetch(self) -> Fetch | None:
        return self._desk.link.secrets

    def seat(self, units: tuple[str, ...]) -> None:
        self._desk.link.seat(units)

    def begin(self, worker: Worker, failed: Failed) -> None:
        """The line came up by itself."""

    def close(self) -> None:
        self._desk.hang_up()


def open_desk_workplace(
    data: Path, own: Clock, url: str | None, code: str | None, *, language: Language, told: Told
) -> DeskWorkplace:
    """Open the desk in `data`, enrolling it first when there is a one-time `code`; a new one waits for the
    hub's first entries. Errors as of `open_desk` and `wait_for_hall`; what `told` raises ends it."""
    find = partial(hub_of, data, url, code, language=language)

    def folding(done: int, total: int) -> None:
        told(Step("folding", done, total))

    def fetching(done: int, total: int) -> None:
        told(Step("syncing", done, total))

    desk = open_desk(data, own, find, _failed, language=language, progress=folding, fetching=fetching)
    try:
        if desk.hall.projector.hall.founded is None:
            desk.wait_for_hall(
                lambda status: told(Step("syncing", status.gseq, max(1, status.hub_gseq))),
                lambda: time.sleep(LOOK_S),
            )
    except BaseException:
        desk.close()
        raise
    return DeskWorkplace(desk)


def _failed(_error: BaseException) -> None:
    """Logged where it happened: what becomes of the line shows in its status."""
