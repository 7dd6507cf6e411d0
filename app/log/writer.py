"""The one writer thread: a bounded queue of jobs, written in groups, acknowledged only when on disk."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

from app.base.errors import UsageError, WorldError
from app.base.logs import Logger
from app.log.entries import Draft, Head
from app.log.files.failpoints import hit
from app.log.jobs import Core

WAITING_MAX = 4_096
"""Jobs that may wait. A hall's desks never have as many at once: beyond it something runs wild."""

DRAFTS_PER_APPEND_MAX = 1_000
"""One append is one transaction that others wait for: at 1,000 they wait for tens of milliseconds."""

GROUP_DRAFTS_MAX = 2_000
"""Jobs that wait together are written together, one fsync for all, up to this many entries."""

_log = Logger(__name__)

Work = Callable[[Connection], int]
Listener = Callable[[Head], None]


J = TypeVar("J")


class _Asked(Generic[J]):
    def __init__(self, job: J, entries: int) -> None:
        self.job = job
        self.entries = entries
        self.future: Future[Any] = Future()


class _Task:
    def __init__(self, work: Work, checkpoint: bool) -> None:
        self.work = work
        self.checkpoint = checkpoint
        self.future: Future[int] = Future()


def fitting(drafts: Sequence[Draft]) -> tuple[Draft, ...]:
    """The drafts of one append. UsageError when there are none or too many."""
    if not 1 <= len(drafts) <= DRAFTS_PER_APPEND_MAX:
        raise UsageError("append_size", drafts=len(drafts), drafts_max=DRAFTS_PER_APPEND_MAX)
    return tuple(drafts)


class Writer(Generic[J]):
    """Runs a core on a thread of its own. All methods may be called on any thread."""

    def __init__(self, core: Core[J]) -> None:
        self._core = core
        self._queue: queue.Queue[_Asked[J] | _Task | None] = queue.Queue(WAITING_MAX)
        # What was taken from the queue while gathering a group and belongs to none.
        self._held: list[_Task | None] = []
        self._head = core.head
        self._standing = core.standing
        self._listeners: dict[object, Listener] = {}
        self._listening = threading.Lock()
        self._closing = threading.Lock()
        self._closed = False
        # A daemon: a program that dies without closing is as safe as one that is killed.
        self._thread = threading.Thread(target=self._serve, name="muster-log-writer", daemon=True)
        self._thread.start()

    @property
    def head(self) -> Head:
        """The last number that is on disk."""
        return self._head

    def ask(self, job: J, entries: int = 1) -> Future[Any]:
        """Have the core do `job`, which writes about so many `entries`; what the core answers, once that is
        on disk. WorldError from the future when too many wait or the writer is closed."""
        asked = _Asked(job, entries)
        self._put(asked)
        return asked.future

    def run(self, work: Work, *, checkpoint: bool = False) -> Future[int]:
        """Do other writing work in its turn and its own transaction, then empty the WAL if asked to."""
        job = _Task(work, checkpoint)
        self._put(job)
        return job.future

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """See LogPort.subscribe."""
        token = object()
        with self._listening:
            self._listeners[token] = listener

        def end() -> None:
            with self._listening:
                self._listeners.pop(token, None)

        return end

    def close(self) -> None:
        """Write what waits, then end the thread. Later appends are refused."""
        with self._closing:
            first, self._closed = not self._closed, True
        if first:
            # Outside the lock: the queue may be full, and a listener may be about to append.
            self._queue.put(None)
        self._thread.join()

    def _put(self, job: _Asked[J] | _Task) -> None:
        with self._closing:
            try:
                if self._closed:
                    raise WorldError("log_closed")
                # Never wait for room: the caller may be the thread that paints.
                self._queue.put_nowait(job)
            except queue.Full:
                job.future.set_exception(WorldError("log_busy", waiting=WAITING_MAX))
            except WorldError as error:
                job.future.set_exception(error)

    def _serve(self) -> None:
        try:
            while (job := self._held.pop() if self._held else self._queue.get()) is not None:
                if isinstance(job, _Task):
                    self._do(job)
                else:
                    self._write(self._gather(job))
        finally:
            self._abandon()

    def _gather(self, first: _Asked[J]) -> list[_Asked[J]]:
        group, entries = [first], first.entries
        while entries < GROUP_DRAFTS_MAX and not self._queue.empty():
            asked = self._queue.get()
            if not isinstance(asked, _Asked):
                self._held.append(asked)
                break
            group.append(asked)
            entries += asked.entries
        return group

    def _write(self, group: list[_Asked[J]]) -> None:
        group = [asked for asked in group if asked.future.set_running_or_notify_cancel()]
        if not group:
            return
        outcomes = self._core.commit([asked.job for asked in group])
        moved = self._look()
        hit("before_ack")
        for asked, outcome in zip(group, outcomes, strict=True):
            if isinstance(outcome, Exception):
                asked.future.set_exception(outcome)
            else:
                asked.future.set_result(outcome)
        hit("after_ack")
        if moved:
            self._notify()

    def _do(self, task: _Task) -> None:
        if not task.future.set_running_or_notify_cancel():
            return
        try:
            result = self._core.run(task.work)
            if task.checkpoint:
                self._core.checkpoint()
        except Exception as error:
            task.future.set_exception(error)
        else:
            moved = self._look()
            task.future.set_result(result)
            if moved:
                self._notify()

    def _look(self) -> bool:
        before, self._standing = self._standing, self._core.standing
        self._head = self._core.head
        return self._standing != before

    def _notify(self) -> None:
        with self._listening:
            listeners = list(self._listeners.values())
        for listener in listeners:
            try:
                listener(self._head)
            except Exception as error:
                # One deaf listener must not keep the news from the others, nor stop the writer.
                _log.error("log.listener_failed", error)

    def _abandon(self) -> None:
        # Reached with jobs waiting only when the loop itself broke: nobody may wait for ever.
        with self._closing:
            self._closed = True
        while self._held or not self._queue.empty():
            job = self._held.pop() if self._held else self._queue.get()
            if job is not None:
                job.future.set_exception(WorldError("log_closed"))
