"""Fast values from outside: POST /telemetry, many in one call."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from app.base.clock import Instant
from app.domain.place import Crs
from app.geo.coordinates import to_wgs84
from app.hub.limits import TELEMETRY_BYTES_MAX, TELEMETRY_MAX
from app.hub.live.telemetry import Position, Reading, SourceId
from app.hub.requests.places import Latitude, Longitude
from app.hub.requests.routes import API, Answer, Call, Route
from app.hub.requests.when import When, instant

Finite = Annotated[float, Meta(ge=-1e15, le=1e15)]
Word = Annotated[str, Meta(max_length=64, pattern=r"^[^\u0000-\u001f]*$")]


class PositionAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Where a terminal is. Without `at` it counts as measured now."""

    id: SourceId
    lon: Longitude
    lat: Latitude
    crs: Crs = "cgcs2000"
    at: When | None = None
    speed_kmh: Annotated[float, Meta(ge=0, le=2_000)] | None = None
    heading_deg: Annotated[float, Meta(ge=0, le=360)] | None = None


class ReadingAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """What a sensor measured; `quantity` parts several values of one sensor."""

    id: SourceId
    value: Finite
    quantity: Word = ""
    unit: Word = ""
    at: When | None = None


class TelemetryAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Positions and readings, in any order."""

    positions: Annotated[list[PositionAsked], Meta(max_length=TELEMETRY_MAX)] = []
    readings: Annotated[list[ReadingAsked], Meta(max_length=TELEMETRY_MAX)] = []


class TelemetryTaken(msgspec.Struct, frozen=True):
    """`older` values were passed over: a later one of the same source is known."""

    taken: int
    older: int


async def take_telemetry(call: Call) -> Answer:
    """Take positions and readings; the latest value of each source wins, and nothing goes into the log."""
    call.sight()
    asked: TelemetryAsked = call.body
    front, now = call.front, call.front.hall.clock.now()
    values: list[Position | Reading] = [_position(asked_one, now) for asked_one in asked.positions]
    values += [_reading(asked_one, now) for asked_one in asked.readings]
    taken = sum(front.latest.take(value) for value in values)
    if taken:
        front.news.moved()
    return Answer(TelemetryTaken(taken, len(values) - taken))


def _position(asked: PositionAsked, now: Instant) -> Position:
    lon, lat = to_wgs84(asked.lon, asked.lat, asked.crs)
    return Position(asked.id, _at(asked.at, now), lon, lat, asked.speed_kmh, asked.heading_deg)


def _reading(asked: ReadingAsked, now: Instant) -> Reading:
    return Reading(asked.id, _at(asked.at, now), asked.quantity, asked.value, asked.unit)


def _at(when: int | datetime | None, now: Instant) -> Instant:
    """Never later than now: a source whose clock ran ahead must be heard again once that is put right."""
    return now if when is None else min(now, instant(when, "at"))


ROUTES = (
    Route(
        "POST",
        f"{API}/telemetry",
        "telemetry.take",
        take_telemetry,
        {200: TelemetryTaken},
        body=TelemetryAsked,
        body_bytes_max=TELEMETRY_BYTES_MAX,
        quiet=True,
    ),
)
