"""A PC that stands alone: it numbers by itself and serves its hall to programs on this PC."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from app.bootstrap.desk.revealing import Fetch
from app.bootstrap.loop_thread import Failed
from app.bootstrap.opening import NumberingHall, OpenHall
from app.bootstrap.own_accounts import OwnAccounts
from app.bootstrap.service import OWN, guarded, serve_hall
from app.bootstrap.signing import Signing
from app.bootstrap.worker import Worker
from app.sync.status import ALONE, LinkStatus


class OwnWorkplace:
    """Implements Workplace over one log: the hub's and the desk's are the same here."""

    def __init__(self, hall: NumberingHall) -> None:
        self._held = ExitStack()
        self._safety = self._held.enter_context(guarded(hall))
        self._hall = hall
        self._signing = OwnAccounts(self._safety, hall.commander.desk.letters)

    @property
    def hall(self) -> OpenHall:
        return self._hall

    @property
    def signing(self) -> Signing:
        return self._signing

    def status(self) -> LinkStatus:
        return ALONE

    def subscribe(self, listener: Callable[[LinkStatus], None]) -> None:
        """Nothing ever changes."""

    @property
    def fetch(self) -> Fetch | None:
        return None

    def seat(self, units: tuple[str, ...]) -> None:
        """Whoever sits here reads the hall's own log."""

    def begin(self, worker: Worker, failed: Failed) -> None:
        service = serve_hall(self._hall, worker, self._safety, OWN, tls=False, failed=failed)
        self._held.callback(service.close)

    def close(self) -> None:
        self._held.close()
