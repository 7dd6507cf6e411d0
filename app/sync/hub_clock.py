"""The hub's clock as this PC can know it: measured over the line, carried on by the boot clock."""

from __future__ import annotations

import threading
from collections import deque

import msgspec

from app.base.clock import SECOND_MS, Clock, Instant
from app.log.entries import TimeClaim

SAMPLES = 8
"""Answers that are weighed against each other: the quickest of the last 40 s says most about the time."""

DRIFT_PPM = 100
"""How fast two quartz clocks part at worst, with some to spare: 50 for each is what PCs are built to."""

SLACK_MS = 10
"""Two samples that differ by more than their errors and this contradict each other: a clock was set."""

HELD_MS = 2 * SECOND_MS
"""A correction back by at most this is waited for: countdowns stand still that long rather than run up. A
greater one is a clock that was wrong, and is taken at once."""


class _Sample(msgspec.Struct, frozen=True):
    """The hub's time less this PC's boot clock was `offset` when the boot clock showed `boot`, give or take
    `err`."""

    offset: int
    err: int
    boot: int

    def err_at(self, boot: int) -> int:
        return self.err + abs(boot - self.boot) * DRIFT_PPM // 1_000_000


class _Kept(msgspec.Struct, frozen=True):
    """What outlives the program: the sample, the start of the machine it belongs to, the hub's time less the
    wall clock, and the last time of the hub that is certain."""

    boot_id: str
    sample: _Sample
    wall_off: int
    hub_time: Instant


class HubClock:
    """A Clock that shows the hub's time. All methods may be called on any thread.

    `kept` is what `kept()` gave in an earlier run; None or empty for the first. Until the hub was heard for
    the first time it is the PC's own clock.
    """

    def __init__(self, own: Clock, kept: bytes | None = None) -> None:
        self._own = own
        self._lock = threading.Lock()
        self._samples: deque[_Sample] = deque(maxlen=SAMPLES)
        self._best: _Sample | None = None
        self._shown: Instant = 0
        self._before = _read(kept)
        if self._before is not None and self._before.boot_id == own.boot_id:
            # The machine ran on: its boot clock counted the time in which this program did not.
            self._best = self._before.sample
            self._samples.append(self._best)

    def now(self) -> Instant:
        """The hub's time in ms since the epoch, as well as it is known."""
        with self._lock:
            return self._show()

    def boot(self) -> int:
        return self._own.boot()

    @property
    def boot_id(self) -> str:
        return self._own.boot_id

    @property
    def verified(self) -> bool:
        """Whether the hub was heard since this machine started."""
        return self._best is not None

    @property
    def off_ms(self) -> int:
        """The hub's time less this PC's clock: above 0 the PC is slow."""
        return self.now() - self._own.now()

    def claim(self) -> TimeClaim:
        """What this PC believes about time, for an entry that it seals now.

        Without any contact ever there is no guess: what the PC's clock shows may be ten years off.
        """
        with self._lock:
            wall, boot = self._own.now(), self._own.boot()
            known = self._best is not None or self._before is not None
            shown = self._show() if known else None
            err = None if self._best is None else self._best.err_at(boot)
        return TimeClaim(wall=wall, boot=boot, boot_id=self.boot_id, est_hub=shown, err=err)

    def heard(self, hub_time: Instant, sent_boot: int, received_boot: int) -> None:
        """The hub said its time in answer to what was sent at `sent_boot`; both in ms of the boot clock.

        The answer was written somewhere between sending and receiving: half the round trip is how wrong the
        middle may be.
        """
        round_trip = received_boot - sent_boot
        if round_trip < 0:
            return
        half = (round_trip + 1) // 2
        sample = _Sample(hub_time - received_boot + half, half, received_boot)
        with self._lock:
            best = self._best
            if best is not None and _contradict(sample, best):
                # The hub's clock was set, or this machine slept where its boot clock does not count sleep.
                self._samples.clear()
            self._samples.append(sample)
            self._best = min(self._samples, key=lambda each: each.err_at(received_boot))

    def kept(self) -> bytes:
        """What to keep for the next run; empty before any contact."""
        with self._lock:
            if self._best is None:
                return b"" if self._before is None else msgspec.msgpack.encode(self._before)
            hub_time = self._guess()
            kept = _Kept(self.boot_id, self._best, hub_time - self._own.now(), hub_time)
        return msgspec.msgpack.encode(kept)

    def _show(self) -> Instant:
        guess = self._guess()
        if guess >= self._shown or self._shown - guess > HELD_MS:
            self._shown = guess
        return self._shown

    def _guess(self) -> Instant:
        if self._best is not None:
            return self._best.offset + self._own.boot()
        wall = self._own.now()
        if self._before is None:
            return wall
        # A battery that ran dry sets the wall clock back by years; the hub's time has not run back.
        return max(wall + self._before.wall_off, self._before.hub_time)


def _contradict(new: _Sample, old: _Sample) -> bool:
    return abs(new.offset - old.offset) > new.err + old.err_at(new.boot) + SLACK_MS


def _read(kept: bytes | None) -> _Kept | None:
    if not kept:
        return None
    try:
        return msgspec.msgpack.decode(kept, type=_Kept)
    except msgspec.DecodeError:
        # Written by another version: the hub tells the time again within seconds of being reached.
        return None
