"""How a limit was counted through the calendar, line by line, so that a person can sum it by hand."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from app.base.clock import Instant
from app.domain.calendar import Calendar, Due
from app.domain.ledger import Line, LineKind
from app.domain.limits import NATURAL_UNITS, Limit
from app.domain.work_days import DayKind


def counting(start: Instant, limit: Limit, due: Due, calendar: Calendar) -> Iterator[Line]:
    """The lines from the start of a clock to the due time by its limit alone; Line says what each holds."""
    unit = limit.unit
    yield Line("start", start)
    amount_ms = limit.ms if unit in NATURAL_UNITS or unit == "wh" else None
    params = {"amount": f"{limit.amount:g}", "unit": unit}
    yield Line("limit", start, amount_ms=amount_ms, due_at=due.at, params=params)
    if due.starts_at != start:
        yield Line("opens", due.starts_at)
    if unit == "wd":
        yield from _work_days(start, limit, due, calendar)
    elif unit == "wh":
        yield from _work_hours(start, due, calendar)
    elif unit == "nd":
        yield from _natural_days(start, limit, due, calendar)


def _groups(first: int, last: int, calendar: Calendar) -> Iterator[tuple[DayKind, int, int]]:
    """Days from `first` to `last` in runs of one kind: (kind, first day, last day)."""
    for kind, run in groupby(range(first, last + 1), key=calendar.days.kind):
        days = list(run)
        yield kind, days[0], days[-1]


def _skipped(kind: DayKind, first: int, last: int, calendar: Calendar) -> Line:
    midnights = calendar.local.midnights
    params = {"reason": kind, "days": str(last - first + 1)}
    return Line("skipped", midnights[first], midnights[last + 1], params=params)


def _name(kind: DayKind) -> LineKind:
    return "made_up" if kind == "made_up" else "counted"


def _work_days(start: Instant, limit: Limit, due: Due, calendar: Calendar) -> Iterator[Line]:
    local = calendar.local
    first, end = local.day(start) + 1, local.day(due.at - 1)
    left = limit.amount
    for kind, begin, last in _groups(first, end, calendar):
        if kind in ("weekend", "holiday"):
            yield _skipped(kind, begin, last, calendar)
            continue
        days = min(left, last - begin + 1)
        left -= days
        until = due.at if last == end else local.midnights[last + 1]
        yield Line(_name(kind), local.midnights[begin], until, params={"days": f"{days:g}"})
    yield from _provisional(first, end, calendar)


def _work_hours(start: Instant, due: Due, calendar: Calendar) -> Iterator[Line]:
    local = calendar.local
    first, end = local.day(start), local.day(due.at - 1)
    depends = calendar.depends_on_days("wh")
    every: tuple[tuple[DayKind, int, int]] = (("working", first, end),)
    for kind, begin, last in _groups(first, end, calendar) if depends else every:
        if kind in ("weekend", "holiday"):
            yield _skipped(kind, begin, last, calendar)
            continue
        since = max(start, local.midnights[begin])
        until = min(due.at, local.midnights[last + 1])
        worked_ms = calendar.working_ms(since, until)
        if worked_ms:
            yield Line(_name(kind), calendar.add_working(since, 0), until, worked_ms)
    if depends:
        yield from _provisional(first, end, calendar)


def _natural_days(start: Instant, limit: Limit, due: Due, calendar: Calendar) -> Iterator[Line]:
    local = calendar.local
    first, end = local.day(start) + 1, local.day(due.at - 1)
    nominal = first + int(limit.amount) - 1
    amount = f"{limit.amount:g}"
    until = due.at if nominal == end else local.midnights[nominal + 1]
    yield Line("counted", local.midnights[first], until, params={"days": amount})
    if nominal < end:
        for kind, begin, last in _groups(nominal, end - 1, calendar):
            yield _skipped(kind, begin, last, calendar)
        yield Line("rolled", local.midnights[nominal + 1], due_at=due.at)
    yield from _provisional(nominal, end, calendar)


def _provisional(first: int, last: int, calendar: Calendar) -> Iterator[Line]:
    part = calendar.days.provisional_part(first, last)
    if part is not None:
        midnights = calendar.local.midnights
        yield Line("provisional", midnights[part[0]], midnights[part[1] + 1])
