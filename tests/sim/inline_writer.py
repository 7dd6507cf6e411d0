"""A writer without a thread: jobs wait for the simulated disk, or are done at once with all that wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, Protocol

from sqlalchemy import Connection

from app.log.entries import Head
from app.log.jobs import Core
from app.log.writer import WAITING_MAX


class Owner(Protocol):
    """The node whose disk this is."""

    def writing(self, *, begins: bool) -> None:
        """The disk begins a piece of work, or has done it."""
        ...

    def passes(self, point: str) -> None:
        """A failpoint of the writer's own."""
        ...

    def wants_disk(self) -> None:
        """Jobs wait: call `flush` after a while."""
        ...

    def acknowledged(self, outcome: object) -> None:
        """Whoever asked has been told what became of it."""
        ...


class _OpenFuture(Future[Any]):
    """A future that lets what its callbacks raise go on to whoever sets it: nothing broken is passed over."""

    def _invoke_callbacks(self) -> None:
        for callback in self._done_callbacks:  # type: ignore[attr-defined]
            callback(self)


class InlineWriter:
    """What Store and Replica ask of a Writer. Inside `waiting` jobs wait for `flush`, outside they are done
    before `ask` returns, in one group with those that wait: whoever asks needs the answer."""

    def __init__(self, core: Core[Any], owner: Owner) -> None:
        self._core = core
        self._owner = owner
        self._queue: list[tuple[Any, Future[Any]]] = []
        self._waiting = False
        self._standing = core.standing
        self._listeners: dict[object, Callable[[Head], None]] = {}
        self.most_waiting = 0

    @property
    def head(self) -> Head:
        return self._core.head

    @contextmanager
    def waiting(self) -> Iterator[None]:
        self._waiting = True
        try:
            yield
        finally:
            self._waiting = False

    def ask(self, job: Any, entries: int = 1) -> Future[Any]:
        future = _OpenFuture()
        self._queue.append((job, future))
        self.most_waiting = max(self.most_waiting, len(self._queue))
        assert len(self._queue) < WAITING_MAX
        if self._waiting:
            self._owner.wants_disk()
        else:
            self.flush()
        return future

    def run(self, work: Callable[[Connection], int], *, checkpoint: bool = False) -> Future[int]:
        future: Future[int] = Future()
        self._owner.writing(begins=True)
        try:
            future.set_result(self._core.run(work))
        except Exception as error:
            future.set_exception(error)
        self._owner.writing(begins=False)
        self._notify()
        return future

    def flush(self) -> None:
        """Do everything that waits, as one group; what becomes of it is told only then."""
        group, self._queue = self._queue, []
        if not group:
            return
        self._owner.writing(begins=True)
        outcomes = self._core.commit([job for job, _ in group])
        self._owner.writing(begins=False)
        self._owner.passes("before_ack")
        for (_, future), outcome in zip(group, outcomes, strict=True):
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)
            self._owner.acknowledged(outcome)
        self._owner.passes("after_ack")
        self._notify()

    def subscribe(self, listener: Callable[[Head], None]) -> Callable[[], None]:
        key = object()
        self._listeners[key] = listener
        return lambda: self._listeners.pop(key, None) and None

    def close(self) -> None:
        """Nothing waits for a thread."""

    def _notify(self) -> None:
        before, self._standing = self._standing, self._core.standing
        if before != self._standing:
            for listener in tuple(self._listeners.values()):
                listener(self.head)
