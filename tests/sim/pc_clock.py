"""The clocks of one simulated PC: a wall clock that may be years off and jump, a boot clock that drifts."""

from __future__ import annotations

from tests.sim.timeline import Timeline


class PcClock:
    """Implements app.base.clock.Clock. `off_ms` is what the wall clock shows too much, `ppm` how fast the
    boot clock runs beside true time."""

    def __init__(self, time: Timeline, name: str, off_ms: int = 0, ppm: int = 0) -> None:
        self._time = time
        self._name = name
        self._ppm = ppm
        self._boots = 1
        self._booted = time.now
        self.off_ms = off_ms

    def now(self) -> int:
        return self._time.now + self.off_ms

    def boot(self) -> int:
        ran = self._time.now - self._booted
        return ran + ran * self._ppm // 1_000_000

    @property
    def boot_id(self) -> str:
        return f"{self._name}-{self._boots}"

    def reboot(self, off_ms: int | None) -> None:
        """The machine starts anew; with `off_ms` its battery was empty and the wall clock shows anything."""
        self._boots += 1
        self._booted = self._time.now
        if off_ms is not None:
            self.off_ms = off_ms
