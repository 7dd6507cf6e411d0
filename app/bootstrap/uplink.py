"""A hub's line to the hub above it: enrolled there as a device of its own, kept up while the hub runs."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

from app.base.language import Language
from app.base.logs import Logger
from app.base.version import VERSION
from app.bootstrap.desk.opening import hub_of, way_to
from app.bootstrap.loop_thread import Failed, LoopThread
from app.bootstrap.opening import NumberingHall
from app.bootstrap.worker import Worker
from app.commands.command import Outcome
from app.commands.hearing import hear_request
from app.domain.refusal import Refusal
from app.log.entries import Numbered
from app.sync.joining.device_key import DeviceFolder
from app.sync.relay.up_client import HubUplink

UPSTREAM = "upstream"
"""The folder, in a hub's data directory, of what it is to the hub above: a directory that has a device of its
own is a desk's."""

_log = Logger(__name__)


@contextmanager
def uplink(
    hall: NumberingHall, worker: Worker, url: str | None, code: str | None, language: Language, failed: Failed
) -> Iterator[HubUplink | None]:
    """The line to the hub above at `url`, joined now with the one-time `code` or as enrolled before; None for
    a hub that has none above it. WorldError and UsageError as of `hub_of`."""
    folder: Path = hall.store.folder / UPSTREAM
    if url is None and code is None and not DeviceFolder(folder).enrolled:
        yield None
        return
    store = hall.store
    above = hub_of(folder, url, code, lambda: store.origin, language)
    desk = hall.commander.desk

    def hear(stream: str, numbered: Numbered) -> Future[Outcome]:
        def take_in() -> Outcome:
            outcome = hear_request(desk, stream, numbered)
            if isinstance(outcome, Refusal):
                # It never can be taken in: those behind it must not wait for it.
                _log.warning("uplink.request_refused", refusal=outcome.code, gseq=numbered.gseq)
            return outcome

        return worker.call(take_in)

    thread = LoopThread("muster-uplink", failed)
    link = HubUplink(store, hall.clock, way_to(above), hear, thread.spawn, program=VERSION)
    link.start()
    try:
        yield link
    finally:
        link.stop().result()
        thread.close()
