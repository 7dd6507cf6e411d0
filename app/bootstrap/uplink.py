"""A hub's line to the hub above it: enrolled there as a device of its own, kept up while the hub runs."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from app.base.language import Language
from app.base.logs import Logger
from app.base.version import VERSION
from app.bootstrap.desk.opening import Hub, hub_of, way_to
from app.bootstrap.loop_thread import Failed, LoopThread
from app.bootstrap.opening import NumberingHall
from app.bootstrap.relay_office import RelayOffice
from app.bootstrap.shared_device import bring, give
from app.bootstrap.worker import Worker
from app.commands.command import Outcome
from app.commands.hearing import hear_request
from app.domain.refusal import Refusal
from app.log.entries import Numbered
from app.log.store import Store
from app.sync.joining.device_key import DeviceFolder
from app.sync.ports import NotesPort
from app.sync.relay.up_client import HubUplink
from app.sync.relay.up_pump import LowerLog

if TYPE_CHECKING:
    # The driver behind it would cost every start that needs none.
    from app.log.postgres.hub import PgHub

UPSTREAM = "upstream"
"""The folder, in a hub's data directory, of what it is to the hub above: a directory that has a device of its
own is a desk's."""

_log = Logger(__name__)


class Above(Protocol):
    """A hub's line to the hub above, or its share in one."""

    @property
    def upper(self) -> int:
        """How far the upper hub has the log."""
        ...


@contextmanager
def uplink(
    hall: NumberingHall, worker: Worker, url: str | None, code: str | None, language: Language, failed: Failed
) -> Iterator[Above | None]:
    """The line to the hub above at `url`, joined now with the one-time `code` or as enrolled before; None for
    a hub that has none above it. Of several processes that serve one hall one joins for all, and one at a
    time holds the line. WorldError and UsageError as of `hub_of`."""
    enrolled = DeviceFolder(hall.store.folder / UPSTREAM).enrolled
    if hall.shared is None and url is None and code is None and not enrolled:
        yield None
        return
    thread = LoopThread("muster-uplink", failed)
    try:
        if hall.shared is not None and not isinstance(hall.store, Store):
            with _shared_line(hall, hall.store, worker, (url, code), language, thread, failed) as office:
                yield office
        else:
            above = _above(hall, url, code, language)
            link = _line(hall, hall.store, worker, above, thread)
            try:
                yield link
            finally:
                link.stop().result()
    finally:
        thread.close()


@contextmanager
def _shared_line(
    hall: NumberingHall,
    hub: PgHub,
    worker: Worker,
    asked: tuple[str | None, str | None],
    language: Language,
    thread: LoopThread,
    failed: Failed,
) -> Iterator[Above]:
    folder, keepsakes = DeviceFolder(hub.folder / UPSTREAM), hub.shared.keepsakes
    url, code = asked
    if code is not None:
        with hub.alone():
            # With the key of all, if there is one: for it the same code is good a second time.
            bring(folder, keepsakes)
            _above(hall, url, code, language)
            give(folder, keepsakes)
    elif not bring(folder, keepsakes) and url is not None:
        # Not enrolled anywhere: said now, and not by a line that never comes up.
        folder.read_hub()

    def begin() -> HubUplink | None:
        if not bring(folder, keepsakes):
            return None
        return _line(hall, _Relayed(hub), worker, _above(hall, url, None, language), thread)

    office = RelayOffice(hub.clerk_leader, begin, hub.shared_notes, failed)
    try:
        yield office
    finally:
        office.close()


def _above(hall: NumberingHall, url: str | None, code: str | None, language: Language) -> Hub:
    store = hall.store
    return hub_of(store.folder / UPSTREAM, url, code, lambda: store.origin, language)


def _line(hall: NumberingHall, log: LowerLog, worker: Worker, above: Hub, thread: LoopThread) -> HubUplink:
    desk = hall.commander.desk

    def hear(stream: str, numbered: Numbered) -> Future[Outcome]:
        def take_in() -> Outcome:
            outcome = hear_request(desk, stream, numbered)
            if isinstance(outcome, Refusal):
                # It never can be taken in: those behind it must not wait for it.
                _log.warning("uplink.request_refused", refusal=outcome.code, gseq=numbered.gseq)
            return outcome

        return worker.call(take_in)

    link = HubUplink(log, hall.clock, way_to(above), hear, thread.spawn, program=VERSION)
    link.start()
    return link


class _Relayed:
    """A server's log as it is passed up: whoever takes over the line knows what was known before."""

    def __init__(self, hub: PgHub) -> None:
        self.origin = hub.origin
        self.notes: NotesPort = hub.shared_notes
        self.head = hub.head
        self.read_after = hub.read_after
        self.subscribe = hub.subscribe
