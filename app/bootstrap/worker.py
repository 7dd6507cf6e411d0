"""The worker of an open hall: commands, the clerk's beats and a demo's life, on one thread."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from itertools import count
from typing import Any, TypeVar

from app.base.errors import WorldError
from app.bootstrap.desk.revealing import Fetch, reveal_from_hub
from app.bootstrap.loop_thread import Failed, LoopThread
from app.bootstrap.opening import NumberingHall, OpenHall
from app.bootstrap.registering import register_on
from app.bootstrap.signing import Signing
from app.commands.answering import answer_request
from app.commands.command import Command, HistoryRow, NewReport, Outcome
from app.commands.reaching import reached
from app.commands.refused import RefusedError
from app.commands.requesting import Wish, make_request
from app.commands.revealing import reveal
from app.commands.settling import settle
from app.domain.actor import SYSTEM, Actor
from app.domain.contested import Choice
from app.domain.refusal import Refusal
from app.sync.seats.signing import SignedIn, SignInAsked

CLERK_PAUSE_MS = 500
"""What falls due shows within half a second; an idle beat costs microseconds."""

CLERK_LOOKS_EVERY = 4
"""In every so many beats, two seconds, the clerk looks at the cases that moved: one on which several desks
work at a time costs one look, and what a move brings due at once is rare."""

Result = TypeVar("Result")


class Worker:
    """Does what the glass asks and gives futures; it never waits on the glass's own thread.

    `failed` hears, on the worker's thread, of every error that nobody expected; each is logged besides.
    `signing` is how operators come in; without one nobody does. `fetch` asks a hub elsewhere for personal
    data.
    """

    def __init__(
        self, hall: OpenHall, failed: Failed, signing: Signing | None = None, fetch: Fetch | None = None
    ) -> None:
        self._hall = hall
        self._signing = signing
        self._fetch = fetch
        self._thread = LoopThread("muster-worker", failed)

    def start_clerk(self) -> None:
        """Let the clerk do by itself what falls due, from now on; a desk of a hub has none."""
        hall = self._hall
        if not isinstance(hall, NumberingHall):
            return
        clerk, clock = hall.clerk, hall.clock
        beats = count()

        def beat() -> bool:
            if not hall.leads():
                return False
            clerk.beat(clock.now(), gather=next(beats) % CLERK_LOOKS_EVERY != 0)
            return clerk.behind(clock.now()) and not clerk.stuck

        self._thread.every(CLERK_PAUSE_MS, beat)

    def submit(self, command: Command, actor: Actor) -> Future[Outcome]:
        """The outcome, once it is durable or refused."""
        return self._thread.call(lambda: self._hall.commander.submit(command, actor))

    def register(self, report: NewReport, actor: Actor) -> Future[Outcome]:
        """The outcome, once it is durable or refused. Several may be on their way to the disk at a time."""
        return register_on(self._thread, self._hall.commander.desk, report, actor)

    def import_rows(self, rows: Sequence[HistoryRow], actor: Actor) -> Future[Sequence[Outcome]]:
        """One outcome a row, once all are durable: they are written together."""
        return self._thread.call(lambda: self._hall.commander.import_rows(rows, actor))

    def reveal(self, incident: str, field: str, ref: str, reason: str, actor: Actor) -> Future[str]:
        """The value in clear, after the entry that says who saw it; RefusedError when it may not be shown,
        WorldError when it lies at a hub that cannot be reached.

        `field` is only what the glass calls it: what stands in the log is the case's own word for `ref`.
        """
        desk, vault, fetch = self._hall.commander.desk, self._hall.store.vault, self._fetch

        def work() -> str | Refusal:
            return reveal(desk, vault, incident, ref, reason, actor)

        if fetch is not None:
            return self._thread.ask(reveal_from_hub(work, ref, fetch))

        def here() -> str:
            value = work()
            if isinstance(value, Refusal):
                raise RefusedError(value)
            return value

        return self._thread.call(here)

    def settle(
        self, incident: str, contested: str, choice: Choice, reason: str, actor: Actor
    ) -> Future[Outcome]:
        """Say whose word stands in a contested item."""
        desk = self._hall.commander.desk
        return self._thread.call(lambda: settle(desk, incident, contested, choice, reason, actor))

    def delivered(self, incident: str, order: str) -> Future[Outcome]:
        """The order lies on a PC of its unit: the hub saw the line take it."""
        desk = self._hall.commander.desk
        return self._thread.call(lambda: reached(desk, incident, order, "delivered", SYSTEM))

    def called(self, incident: str, order: str, actor: Actor) -> Future[Outcome]:
        """The unit was told of its order by telephone."""
        desk = self._hall.commander.desk
        return self._thread.call(lambda: reached(desk, incident, order, "called", actor))

    def read(self, incident: str, order: str, actor: Actor) -> Future[Outcome]:
        """The unit's own people opened their order."""
        desk = self._hall.commander.desk
        return self._thread.call(lambda: reached(desk, incident, order, "read", actor))

    def request(self, wish: Wish, actor: Actor) -> Future[Outcome]:
        """Ask a lower hub for something."""
        desk = self._hall.commander.desk
        return self._thread.call(lambda: make_request(desk, wish, actor))

    def answer(self, request: str, accepted: bool, reason: str, actor: Actor) -> Future[Outcome]:
        """Accept a request of the hub above, or turn it down."""
        desk = self._hall.commander.desk
        return self._thread.call(lambda: answer_request(desk, request, accepted, reason, actor))

    def sign_in(self, asked: SignInAsked) -> Future[SignedIn | Refusal]:
        """Let an operator in or say why not; WorldError where nobody signs in."""
        if self._signing is None:
            raise WorldError("nobody_signs_in")
        return self._signing.sign_in(asked)

    def sign_out(self, actor: Actor, why: str) -> Future[None]:
        """Close the operator's session; `why` is a code of SessionClosed."""
        signing = self._signing
        if signing is None:
            raise WorldError("nobody_signs_in")
        return self._thread.call(lambda: signing.sign_out(actor, why))

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
