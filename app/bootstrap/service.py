"""The hub's service over an open hall: on a thread of its own, with the hall's safety and control socket."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from app.base import paths
from app.base.errors import UsageError
from app.base.language import LANGUAGES, load_language
from app.bootstrap.control import ControlServer
from app.bootstrap.loop_thread import Failed, LoopThread
from app.bootstrap.opening import NumberingHall
from app.bootstrap.safety_verbs import safety_verbs
from app.bootstrap.snapshots import StoreSnapshots
from app.bootstrap.worker import Worker
from app.hub.hall import RECLAIM_MS, HubHall
from app.hub.safety.ca import own_names
from app.hub.safety.safety import Safety
from app.hub.safety.settings import read_settings
from app.hub.service import make_service
from app.hub.serving import Listen, serve
from app.log.entries import Head
from app.projections.reading import Reading
from app.sync.hub_calls import LOOPBACK

OWN = Listen("127.0.0.1", 0)
"""Where a PC that stands alone serves its own hall: for nobody but programs on this PC, on any free port."""


class Service:
    """Serves an open hall from construction to `close`."""

    def __init__(self, hall: HubHall, listen: Listen, context: ssl.SSLContext | None, failed: Failed) -> None:
        self._hall = hall
        self._listen = listen
        self._context = context
        self._ready: Future[str] = Future()
        self._thread = LoopThread("muster-hub", failed)
        self._thread.spawn(self._live())

    def url(self) -> str:
        """Where it listens, once it does; WorldError when the address cannot be had."""
        return self._ready.result()

    def close(self) -> None:
        """Finish what is under way, hang up. Harmless when repeated."""
        self._thread.close()

    async def _live(self) -> None:
        try:
            # Made here: the service's thread alone reads its columns.
            async with serve(make_service(self._hall), self._listen, self._context) as url:
                self._ready.set_result(url)
                await asyncio.Event().wait()
        except BaseException as error:
            if not self._ready.done():
                self._ready.set_exception(error)
                return
            raise


@contextmanager
def guarded(hall: NumberingHall) -> Iterator[Safety]:
    """The safety of a hall that numbers by itself, and the socket through which commands beside it act."""
    store = hall.store
    settings = read_settings(store.folder)
    safety = Safety(hall.safe, hall.commander.desk, settings, shared=hall.shared)
    try:
        control = ControlServer(store.folder, safety_verbs(safety))
        try:
            yield safety
        finally:
            control.close()
    finally:
        safety.close()


def serve_hall(
    hall: NumberingHall,
    worker: Worker,
    safety: Safety,
    listen: Listen,
    *,
    tls: bool,
    failed: Failed,
    reclaim_ms: int = RECLAIM_MS,
    began: Callable[[Head], None] = lambda _head: None,
    reached: Callable[[], int] = lambda: 0,
) -> Service:
    """Serve `hall` at `listen`; with `tls` under the hall's own CA. A restored one takes back what it lost
    for at most `reclaim_ms`, then `began` hears of it; `reached` says how far a hub above has its log.
    UsageError for plain HTTP anywhere but on loopback; WorldError from `url()` when the address cannot be
    had."""
    if not tls and listen.host not in LOOPBACK:
        raise UsageError("tls_off_not_loopback", host=listen.host)
    store = hall.store
    context = safety.ca.server_context(own_names(listen.host), hall.clock.now()) if tls else None
    served = HubHall(
        log=store,
        reading=Reading(store, hall.projector, hall.projector.attach()),
        acting=worker,
        tokens=safety.tokens,
        clock=hall.clock,
        languages={code: load_language(code, paths.languages()) for code in LANGUAGES},
        letters=hall.commander.desk.letters,
        safety=safety,
        attachments=store.attachments,
        upper=store,
        reached=reached,
        snapshots=StoreSnapshots(hall, safety, tls=tls),
        recovery=store.recovery,
        reclaim_ms=reclaim_ms,
        began=began,
        fresh=hall.fresh,
    )
    return Service(served, listen, context, failed)
