"""Where a matter is: words for people, a code for the rules, a point for the map."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from app.domain.sealed import Sealed

Crs = Literal["cgcs2000", "wgs84", "gcj02", "bd09"]

PointFlag = Literal["placeholder", "outside"]


class Point(msgspec.Struct, frozen=True, gc=False):
    """A position in degrees, kept as CGCS2000/WGS-84; `crs` says which system it came in.

    A flagged point is kept and shown as flagged, never drawn in the sea.
    """

    lon: float
    lat: float
    crs: Crs = "cgcs2000"
    flag: PointFlag | None = None


_POSITION = re.compile(r"\s*(-?\d{1,3}(?:\.\d{1,12})?)\s*[,，]\s*(-?\d{1,2}(?:\.\d{1,12})?)\s*", re.ASCII)


def read_position(text: str) -> Point | None:
    """The point a form's position means, written `longitude,latitude` in degrees; None when it means none."""
    match = _POSITION.fullmatch(text)
    if match is None:
        return None
    point = Point(float(match[1]), float(match[2]))
    return point if on_earth(point) else None


def on_earth(point: Point) -> bool:
    """Whether the degrees are degrees; what is no number is not."""
    return -180 <= point.lon <= 180 and -90 <= point.lat <= 90


class Place(msgspec.Struct, frozen=True, gc=False):
    """`address` is masked to the building; the exact flat, if any, lies in the vault behind `detail`."""

    area: str = ""
    address: str = ""
    point: Point | None = None
    detail: Sealed | None = None
