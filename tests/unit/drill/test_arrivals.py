"""Reports to come: how many, about what, in which words, and that what is personal can be masked."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest

from app.base.clock import DAY_MS, HOUR_MS
from app.domain.masking import mask_text
from app.drill.arrivals import Arrival, Arrivals
from app.drill.classing import class_of
from app.drill.fate import PUBLIC
from app.drill.rhythm import Rhythm
from tests.helpers.halls import MONDAY_9, shipped_book
from tests.unit.drill.made import county, demo

MADE_UP_PHONE = re.compile(r"^(1380000\d{4}|139555\d{5})$")
DAYS = 150


def stream(seed: int, days: int) -> list[Arrival]:
    arrivals = Arrivals(seed, county(), demo(), shipped_book())
    found, at = [], MONDAY_9
    while (arrival := arrivals.next_after(at)).at < MONDAY_9 + days * DAY_MS:
        found.append(arrival)
        at = arrival.at
    return found


@pytest.fixture(scope="module")
def arrived() -> list[Arrival]:
    return stream(3, DAYS)


def test_volume_of_a_county(arrived: list[Arrival]) -> None:
    expected = demo().mix.monthly["county"] * DAYS / 30
    assert abs(len(arrived) - expected) < 5 * expected**0.5


def test_urgent_matters_are_few(arrived: list[Arrival]) -> None:
    classes = Counter(class_of(shipped_book(), a.category) for a in arrived)
    assert 0.001 < classes["U0"] / len(arrived) < 0.006
    assert 0.045 < classes["U1"] / len(arrived) < 0.075
    assert all(
        a.report.urgent == shipped_book().urgent(class_of(shipped_book(), a.category)) for a in arrived
    )


def test_flyers_parking_and_noise_come_first(arrived: list[Arrival]) -> None:
    top = [code for code, _ in Counter(a.category for a in arrived).most_common(3)]
    assert top == ["0201", "0404", "1003"]


def test_noise_comes_by_night_and_questions_by_day() -> None:
    rhythm = Rhythm(demo().mix, "county", "Asia/Shanghai")
    night, morning = MONDAY_9 + 13 * HOUR_MS, MONDAY_9 + HOUR_MS
    assert rhythm.per_hour(morning) > 3 * rhythm.per_hour(MONDAY_9 - 6 * HOUR_MS)
    saturday = morning + 5 * DAY_MS
    assert rhythm.per_hour(saturday) < rhythm.per_hour(morning)
    rng = random.Random(1)
    at_night = Counter(rhythm.category(rng, night) for _ in range(3_000))
    by_day = Counter(rhythm.category(rng, morning) for _ in range(3_000))
    assert at_night["1003"] > 3 * by_day["1003"]
    assert by_day["1901"] > at_night["1901"]


def test_words_are_as_long_as_real_ones(arrived: list[Arrival]) -> None:
    lengths = sorted(len(a.report.what) for a in arrived)
    assert lengths[0] >= 12
    assert lengths[-1] <= 90
    assert all("{" not in a.report.what for a in arrived)


def test_reports_say_where(arrived: list[Arrival]) -> None:
    grids = {area.code for area in county().areas if area.level == "grid"}
    assert all(a.report.area in grids and a.report.address and a.report.point for a in arrived)


def test_personal_data_are_made_up_and_masked(arrived: list[Arrival]) -> None:
    phones = [a.report.reporter_phone for a in arrived if a.report.reporter_phone]
    assert len(phones) > 1_000
    assert all(MADE_UP_PHONE.match(phone) for phone in phones)
    told = [a for a in arrived if a.report.reporter_phone and a.report.reporter_phone in a.report.what]
    flats = [a for a in arrived if a.report.flat]
    assert len(told) > 100
    assert len(flats) > 50
    assert all(a.report.reporter_phone not in mask_text(a.report.what) for a in told)
    assert all(
        a.report.flat in a.report.what and a.report.flat not in mask_text(a.report.what) for a in flats
    )


def test_devices_and_patrols_have_no_reporter(arrived: list[Arrival]) -> None:
    for arrival in arrived:
        report = arrival.report
        if report.channel not in PUBLIC:
            assert (report.reporter_name, report.reporter_phone, report.flat) == ("", "", "")
            assert not report.wants_answer
        if report.channel == "sensor":
            assert report.what.startswith(("水位监测", "烟感报警"))


def test_some_say_again_what_was_said_in_other_words(arrived: list[Arrival]) -> None:
    by_serial = {a.serial: a for a in arrived}
    repeats = [a for a in arrived if a.repeats]
    assert 0.03 < len(repeats) / len(arrived) < 0.07
    for again in repeats:
        first = by_serial[again.repeats]
        assert again.category == first.category
        assert (again.report.area, again.report.address) == (first.report.area, first.report.address)
        assert 0 < again.at - first.at <= demo().mix.arrivals.repeat_hours_max * HOUR_MS


def test_same_seed_same_stream() -> None:
    assert stream(8, 3) == stream(8, 3)
    assert stream(8, 3) != stream(9, 3)
