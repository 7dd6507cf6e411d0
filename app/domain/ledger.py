"""The ledger of a due time: what moved it, line by line, each with the due time in force after it."""

from __future__ import annotations

from typing import Literal

import msgspec

from app.base.clock import Instant
from app.domain.calendar import Calendar
from app.domain.clock_run import ClockRun, Stretch
from app.domain.limits import Limit

LineKind = Literal[
    "start",
    "limit",
    "opens",
    "counted",
    "made_up",
    "skipped",
    "paused",
    "rolled",
    "replaced",
    "capped",
    "provisional",
    "due",
]


class Line(msgspec.Struct, frozen=True):
    """One line of the explanation of a deadline: codes and values, no sentences.

    - `start`: at = start of the clock
    - `limit`: params amount, unit; amount_ms for natural units and wh; due_at = due by the limit alone
    - `opens`: at = counting opens, where that is later than the start
    - `counted`, `made_up`: at..until, a stretch that counts; amount_ms worked (wh), params days (wd, nd)
    - `skipped`: at..until, whole days that do not count; params reason (weekend, holiday), days
    - `paused`: at..until (None while it lasts), amount_ms = counted time that stood still, params reason
    - `rolled`: at = an end of natural days that fell on a day off; due_at = end of the next working day
    - `replaced`: at = when; params reason
    - `capped`: at = the cap
    - `provisional`: at..until, days counted in a year whose table is not published
    - `due`: at = the due time

    `due_at` is the due time in force after the line, on the lines that set or move it.
    """

    kind: LineKind
    at: Instant
    until: Instant | None = None
    amount_ms: int | None = None
    due_at: Instant | None = None
    params: dict[str, str] = {}


def moves(
    run: ClockRun, limit: Limit, due_at: Instant, standing: tuple[Stretch, ...], calendar: Calendar
) -> list[Line]:
    """What moved `due_at`, in order: pauses by the counted time that stood still, replacements outright.

    A pause that begins when the due time is past moves nothing. One that spans a replacement moves the old
    due time by its part before and the new one by its part after.
    """
    lines: list[Line] = []
    begins = [run.started_at, *(replaced.at for replaced in run.replaced)]
    for era, begin in enumerate(begins):
        if era:
            replaced = run.replaced[era - 1]
            due_at = replaced.due_at
            lines.append(Line("replaced", replaced.at, due_at=due_at, params={"reason": replaced.reason}))
        end = begins[era + 1] if era + 1 < len(begins) else None
        for stretch in standing:
            part = stretch.within(begin, end)
            if part is not None:
                lines.extend(_paused(part, due_at, limit, calendar))
                due_at = lines[-1].due_at or due_at
    return lines


def _paused(part: Stretch, due_at: Instant, limit: Limit, calendar: Calendar) -> list[Line]:
    ruler = calendar.ruler(limit.unit)
    stood_ms = ruler.read(part.until) - ruler.read(part.since) if part.since < due_at else 0
    if stood_ms:
        due_at = ruler.instant(ruler.read(due_at) + stood_ms)
    until = None if part.open else part.until
    params = {"reason": "+".join(part.reasons)}
    lines = [Line("paused", part.since, until, stood_ms, due_at, params)]
    if stood_ms and limit.unit == "nd":
        # The last day of natural days must be a working day, after a pause as before it.
        rolled = calendar.roll(due_at)
        if rolled != due_at:
            lines.append(Line("rolled", due_at, due_at=rolled))
    return lines
