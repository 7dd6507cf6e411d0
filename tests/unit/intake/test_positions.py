"""Points out of two cells: numbers, flags, and what is refused."""

from __future__ import annotations

import pytest

from app.domain.place import Point
from app.intake.mapping import Box, LonLat, Position
from app.intake.positions import PositionReader
from app.intake.row_error import RowError

READER = PositionReader(
    Position(
        lon="x",
        lat="y",
        crs="wgs84",
        placeholders=(LonLat(-77, 39),),
        district=Box(west=-76.7, south=39.2, east=-76.5, north=39.4),
    )
)


@pytest.mark.parametrize(
    ("lon", "lat", "point"),
    [
        ("", "", None),
        ("-76.6", "39.3", Point(-76.6, 39.3, "wgs84")),
        ("-76.5", "39.2", Point(-76.5, 39.2, "wgs84")),
        ("-7.66E+1", "+39.30", Point(-76.6, 39.3, "wgs84")),
        ("-77.0", "39.0", Point(-77, 39, "wgs84", "placeholder")),
        ("-76.0", "39.0", Point(-76, 39, "wgs84", "outside")),
        ("39.3", "-76.6", Point(39.3, -76.6, "wgs84", "outside")),
    ],
)
def test_a_point_is_kept_and_doubt_is_flagged(lon: str, lat: str, point: Point | None) -> None:
    assert READER.read(lon, lat) == point


@pytest.mark.parametrize(
    ("lon", "lat", "field", "code"),
    [
        ("-76.6", "", "lat", "import_position_half"),
        ("", "39.3", "lon", "import_position_half"),
        ("west", "39.3", "lon", "import_number"),
        ("-76,6", "39.3", "lon", "import_number"),
        ("-76.6", "nan", "lat", "import_number"),
        ("-76.6", "inf", "lat", "import_number"),
        ("-76_6", "39.3", "lon", "import_number"),
        ("-76.6", "３９", "lat", "import_number"),
        ("-76.6", "1e999", "lat", "import_degrees"),
        ("-180.1", "39.3", "lon", "import_degrees"),
        ("-76.6", "90.1", "lat", "import_degrees"),
    ],
)
def test_what_is_no_point_is_refused(lon: str, lat: str, field: str, code: str) -> None:
    with pytest.raises(RowError) as caught:
        READER.read(lon, lat)
    assert (caught.value.refusal.field, caught.value.refusal.code) == (field, code)


def test_a_shifted_point_comes_back_before_it_is_flagged() -> None:
    reader = PositionReader(
        Position(
            lon="x",
            lat="y",
            crs="gcj02",
            placeholders=(LonLat(113.9171764808363, 22.5),),
            district=Box(west=113.9123, south=22.5438, east=113.9124, north=22.5439),
        )
    )
    point = reader.read("113.9171764808363", "22.540796131694766")
    assert point is not None
    assert (round(point.lon, 6), round(point.lat, 6)) == (113.912316, 22.543847)
    assert (point.crs, point.flag) == ("gcj02", None)
    # Placeholders are what the source writes, so they are compared before.
    placeholder = reader.read("113.9171764808363", "22.5")
    assert placeholder is not None
    assert placeholder.flag == "placeholder"
