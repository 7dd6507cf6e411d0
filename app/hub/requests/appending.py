"""Commands on their way to the log: so many at a time, each timed, and a disk that refuses said at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from app.base.errors import WorldError
from app.base.logs import Condition, Logger
from app.commands.refused import RefusedError
from app.hub.limits import WAITING_MAX
from app.hub.metrics import Metrics
from app.hub.requests.problems import ProblemError

Result = TypeVar("Result")

_log = Logger(__name__)


class Appending:
    """Waits for futures of the hall's worker without ever blocking the service's loop."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._trouble = Condition(_log, "hub.append")
        self.waiting = 0

    @property
    def failing(self) -> bool:
        """Whether the last command failed because the world did, as a full disk."""
        return self._trouble.failing

    async def do(self, ask: Callable[[], Future[Result]]) -> Result:
        """The result of what `ask` begins; ProblemError `busy` when too many wait already."""
        if self.waiting >= WAITING_MAX:
            raise ProblemError("busy", headers={"Retry-After": "1"})
        self.waiting += 1
        begun = time.perf_counter()
        try:
            result = await asyncio.wrap_future(ask())
        except RefusedError:
            self._trouble.recovered()
            raise
        except WorldError as error:
            self._trouble.failed(error)
            raise
        finally:
            self.waiting -= 1
        self._trouble.recovered()
        self._metrics.append_seconds.observe(time.perf_counter() - begun)
        return result
