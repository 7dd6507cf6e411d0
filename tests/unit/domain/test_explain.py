"""The lines of a deadline, summed by hand, must give the due time."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from app.base.clock import MINUTE_MS
from app.domain.calendar import Calendar
from app.domain.deadline import ClockRun, Deadline, Line, Pause, Replaced, deadline
from app.domain.limits import Limit, Unit
from app.domain.sla import LightRule
from tests.unit.domain import calendar_oracle as oracle
from tests.unit.domain.calendar_oracle import CALENDAR_IDS, CHINA, calendar, local, ms

LIGHT = LightRule(share=0.25, urgent_minutes=30)
STARTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 10, 30)).map(  # noqa: DTZ001 - made local below
    lambda when: when.replace(second=0, microsecond=0, tzinfo=CHINA)
)
NAMES = st.sampled_from(CALENDAR_IDS)
UNITS: st.SearchStrategy[Unit] = st.sampled_from(["min_natural", "h_natural", "wh", "wd", "nd"])
SPANS = st.lists(st.tuples(st.integers(-600, 6_000), st.integers(0, 3_000)), max_size=3)
EXTENSIONS = st.lists(st.tuples(st.integers(0, 6_000), st.integers(1, 20_000)), max_size=2).map(sorted)


def explained(run: ClockRun, limit: Limit, name: str) -> Deadline:
    return deadline(run, limit, calendar(name), urgent=False, light=LIGHT, explain=True)


def of_kind(found: Deadline, *kinds: str) -> list[Line]:
    return [line for line in found.lines if line.kind in kinds]


def by_hand(run: ClockRun, limit: Limit, name: str, found: Deadline) -> int:
    """The due time by the limit alone, from nothing but the lines and a look at the office's closing hour."""
    (said,) = of_kind(found, "limit")
    counted = of_kind(found, "counted", "made_up")
    if limit.unit in ("min_natural", "h_natural"):
        return run.started_at + (said.amount_ms or 0)
    assert all(line.until is not None for line in counted)
    if limit.unit == "wh":
        worked = sum(line.amount_ms or 0 for line in counted)
        assert worked == said.amount_ms == limit.ms
        for line in counted:
            minutes = oracle.open_minutes(local(line.at), local(line.until or 0), name)
            assert line.amount_ms == minutes * MINUTE_MS
        return counted[-1].until or 0
    assert sum(float(line.params["days"]) for line in counted) == limit.amount
    if limit.unit == "wd":
        last = local((counted[-1].until or 0) - 1).date()
        return ms(datetime(last.year, last.month, last.day, 17, 30, tzinfo=CHINA))
    rolled = [line for line in found.lines if line.kind in ("skipped", "rolled")]
    if not rolled:
        return counted[-1].until or 0
    skipped = [line for line in rolled if line.kind == "skipped"]
    assert skipped[0].at < (counted[-1].until or 0)  # the day that cannot be the last
    return ms(local(skipped[-1].until or 0) + timedelta(days=1))


@settings(max_examples=60)
@given(STARTS, st.integers(1, 30), UNITS, NAMES)
def test_the_lines_of_a_limit_sum_to_its_due_time(
    start: datetime, amount: int, unit: Unit, name: str
) -> None:
    limit = Limit(float(amount), unit)
    run = ClockRun("handle", ms(start))
    found = explained(run, limit, name)
    assert by_hand(run, limit, name, found) == found.due_at
    assert found.lines[0] == Line("start", run.started_at)
    assert found.lines[-1] == Line("due", found.due_at, due_at=found.due_at)
    assert of_kind(found, "opens") == (
        [] if found.starts_at == run.started_at else [Line("opens", found.starts_at)]
    )
    assert bool(of_kind(found, "provisional")) == found.provisional


@given(STARTS, st.integers(1, 20), NAMES)
def test_days_told_as_counted_and_skipped_are_so_and_follow_each_other(
    start: datetime, days: int, name: str
) -> None:
    found = explained(ClockRun("handle", ms(start)), Limit(float(days), "wd"), name)
    told = of_kind(found, "counted", "made_up", "skipped")
    assert local(told[0].at) == oracle.midnight(start.date() + timedelta(days=1))
    for line, following in pairwise(told):
        assert line.until == following.at
    for line in told:
        day = local(line.at).date()
        last = local((line.until or 0) - 1).date()
        assert float(line.params["days"]) == (last - day).days + 1
        while day <= last:
            weekend = day.weekday() >= 5
            assert oracle.is_work_day(day) == (line.kind != "skipped")
            assert (line.kind == "made_up") == (weekend and oracle.is_work_day(day))
            if line.params.get("reason") == "weekend":
                assert weekend
            elif line.kind == "skipped" and not weekend:
                assert line.params["reason"] == "holiday"
            day += timedelta(days=1)


