"""A place as callers say it: degrees in any of the country's systems, an address, an area."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from app.domain.place import Crs, Point
from app.geo.coordinates import to_wgs84
from app.hub.limits import TEXT_MAX
from app.hub.requests.problems import ProblemError

Longitude = Annotated[float, Meta(ge=-180, le=180)]
Latitude = Annotated[float, Meta(ge=-90, le=90)]
Line = Annotated[str, Meta(max_length=TEXT_MAX, pattern=r"^[^\u0000-\u001f]*$")]
"""One line of text without control characters."""


class PlaceAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`lon` and `lat` come together or not at all; `crs` says in which system. `area` is a code of the area
    tree."""

    lon: Longitude | None = None
    lat: Latitude | None = None
    crs: Crs = "cgcs2000"
    address: Line = ""
    area: Line = ""

    def point(self) -> Point | None:
        """The position in CGCS2000/WGS-84; ProblemError when half of it is missing."""
        if self.lon is None and self.lat is None:
            return None
        if self.lon is None or self.lat is None:
            raise ProblemError(
                "field", field="place.lat" if self.lat is None else "place.lon", rule="key.missing"
            )
        lon, lat = to_wgs84(self.lon, self.lat, self.crs)
        return Point(lon, lat, self.crs)
