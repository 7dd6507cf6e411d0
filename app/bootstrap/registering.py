"""Taking in reports on the worker's thread without waiting there for the disk: what waits together is written
together."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from app.bootstrap.loop_thread import LoopThread
from app.commands.command import Done, NewReport, Outcome
from app.commands.desk import Desk
from app.commands.registering import TRIES, Begun, begin, end
from app.domain.actor import Actor
from app.domain.refusal import Refusal
from app.log.port import Appended, Written


def register_on(thread: LoopThread, desk: Desk, report: NewReport, actor: Actor) -> Future[Outcome]:
    """As app.commands.registering.register, decided on `thread` in its turn; others are decided there while
    this one is on its way to the disk. The outcome is given on whatever thread has it."""
    return _Going(thread, desk, report, actor).answer


class _Going:
    """One report from the asking to its outcome."""

    def __init__(self, thread: LoopThread, desk: Desk, report: NewReport, actor: Actor) -> None:
        self._thread = thread
        self._desk = desk
        self._report = report
        self._actor = actor
        self._tries = TRIES
        self.answer: Future[Outcome] = Future()
        # From here on it is done, whoever goes away meanwhile.
        self.answer.set_running_or_notify_cancel()
        self._call(self._begin)

    def _call(self, work: Callable[[], None]) -> None:
        """Do `work` in its turn; what it raises is the answer."""

        def done(called: Future[None]) -> None:
            error = called.exception()
            if error is not None:
                self.answer.set_exception(error)

        self._thread.call(work).add_done_callback(done)

    def _begin(self) -> None:
        self._tries -= 1
        begun = begin(self._desk, self._report, self._actor)
        if isinstance(begun, Begun):
            begun.appended.add_done_callback(lambda appended: self._appended(begun, appended))
        else:
            self.answer.set_result(begun)

    def _appended(self, begun: Begun, appended: Future[Appended]) -> None:
        """On the log's thread: what is written is told at once, all else is looked into on our own."""
        error = appended.exception()
        if error is not None:
            self.answer.set_exception(error)
        elif isinstance(written := appended.result(), Written):
            self.answer.set_result(Done(begun.incident, begun.code, written.entries))
        else:
            self._call(lambda: self._look(begun, appended.result()))

    def _look(self, begun: Begun, appended: Appended) -> None:
        outcome = end(self._desk, begun, appended)
        if outcome is not None:
            self.answer.set_result(outcome)
        elif self._tries:
            self._begin()
        else:
            self.answer.set_result(Refusal("moved_on"))
