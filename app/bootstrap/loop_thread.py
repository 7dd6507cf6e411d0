"""A thread with a plain asyncio loop: calls, coroutines and periodic work, one after the other."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from app.base.errors import MusterError, WorldError
from app.base.logs import Condition, Logger

EAGER_PAUSE_MS = 20
"""Between two turns of periodic work that has more to do: calls and the glass get their time too."""

Result = TypeVar("Result")
Failed = Callable[[BaseException], None]

_log = Logger(__name__)


class LoopThread:
    """Runs work in the order it was given. `failed` hears, on this thread, of whatever nobody expected."""

    def __init__(self, name: str, failed: Failed) -> None:
        self._failed = failed
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(self._loop_failed)
        self._lock = threading.Lock()
        self._closing = False
        self._tasks: set[asyncio.Task[None]] = set()
        # A daemon: what was acknowledged is on disk, so a program that dies without closing loses nothing.
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def call(self, work: Callable[[], Result]) -> Future[Result]:
        """Do `work` in its turn. Its errors reach the future; `failed` hears too of those that are bugs.

        The future raises WorldError `log_closed` when the thread is closing.
        """
        future: Future[Result] = Future()
        with self._lock:
            if self._closing:
                future.set_exception(WorldError("log_closed"))
            else:
                self._loop.call_soon_threadsafe(self._do, work, future)
        return future

    def ask(self, life: Coroutine[Any, Any, Result]) -> Future[Result]:
        """Run `life` beside the rest; its result or its error. The future raises WorldError `log_closed` when
        the thread is closing, or closes before it ends."""
        future: Future[Result] = Future()

        async def answer() -> None:
            try:
                future.set_result(await life)
            except asyncio.CancelledError:
                future.set_exception(WorldError("log_closed"))
                raise
            except Exception as error:
                if not isinstance(error, MusterError):
                    self._tell(error)
                future.set_exception(error)

        with self._lock:
            if self._closing:
                life.close()
                future.set_exception(WorldError("log_closed"))
            else:
                self._loop.call_soon_threadsafe(self._start, answer())
        return future

    def every(self, pause_ms: int, work: Callable[[], object]) -> None:
        """Do `work` now and again, `pause_ms` after it last ended, until closing; EAGER_PAUSE_MS when it
        returned True, for then it has more to do.

        An error does not end it: `failed` hears of the first of a row, and it is tried again.
        """

        async def repeat() -> None:
            troubled = Condition(_log, "worker.periodic")
            while True:
                more = False
                try:
                    more = work() is True
                except Exception as error:
                    if not troubled.failing:
                        self._failed(error)
                    troubled.failed(error)
                else:
                    troubled.recovered()
                await asyncio.sleep((min(EAGER_PAUSE_MS, pause_ms) if more else pause_ms) / 1000)

        self.spawn(repeat())

    def spawn(self, life: Coroutine[Any, Any, None]) -> None:
        """Run `life` beside the rest until it ends or the thread closes; `failed` hears of its error."""
        with self._lock:
            if self._closing:
                life.close()
            else:
                self._loop.call_soon_threadsafe(self._start, life)

    def close(self) -> None:
        """End periodic work and lives, do the calls that wait, end the thread. Harmless when repeated."""
        with self._lock:
            first, self._closing = not self._closing, True
            if first:
                self._loop.call_soon_threadsafe(self._end)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            self._loop.close()

    def _do(self, work: Callable[[], Result], future: Future[Result]) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            result = work()
        except Exception as error:
            if not isinstance(error, MusterError):
                self._tell(error)
            future.set_exception(error)
        else:
            future.set_result(result)

    def _start(self, life: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(life)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._tell(error)

    def _end(self) -> None:
        """The last call in the queue: everything before it is done, and lives get to clean up behind them."""
        for task in self._tasks:
            task.cancel()
        ended = self._loop.create_task(self._gone(set(self._tasks)))
        ended.add_done_callback(lambda _task: self._loop.stop())

    async def _gone(self, tasks: set[asyncio.Task[None]]) -> None:
        await asyncio.gather(*tasks, return_exceptions=True)

    def _loop_failed(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self._tell(context.get("exception") or RuntimeError(str(context.get("message", ""))))

    def _tell(self, error: BaseException) -> None:
        _log.error("worker.failed", error)
        self._failed(error)
