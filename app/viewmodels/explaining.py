"""Deadlines in words: each clock with its light, and the lines that add up to its due time."""

from __future__ import annotations

import msgspec

from app.base.clock import SECOND_MS, Instant
from app.domain import timing
from app.domain.deadline import Line
from app.domain.incident import Incident
from app.domain.light import light
from app.viewmodels.context import Context


class ExplainedLine(msgspec.Struct, frozen=True):
    """Left when, in the middle what, right how much; `total` is the last line, the due time itself."""

    left: str
    text: str
    right: str
    total: bool = False


class ExplainedDeadline(msgspec.Struct, frozen=True):
    """One running clock: `title` as in `控险 剩 18分40秒`, `due` as in `到 2026-11-21 10:00:59`."""

    clock: str
    light: str
    title: str
    due: str
    lines: tuple[ExplainedLine, ...]


def explained(context: Context, incident: Incident) -> tuple[ExplainedDeadline, ...]:
    """Every running clock of the case, soonest first."""
    book, now = context.book, context.now()
    if book is None:
        return ()
    return tuple(
        ExplainedDeadline(
            clock=timed.clock,
            light=light(timed.deadline, now),
            title=_title(context, incident, timed, now),
            due=context.text("deadline.due_at", at=context.formats.moment(timed.deadline.due_at)),
            lines=tuple(_line(context, line, timed) for line in timed.deadline.lines),
        )
        for timed in timing.all_deadlines(book, incident, explain=True)
    )


def clock_titles(context: Context, incident: Incident) -> tuple[tuple[str, str], ...]:
    """Light and title of each of these clocks in the same order, without the account."""
    book, now = context.book, context.now()
    if book is None:
        return ()
    return tuple(
        (light(timed.deadline, now), _title(context, incident, timed, now))
        for timed in timing.all_deadlines(book, incident)
    )


def _title(context: Context, incident: Incident, timed: timing.Timed, now: Instant) -> str:
    clock, due = context.clock_name(timed.clock), timed.deadline
    if timed.order:
        order = incident.order(timed.order)
        unit = context.unit(order.unit) if order is not None else timed.order[-2:]
        clock = context.text("deadline.of_order", clock=clock, unit=unit)
    if due.paused:
        return context.text("deadline.paused", clock=clock)
    if now > due.due_at:
        return context.text("deadline.over", clock=clock, span=context.formats.span(now - due.due_at))
    return context.text("deadline.left", clock=clock, span=context.formats.span(due.due_at - now))


def _line(context: Context, line: Line, timed: timing.Timed) -> ExplainedLine:
    formats = context.formats
    left = formats.moment(line.at)[5:16]
    if line.until is not None:
        left = f"{left} – {formats.moment(line.until)[5:16]}"
    params = dict(line.params)
    if "unit" in params:
        params["unit"] = context.text(f"unit.{params['unit']}")
    if "reason" in params:
        params["reason"] = _reasons(context, params["reason"])
    text = context.text(f"deadline.line.{line.kind}", **_only(line.kind, params))
    return ExplainedLine(left, text, _amount(context, line), line.kind == "due")


_PARAMS = {
    "limit": ("amount", "unit"),
    "skipped": ("reason",),
    "paused": ("reason",),
    "replaced": ("reason",),
}


def _only(kind: str, params: dict[str, str]) -> dict[str, str]:
    return {name: params.get(name, "") for name in _PARAMS.get(kind, ())}


def _reasons(context: Context, reasons: str) -> str:
    """Reasons are codes joined by `+`: states, or words of the ledger itself."""
    words = []
    for reason in reasons.split("+"):
        key = f"deadline.reason.{reason}"
        words.append(context.text(key) if context.language.has(key) else context.state(reason))
    return context.text("list.comma").join(words)


def _clock_span(span_ms: int) -> str:
    """4:00:00, to the second, so that a person can add it up."""
    minutes, seconds = divmod(span_ms // SECOND_MS, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def _amount(context: Context, line: Line) -> str:
    formats = context.formats
    if line.kind in ("due", "replaced", "capped", "rolled") and line.due_at is not None:
        return formats.moment(line.due_at)[5:]
    if line.amount_ms is not None:
        return _clock_span(line.amount_ms)
    if "days" in line.params:
        return context.text("deadline.days", days=line.params["days"])
    return ""
