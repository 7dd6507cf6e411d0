"""Opening a desk of a hub elsewhere: its replica, the hub's clock, the line, how operators come in."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from concurrent.futures import wait
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from app.base.clock import Clock
from app.base.errors import UsageError, WorldError
from app.base.language import Language
from app.base.version import VERSION
from app.bootstrap.desk.attachments import carrier_of
from app.bootstrap.desk.first_log import first_log
from app.bootstrap.desk.hub_accounts import HubAccounts
from app.bootstrap.loop_thread import Failed, LoopThread
from app.bootstrap.opening import OpenHall
from app.commands.commander import Commander
from app.commands.desk import Desk
from app.domain.refusal import Refusal
from app.log.proving.rebuild import Progress, no_progress
from app.log.replica import Replica, open_replica
from app.projections.projector import HallProjector
from app.projections.reading import Reading
from app.sync.attachments.carrier import AttachmentCarrier
from app.sync.calling.way import Way
from app.sync.desk.client import KEPT_CLOCK, HubLink
from app.sync.hub_calls import HubCalls
from app.sync.hub_clock import HubClock
from app.sync.joining.device_key import DeviceFolder
from app.sync.joining.enrolling import join_hall
from app.sync.joining.tls import device_context
from app.sync.status import LinkStatus

SYNC_PATH = "/api/v1/sync"

GOODBYE_S = 0.05
"""A round trip in town, many times over."""

Synced = Callable[[LinkStatus], None]


@dataclass(frozen=True)
class Hub:
    """Where a desk's hub is: its URL, the TLS that proves both sides (None only on plain loopback), and the
    letters it gave this desk."""

    url: str
    tls: ssl.SSLContext | None
    letters: str


@dataclass(frozen=True)
class OpenDesk:
    """A desk, open: the hall as it holds it, and its line, which lives on a thread of its own with the
    carrier of attachments."""

    hall: OpenHall
    link: HubLink
    signing: HubAccounts
    carrier: AttachmentCarrier
    _thread: LoopThread

    def hang_up(self) -> None:
        """End the line and the signing in. Harmless when repeated."""
        self.signing.close()
        self.carrier.stop().result()
        self.link.stop().result()
        # TLS says goodbye on both sides: a loop that ends before leaves its sockets to the garbage collector.
        wait([self._thread.ask(asyncio.sleep(GOODBYE_S))], timeout=1)
        self._thread.close()

    def close(self) -> None:
        """Hang up, then write what waits and close the database. Harmless when repeated."""
        self.hang_up()
        self.hall.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def wait_for_hall(self, told: Synced, pause: Callable[[], None]) -> None:
        """A new desk has no hall to show before the hub's first entries are here: wait for them.

        `told` hears how far it is; what it raises ends the waiting. WorldError when the hub will not.
        """
        while True:
            status = self.link.status()
            told(status)
            founded = self.hall.projector.hall.founded is not None
            if founded and status.gseq >= status.hub_gseq:
                return
            if status.phase == "refused":
                raise WorldError("hub_refused_desk", url=status.hub, code=status.trouble)
            pause()


def hub_of(
    data: Path, url: str | None, code: str | None, origin: Callable[[], str], language: Language
) -> Hub:
    """The hub of the desk in `data`: as enrolled, or enrolled now with the one-time `code` at `url`.

    A plain `http://` URL is a hub on this PC that asks for no certificate. `url` is for a hub that moved.
    UsageError for a code without a URL; WorldError when the desk is not enrolled, or enrolling fails.
    """
    folder = DeviceFolder(data)
    if code is not None:
        if url is None:
            raise UsageError("enrol_needs_hub")
        joined = join_hall(data, url, code, origin(), language=language.code)
        if isinstance(joined, Refusal):
            words = joined.words
            raise WorldError("not_done", reason=words.zh if words is not None else joined.code)
    known = folder.read_hub()
    url = url or known.url
    return Hub(url, device_context(folder) if urlsplit(url).scheme == "https" else None, known.letters)


def open_desk(
    folder: Path,
    own: Clock,
    find_hub: Callable[[Callable[[], str]], Hub],
    failed: Failed,
    *,
    language: Language,
    progress: Progress = no_progress,
    fetching: Progress = no_progress,
) -> OpenDesk:
    """Open the desk in `folder` and call its hub; the line comes up by itself, now or whenever it can. A new
    desk of a hub with a long log begins with its snapshot.

    `find_hub` is given a way to this desk's origin, which a new one has only once its database is made.
    `progress` hears of folding, `fetching` of the snapshot. WorldError and UsageError as of `open_replica`,
    `hub_of` and `HubCalls`.
    """
    clocks: list[HubClock] = []

    def open_log() -> tuple[Replica, HallProjector]:
        projector = HallProjector()
        return open_replica(folder, own, projector, lambda: clocks[0].claim(), progress=progress), projector

    replica, projector = open_log()
    try:
        hub = find_hub(lambda: replica.origin)
        calls = HubCalls(hub.url, hub.tls, origin=replica.origin, language=language.code)
        if not replica.about.stream and not replica.sealed():
            about = replica.about
            replica.close()
            first_log(folder, calls, about, fetching)
            replica, projector = open_log()
        clock = HubClock(own, replica.notes.get(KEPT_CLOCK))
        clocks.append(clock)
        projector.load(replica.reader())
        thread = LoopThread("muster-link", failed)
        link = HubLink(replica, clock, way_to(hub), thread.spawn, program=VERSION)
        desk = Desk(
            replica,
            lambda: projector.hall,
            clock,
            letters=hub.letters,
            hall_of=lambda home: projector.halls.of(home),
        )
        reading = Reading(replica, projector)
        hall = OpenHall(replica, projector, clock, Commander(desk), reading)
        signing = HubAccounts(calls, desk, replica.notes, guarded=hub.tls is not None)
        carrier = carrier_of(replica, link, hub.url, hub.tls, thread)
        link.start()
        carrier.start()
        return OpenDesk(hall, link, signing, carrier, thread)
    except BaseException:
        replica.close()
        raise


def way_to(hub: Hub) -> Way:
    """The way of the line to `hub`, a desk's or a lower hub's."""
    parts = urlsplit(hub.url)
    scheme = "wss" if hub.tls is not None else "ws"
    return Way(f"{scheme}://{parts.netloc}{SYNC_PATH}", hub.url, hub.tls)
