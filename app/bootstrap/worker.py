"""The worker of an open hall: commands of the glass, the clerk's beats and a demo's life, on one thread."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from app.bootstrap.loop_thread import Failed, LoopThread
from app.bootstrap.opening import OpenHall
from app.commands.command import Command, NewReport, Outcome
from app.commands.refused import RefusedError
from app.commands.revealing import reveal
from app.domain.actor import Actor
from app.domain.refusal import Refusal

CLERK_PAUSE_MS = 500
"""What falls due shows within half a second; an idle beat costs microseconds."""

Result = TypeVar("Result")


class Worker:
    """Does what the glass asks and gives futures; it never waits on the glass's own thread.

    `failed` hears, on the worker's thread, of every error that nobody expected; each is logged besides.
    """

    def __init__(self, hall: OpenHall, failed: Failed) -> None:
        self._hall = hall
        self._thread = LoopThread("muster-worker", failed)

    def start_clerk(self) -> None:
        """Let the clerk do by itself what falls due, from now on."""
        clerk, clock = self._hall.clerk, self._hall.clock

        def beat() -> bool:
            clerk.beat(clock.now())
            return not (clerk.stuck or clerk.idle(clock.now()))

        self._thread.every(CLERK_PAUSE_MS, beat)

    def submit(self, command: Command, actor: Actor) -> Future[Outcome]:
        """The outcome, once it is durable or refused."""
        return self._thread.call(lambda: self._hall.commander.submit(command, actor))

    def register(self, report: NewReport, actor: Actor) -> Future[Outcome]:
        """The outcome, once it is durable or refused."""
        return self._thread.call(lambda: self._hall.commander.register(report, actor))

    def reveal(self, incident: str, field: str, ref: str, reason: str, actor: Actor) -> Future[str]:
        """The value in clear, after the entry that says who saw it; RefusedError when it may not be shown.

        `field` is only what the glass calls it: what stands in the log is the case's own word for `ref`.
        """

        def work() -> str:
            value = reveal(self._hall.commander.desk, self._hall.store.vault, incident, ref, reason, actor)
            if isinstance(value, Refusal):
                raise RefusedError(value)
            return value

        return self._thread.call(work)

    def call(self, work: Callable[[], Result]) -> Future[Result]:
        """Do other work in its turn, such as a scene change or a drill's inject."""
        return self._thread.call(work)

    def every(self, pause_ms: int, work: Callable[[], object]) -> None:
        """Do other work periodically, such as a demo's next arrivals."""
        self._thread.every(pause_ms, work)

    def spawn(self, life: Coroutine[Any, Any, None]) -> None:
        """Run a life of its own beside the commands, such as a simulated world."""
        self._thread.spawn(life)

    def close(self) -> None:
        """Stop the clerk and every life, finish the commands that wait, close the hall."""
        self._thread.close()
        self._hall.close()
