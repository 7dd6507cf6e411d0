"""Deadlines: the due time of a clock as a pure function of what happened, the limit and the calendar."""

from __future__ import annotations

import msgspec

from app.base.clock import MINUTE_MS, Instant
from app.domain.calendar import Calendar, Due
from app.domain.clock_run import ClockRun, Pause, Replaced, Stretch, stretches
from app.domain.explain import counting
from app.domain.ledger import Line, moves
from app.domain.limits import Limit, Unit
from app.domain.sla import LightRule
from app.domain.working_time import Ruler

__all__ = ["ClockRun", "Deadline", "Line", "Pause", "Replaced", "appointment", "deadline", "judge"]


class Deadline(msgspec.Struct, frozen=True, gc=False):
    """A deadline without any present: the glass compares it with the hall's clock.

    The clock counts from `starts_at`, is due soon from `soon_at`, overdue after `due_at`; `paused` while a
    pause lasts that began in time. `provisional`: a published table of holidays may still move it. `lines`
    explain it where asked for (app.domain.ledger.Line).
    """

    starts_at: Instant
    soon_at: Instant
    due_at: Instant
    paused: bool
    provisional: bool
    lines: tuple[Line, ...] = ()


def deadline(
    run: ClockRun,
    limit: Limit,
    calendar: Calendar,
    *,
    urgent: bool,
    light: LightRule,
    cap_at: Instant | None = None,
    explain: bool = False,
) -> Deadline:
    """When `run` is due under `limit`, counted by the calendar of the unit (or of the office).

    A pause moves the due time by the counted time that stood still: working time for wh (the unit's hours)
    and wd (office hours), natural time for nd and natural units. Urgent runs are not paused, except by
    STANDING_REASONS. The last replacement wins; pauses before it no longer move anything. `cap_at`: a due
    time behind it is set to it (rule no_stage_after_due). A limit or calendar given anew works the whole out
    anew from the same facts. WorldError when a time lies outside the years of the tables.
    """
    counted = calendar.add(run.started_at, limit)
    due_at, provisional = counted.at, counted.provisional
    standing: tuple[Stretch, ...] = ()
    lines: list[Line] = []
    if run.pauses or run.replaced:
        standing = stretches(run, urgent=urgent)
        lines = moves(run, limit, due_at, standing, calendar)
        if lines:
            due_at = lines[-1].due_at or due_at
            provisional = _provisional(run, counted, due_at, limit.unit, calendar)
    capped = cap_at is not None and cap_at < due_at
    if cap_at is not None and capped:
        due_at = cap_at
        lines.append(Line("capped", cap_at, due_at=cap_at))
    # A due time set by hand or cap before counting would open leaves no waiting: the clock counts at once.
    opens = counted.starts_at if counted.starts_at < due_at else run.started_at
    ruler = calendar.ruler(limit.unit)
    span_ms = counted.span_ms
    if capped or run.replaced:
        span_ms = _span_ms(run, opens, due_at, standing, ruler)
    soon_at = _soon_at(due_at, int(span_ms * light.share), standing, ruler)
    if urgent:
        soon_at = min(soon_at, due_at - light.urgent_minutes * MINUTE_MS)
    if explain:
        lines = [*counting(run.started_at, limit, counted, calendar), *lines]
        if provisional and not counted.provisional:
            lines.append(Line("provisional", _base(run, counted), due_at))
        lines.append(Line("due", due_at, due_at=due_at))
    return Deadline(
        # Urgent work is never grey: its clock shows as counting from its start.
        run.started_at if urgent else opens,
        max(opens, soon_at) if soon_at < due_at else due_at,
        due_at,
        _paused(standing, due_at),
        provisional,
        tuple(lines) if explain else (),
    )


def _paused(standing: tuple[Stretch, ...], due_at: Instant) -> bool:
    # A pause that begins after the due time does not hide that the clock is overdue.
    return bool(standing) and standing[-1].open and standing[-1].since < due_at


def _base(run: ClockRun, counted: Due) -> Instant:
    return run.replaced[-1].due_at if run.replaced else counted.at


def _provisional(run: ClockRun, counted: Due, due_at: Instant, unit: Unit, calendar: Calendar) -> bool:
    """A replaced due time is a plain instant; only what pauses add to it depends on a table."""
    if counted.provisional and not run.replaced:
        return True
    base = _base(run, counted)
    return due_at > base and calendar.depends_on_days(unit) and calendar.provisional(base, due_at)


def _span_ms(
    run: ClockRun, opens: Instant, due_at: Instant, standing: tuple[Stretch, ...], ruler: Ruler
) -> int:
    """The counted time a changed deadline leaves in all, from its opening to its due time, without pauses."""
    span_ms = ruler.read(due_at) - ruler.read(opens)
    for stretch in standing:
        part = stretch.within(opens, due_at)
        if part is not None:
            span_ms -= ruler.read(part.until) - ruler.read(part.since)
    return max(0, span_ms)


def _soon_at(due_at: Instant, left_ms: int, standing: tuple[Stretch, ...], ruler: Ruler) -> Instant:
    """The first instant at which `left_ms` of counted time or less are left before `due_at`."""
    reading = ruler.read(due_at) - left_ms
    for stretch in reversed(standing):
        if stretch.since >= due_at:
            continue
        since, until = ruler.read(stretch.since), ruler.read(min(stretch.until, due_at))
        if until < reading:
            break
        reading -= until - since
    return ruler.instant(reading)


def appointment(
    run: ClockRun, due_at: Instant, *, urgent: bool, light: LightRule, explain: bool = False
) -> Deadline:
    """The deadline of a clock that is due at a time agreed with somebody, such as a promised call-back."""
    start = run.started_at
    left_ms = int(max(0, due_at - start) * light.share)
    soon_at = due_at - max(left_ms, light.urgent_minutes * MINUTE_MS if urgent else 0)
    lines = (Line("start", start), Line("due", due_at, due_at=due_at)) if explain else ()
    return Deadline(start, min(max(start, soon_at), due_at), due_at, False, False, lines)


def judge(run: ClockRun, deadline: Deadline) -> int | None:
    """By how many ms a stopped run missed its due time, 0 or less when it was in time; None while it runs."""
    return None if run.stopped_at is None else run.stopped_at - deadline.due_at
