"""The one writer thread: a bounded queue of appends, written in groups, acknowledged only when on disk."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from sqlalchemy import Connection

from app.base.errors import UsageError, WorldError
from app.base.logs import Logger
from app.log.committer import Asked, Committer
from app.log.entries import Draft, Head
from app.log.failpoints import hit
from app.log.port import Appended

WAITING_MAX = 4_096
"""Appends that may wait. A hall's desks never have as many at once: beyond it something runs wild."""

DRAFTS_PER_APPEND_MAX = 1_000
"""One append is one transaction that others wait for: at 1,000 they wait for tens of milliseconds."""

GROUP_DRAFTS_MAX = 2_000
"""Appends that wait together are written together, one fsync for all, up to this many entries."""

_log = Logger(__name__)

Work = Callable[[Connection], int]
Listener = Callable[[Head], None]


class _Append:
    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.future: Future[Appended] = Future()


class _Task:
    def __init__(self, work: Work, checkpoint: bool) -> None:
        self.work = work
        self.checkpoint = checkpoint
        self.future: Future[int] = Future()


_Job = _Append | _Task


class Writer:
    """Runs the committer on a thread of its own. All methods may be called on any thread."""

    def __init__(self, committer: Committer) -> None:
        self._committer = committer
        self._queue: queue.Queue[_Job | None] = queue.Queue(WAITING_MAX)
        # What was taken from the queue while gathering appends and is none.
        self._held: list[_Job | None] = []
        self._head = committer.tail.head
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

    def append(self, drafts: Sequence[Draft], expect_base: bool) -> Future[Appended]:
        """See LogPort.append. UsageError at once when there are no drafts or too many."""
        if not 1 <= len(drafts) <= DRAFTS_PER_APPEND_MAX:
            raise UsageError("append_size", drafts=len(drafts), drafts_max=DRAFTS_PER_APPEND_MAX)
        job = _Append(Asked(tuple(drafts), expect_base))
        self._put(job)
        return job.future

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

    def _put(self, job: _Job) -> None:
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

    def _gather(self, first: _Append) -> list[_Append]:
        group, drafts = [first], len(first.asked.drafts)
        while drafts < GROUP_DRAFTS_MAX and not self._queue.empty():
            job = self._queue.get()
            if not isinstance(job, _Append):
                self._held.append(job)
                break
            group.append(job)
            drafts += len(job.asked.drafts)
        return group

    def _write(self, group: list[_Append]) -> None:
        group = [job for job in group if job.future.set_running_or_notify_cancel()]
        if not group:
            return
        outcomes = self._committer.commit([job.asked for job in group])
        before, self._head = self._head, self._committer.tail.head
        hit("before_ack")
        for job, outcome in zip(group, outcomes, strict=True):
            if isinstance(outcome, Exception):
                job.future.set_exception(outcome)
            else:
                job.future.set_result(outcome)
        hit("after_ack")
        if self._head != before:
            self._notify()

    def _do(self, task: _Task) -> None:
        if not task.future.set_running_or_notify_cancel():
            return
        try:
            result = self._committer.run(task.work)
            if task.checkpoint:
                self._committer.checkpoint()
        except Exception as error:
            task.future.set_exception(error)
        else:
            task.future.set_result(result)

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
