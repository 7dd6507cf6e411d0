"""What the windows of one PC stand on: a hall of its own, or a desk of a hub elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from app.bootstrap.desk.revealing import Fetch
from app.bootstrap.loop_thread import Failed
from app.bootstrap.opening import OpenHall
from app.bootstrap.signing import Signing
from app.bootstrap.worker import Worker
from app.sync.status import LinkStatus


class Workplace(Protocol):
    """All methods on any thread but `begin` and `close`, which belong to the one that made it."""

    @property
    def hall(self) -> OpenHall: ...

    @property
    def signing(self) -> Signing: ...

    def status(self) -> LinkStatus:
        """How the line to the hub stands."""
        ...

    def subscribe(self, listener: Callable[[LinkStatus], None]) -> None:
        """Call `listener`, on a thread of the line, with each status that differs."""
        ...

    @property
    def fetch(self) -> Fetch | None:
        """Asks a hub elsewhere for personal data; None where all of it lies here."""
        ...

    def seat(self, units: tuple[str, ...]) -> None:
        """Whose people sit at this PC from now on."""
        ...

    def begin(self, worker: Worker, failed: Failed) -> None:
        """Once the windows stand: whatever else this PC does for the hall."""
        ...

    def close(self) -> None:
        """Everything but the worker and the hall, which are closed after it."""
        ...
