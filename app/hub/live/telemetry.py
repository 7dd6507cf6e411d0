"""Fast values beside the log: positions and readings as they come in, the latest of each source kept."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from app.base.clock import Instant
from app.hub.limits import LATEST_MAX
from app.hub.live.recent import Recent

SourceId = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_.:@\-]+$")]
"""A terminal's or sensor's own id."""


class Position(msgspec.Struct, frozen=True, gc=False):
    """Where a terminal is: degrees CGCS2000/WGS-84, speed in km/h, heading in degrees from north."""

    id: str
    at: Instant
    lon: float
    lat: float
    speed_kmh: float | None = None
    heading_deg: float | None = None


class Reading(msgspec.Struct, frozen=True, gc=False):
    """What a sensor measured; `quantity` and `unit` are the source's words, such as `water_level`, `m`."""

    id: str
    at: Instant
    quantity: str
    value: float
    unit: str = ""


class Values(msgspec.Struct, frozen=True):
    """Latest values, each source once."""

    positions: list[Position]
    readings: list[Reading]


class Latest:
    """The latest value of each terminal and of each quantity of a sensor. In memory: a restart forgets."""

    def __init__(self) -> None:
        self._kept: Recent[tuple[str, str], Position | Reading] = Recent(LATEST_MAX)

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def version(self) -> int:
        return self._kept.version

    def take(self, value: Position | Reading) -> bool:
        """Keep a value; False when a later one of the same source is here already."""
        key = (value.id, value.quantity if isinstance(value, Reading) else "")
        known = self._kept.get(key)
        if known is not None and known.at > value.at:
            return False
        self._kept.put(key, value)
        return True

    def since(self, version: int) -> Values:
        """What changed after `version`."""
        changed = self._kept.since(version)
        return Values(
            [value for value in changed if isinstance(value, Position)],
            [value for value in changed if isinstance(value, Reading)],
        )
