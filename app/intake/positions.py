"""A point out of two cells; a doubtful one is kept and flagged, for the report itself is sound."""

from __future__ import annotations

import re

from app.domain.place import Point, PointFlag
from app.geo.coordinates import to_wgs84
from app.intake.mapping import Position
from app.intake.row_error import RowError, quoted

# Python's float also takes nan, underscores and the digits of every script, which are slips here.
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)


class PositionReader:
    """Reads positions of one mapping."""

    def __init__(self, position: Position) -> None:
        self._crs = position.crs
        self._placeholders = frozenset((place.lon, place.lat) for place in position.placeholders)
        self._district = position.district

    def read(self, lon_text: str, lat_text: str) -> Point | None:
        """The point in CGCS2000/WGS-84, None when both cells are empty; RowError when it is none."""
        if not lon_text and not lat_text:
            return None
        lon, lat = _degrees("lon", lon_text, 180.0), _degrees("lat", lat_text, 90.0)
        if (lon, lat) in self._placeholders:
            return Point(lon, lat, self._crs, "placeholder")
        lon, lat = to_wgs84(lon, lat, self._crs)
        return Point(lon, lat, self._crs, self._flag(lon, lat))

    def _flag(self, lon: float, lat: float) -> PointFlag | None:
        box = self._district
        if box is None or (box.west <= lon <= box.east and box.south <= lat <= box.north):
            return None
        return "outside"


def _degrees(field: str, text: str, most: float) -> float:
    if not text:
        raise RowError("position_half", field)
    if _NUMBER.fullmatch(text) is None:
        raise RowError("number", field, value=quoted(text))
    degrees = float(text)
    if not abs(degrees) <= most:
        raise RowError("degrees", field, value=quoted(text), most=f"{most:g}")
    return degrees
