"""The hall as one desk's line asks it: who the desk is, its pushes, the log, what it may be shown."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any

from app.domain.devices import DeviceEnrolled
from app.domain.kinds import incident_subject, read_body
from app.domain.moves import PersonalDataRevealed
from app.hub.hall import HubHall
from app.hub.metrics import Metrics
from app.log.entries import Numbered, Parcel, Secret
from app.log.following.taking import Mismatch, Taken
from app.log.numbering.recovery import Recovery
from app.log.port import Pushed
from app.sync.frames import Hello
from app.sync.hub.adopting import adopt
from app.sync.hub.examining import look_up
from app.sync.ports import Found, Moment

DEVICE = "device:"
"""The beginning of the subject under which a device's entries are found."""


class Pushing:
    """Pushes on their way to the disk, counted and timed on the service's thread."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self.waiting = 0

    def begin(self, future: Future[Any]) -> None:
        loop, begun = asyncio.get_running_loop(), time.perf_counter()
        self.waiting += 1

        def settled(_future: Future[Any]) -> None:
            # On the writer's thread, perhaps after the loop has gone.
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._done, time.perf_counter() - begun)

        future.add_done_callback(settled)

    def _done(self, seconds: float) -> None:
        self.waiting -= 1
        self._metrics.append_seconds.observe(seconds)


class DeskHall:
    """Implements LineHall for one line. `key` is the fingerprint of the certificate's key, empty on a line
    without certificates; `let_in` hears of the desk's origin when it is known and live, `reached` of how far
    its log is on its disk and whose people sit at it."""

    def __init__(
        self,
        hall: HubHall,
        pushing: Pushing,
        key: str,
        let_in: Callable[[str], None],
        reached: Callable[[str, int, tuple[str, ...]], None],
    ) -> None:
        self._hall = hall
        self._pushing = pushing
        self._key = key
        self._let_in = let_in
        self._reached = reached

    def moment(self) -> Moment:
        clock = self._hall.clock
        return Moment(clock.boot(), clock.now())

    async def look(self, hello: Hello) -> Found:
        if self._hall.fresh is not None:
            # The desk may have been at another hub process a moment ago, and have more than this one yet.
            await asyncio.wrap_future(self._hall.fresh())
        standing = standing_of(self._hall, hello.origin, self._key)
        if not standing:
            self._let_in(hello.origin)
        return look_up(self._hall.log, hello, standing, self._hall.recovery)

    def push(self, origin: str, parcels: Sequence[Parcel]) -> Future[Pushed]:
        future = self._hall.log.push(origin, parcels)
        self._pushing.begin(future)
        return future

    def take_back(self, lines: Sequence[Numbered]) -> Future[Taken | Mismatch]:
        return self._recovery.take_back(lines)

    async def adopt(self, parcels: Sequence[Parcel]) -> None:
        await adopt(self._hall.log, parcels)
        await asyncio.wrap_future(self._recovery.missed(parcels))

    def keep_back(self, secrets: Sequence[Secret]) -> Future[int]:
        return self._recovery.give_back(secrets)

    @property
    def _recovery(self) -> Recovery:
        recovery = self._hall.recovery
        assert recovery is not None, "nothing is asked back for a log that cannot take it"
        return recovery

    def read_after(self, gseq: int, limit: int) -> list[Numbered]:
        return self._hall.log.read_after(gseq, limit)

    async def show(self, origin: str, refs: Sequence[str]) -> Sequence[Secret]:
        """What this very desk has revealed: its own entry that says who saw it and why stands in the log."""
        secrets = self._hall.log.secrets(refs)
        shown = {case: self._revealed(origin, case) for case in {secret.case for secret in secrets}}
        return [secret for secret in secrets if secret.ref in shown[secret.case]]

    def _revealed(self, origin: str, case: str) -> set[str]:
        found = set()
        for numbered in self._hall.log.history(incident_subject(case)):
            entry = numbered.entry
            if entry.origin == origin and not numbered.verdict:
                body = read_body(entry.kind, entry.kind_version, entry.body)
                if isinstance(body, PersonalDataRevealed):
                    found.add(body.ref)
        return found

    def reached(self, origin: str, gseq: int, units: tuple[str, ...]) -> None:
        self._reached(origin, gseq, units)


def standing_of(hall: HubHall, origin: str, key: str) -> str:
    """How a desk stands, as Found says it. `key` is the fingerprint of the line's certificate.

    A restored hub may have lost the enrolment of a desk whose certificate its CA has signed: until it has its
    log back it hears such a desk too.
    """
    devices = hall.reading.hall.devices
    if live(devices, origin, key):
        return ""
    # Whoever was enrolled once and is no more, or only with another key, was put out.
    if origin in devices or bool(origin and hall.log.history(DEVICE + origin)):
        return "revoked"
    lost = hall.recovery is not None and hall.recovery.reclaiming and bool(key)
    return "" if lost else "origin"


def live(devices: Mapping[str, DeviceEnrolled], origin: str, key: str) -> bool:
    """Whether the device is enrolled at this moment, with this key where the line shows one."""
    known = devices.get(origin)
    return known is not None and (not key or known.fingerprint == key)