@settings(max_examples=60)
@given(STARTS, st.integers(1, 12), UNITS, NAMES, SPANS, EXTENSIONS)
def test_each_line_moves_the_due_time_by_what_it_says(
    start: datetime,
    amount: int,
    unit: Unit,
    name: str,
    spans: list[tuple[int, int]],
    extensions: list[tuple[int, int]],
) -> None:
    limit = Limit(float(amount), unit)
    begin = ms(start)
    pauses = tuple(
        Pause(begin + a * MINUTE_MS, begin + (a + lasts) * MINUTE_MS, f"H0{n}")
        for n, (a, lasts) in enumerate(spans)
    )
    replaced = tuple(
        Replaced(begin + a * MINUTE_MS, begin + (a + b) * MINUTE_MS, "extended") for a, b in extensions
    )
    run = ClockRun("handle", begin, None, pauses, replaced)
    found = explained(run, limit, name)
    due = by_hand(ClockRun("handle", begin), limit, name, explained(ClockRun("handle", begin), limit, name))
    (said,) = of_kind(found, "limit")
    assert said.due_at == due
    office = "office" if unit == "wd" else name
    natural = unit in ("min_natural", "h_natural", "nd")
    moves = [n for n, line in enumerate(found.lines) if line.kind in ("paused", "replaced")]
    for line in found.lines[moves[0] :] if moves else ():
        if line.kind == "paused":
            due = _moved(line, due, None if natural else office)
        elif line.kind == "rolled":
            due = ms(oracle.roll(local(due)))
        elif line.kind == "replaced":
            due = line.due_at or 0
    assert due == found.due_at
    assert len(of_kind(found, "replaced")) == len(replaced)


def _moved(line: Line, due: int, name: str | None) -> int:
    assert line.until is not None
    since, until = local(line.at), local(line.until)
    minutes = (line.amount_ms or 0) // MINUTE_MS
    if line.at >= due:
        assert minutes == 0
    elif name is None:
        assert minutes == (until - since) // oracle.MINUTE
    else:
        assert minutes == oracle.open_minutes(since, until, name)
    if not minutes:
        return due
    return due + minutes * MINUTE_MS if name is None else ms(oracle.walk(local(due), minutes, name))


def test_a_long_holiday_reads_as_a_person_would_tell_it() -> None:
    found = explained(ClockRun("handle", ms("2026-02-13T16:00")), Limit(3.0, "wd"), "office")
    assert [(line.kind, str(local(line.at).date()), line.params) for line in found.lines] == [
        ("start", "2026-02-13", {}),
        ("limit", "2026-02-13", {"amount": "3", "unit": "wd"}),
        ("opens", "2026-02-14", {}),
        ("made_up", "2026-02-14", {"days": "1"}),
        ("skipped", "2026-02-15", {"reason": "holiday", "days": "9"}),
        ("counted", "2026-02-24", {"days": "2"}),
        ("due", "2026-02-25", {}),
    ]


def test_pauses_and_extensions_are_told_in_their_order() -> None:
    start = ms("2026-03-02T10:00")
    run = ClockRun(
        "handle",
        start,
        None,
        (
            Pause(ms("2026-03-03T15:00"), ms("2026-03-04T10:00"), "H01"),
            Pause(ms("2026-03-10T09:00"), None, "wait"),
        ),
        (Replaced(ms("2026-03-05T09:00"), ms("2026-03-13T17:30"), "extended"),),
    )
    found = explained(run, Limit(3.0, "wd"), "office")
    told = [(line.kind, line.due_at and str(local(line.due_at))[5:16]) for line in found.lines if line.due_at]
    assert told == [
        ("limit", "03-05 17:30"),
        ("paused", "03-06 14:30"),
        ("replaced", "03-13 17:30"),
        ("paused", "03-13 17:30"),
        ("due", "03-13 17:30"),
    ]
    (first, second) = of_kind(found, "paused")
    assert (first.params, second.params) == ({"reason": "H01"}, {"reason": "wait"})
    assert (second.until, second.amount_ms) == (None, 0)
    assert found.paused


def test_the_provisional_part_is_told_in_days() -> None:
    found = explained(ClockRun("handle", ms("2026-12-30T10:00")), Limit(3.0, "wd"), "office")
    assert of_kind(found, "provisional") == [
        Line("provisional", ms("2027-01-01T00:00"), ms("2027-01-06T00:00"))
    ]


def test_a_pause_that_moves_into_a_provisional_year_is_told() -> None:
    hold = Pause(ms("2026-12-30T08:30"), ms("2026-12-31T17:30"), "hold")
    found = explained(ClockRun("handle", ms("2026-12-28T10:00"), None, (hold,)), Limit(3.0, "wd"), "office")
    assert of_kind(found, "provisional") == [Line("provisional", ms("2026-12-31T17:30"), found.due_at)]


def test_an_office_open_till_midnight_ends_on_its_own_day() -> None:
    office = msgspec.structs.replace(oracle.TABLES.calendars[0], hours=("14:00-24:00",))
    late = Calendar.of(msgspec.structs.replace(oracle.TABLES, calendars=(office,)), "office")
    run = ClockRun("handle", ms("2026-11-19T10:00"))
    for limit in (Limit(1.0, "wd"), Limit(20.0, "wh")):
        found = deadline(run, limit, late, urgent=False, light=LIGHT, explain=True)
        assert local(found.due_at) == local(ms("2026-11-21T00:00"))  # the end of Friday
        assert not of_kind(found, "skipped")
        assert of_kind(found, "counted")[-1].until == found.due_at


def test_a_deadline_asked_without_lines_is_the_same_deadline() -> None:
    run = ClockRun("handle", ms("2026-03-02T10:00"))
    told = explained(run, Limit(5.0, "wd"), "office")
    silent = deadline(run, Limit(5.0, "wd"), calendar("office"), urgent=False, light=LIGHT)
    assert silent.lines == ()
    assert (told.starts_at, told.soon_at, told.due_at) == (silent.starts_at, silent.soon_at, silent.due_at)
