"""The shifted systems against published vectors, and there and back again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.geo.coordinates import gcj02_to_bd09, to_wgs84, wgs84_to_gcj02

# Test vectors that the open implementations share: WGS-84 (lon, lat), GCJ-02 (lon, lat).
GCJ02 = [
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
]
CHINA = (st.floats(75, 134), st.floats(18, 53))
MILLIMETRE = 1e-8


@pytest.mark.parametrize(("wgs84", "gcj02"), GCJ02)
def test_gcj02_agrees_with_the_published_vectors(
    wgs84: tuple[float, float], gcj02: tuple[float, float]
) -> None:
    assert wgs84_to_gcj02(*wgs84) == pytest.approx(gcj02, abs=MILLIMETRE)
    assert to_wgs84(*gcj02, "gcj02") == pytest.approx(wgs84, abs=MILLIMETRE)


def test_bd09_agrees_with_the_published_vectors() -> None:
    assert gcj02_to_bd09(116.404, 39.915) == pytest.approx(
        (116.41036949371029, 39.92133699351021), abs=MILLIMETRE
    )
    assert to_wgs84(116.41662724378733, 39.922699552216216, "bd09") == pytest.approx(
        (116.404, 39.915), abs=MILLIMETRE
    )


@given(*CHINA)
def test_there_and_back(lon: float, lat: float) -> None:
    gcj02 = wgs84_to_gcj02(lon, lat)
    assert to_wgs84(*gcj02, "gcj02") == pytest.approx((lon, lat), abs=MILLIMETRE)
    assert to_wgs84(*gcj02_to_bd09(*gcj02), "bd09") == pytest.approx((lon, lat), abs=MILLIMETRE)


def test_our_own_systems_and_places_abroad_stay() -> None:
    assert to_wgs84(116.4, 39.9, "wgs84") == to_wgs84(116.4, 39.9, "cgcs2000") == (116.4, 39.9)
    assert to_wgs84(-76.6, 39.3, "gcj02") == (-76.6, 39.3)
