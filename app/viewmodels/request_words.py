"""A request between levels in words: which hall, until when, and how it stands: sent, arrived, answered."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from app.commands.elsewhere import hub_between
from app.commands.requesting import MAKE_REQUEST
from app.domain.kinds import REQUEST
from app.log.entries import Numbered
from app.projections.requests import Asked, Step, asked_in, request_ids
from app.viewmodels.case_view import ActionLine, WaitLine
from app.viewmodels.context import Context
from app.viewmodels.form_fields import FormField

ASK = "ask_below"
"""The name under which the keys know it."""

DECLINED = "rejected"
"""The state of a report that was declined."""

UNANSWERED = ("reported", "scene_check")
"""States of a report that nobody has accepted yet."""

_SEVERITY = {"sent": "due_soon", "arrived": "", "accepted": "in_time", "turned_down": "overdue"}


class Standing(msgspec.Struct, frozen=True):
    """How a request stands, as far as is known here; `reason` where it was turned down with one."""

    step: Step
    reason: str = ""

    @property
    def severity(self) -> str:
        return _SEVERITY[self.step]


def standing_of(context: Context, asked: Asked) -> Standing:
    """By its answer; one that named no case became a report, and what was done with that is the answer."""
    if asked.answer is not None:
        return Standing(asked.step, asked.answer.reason)
    if asked.arrived is None or asked.made is None or asked.made.incident:
        return Standing(asked.step)
    case = context.reading.case(asked.arrived.incident)
    if case is None or case.state in UNANSWERED:
        return Standing("arrived")
    return Standing("turned_down" if case.state == DECLINED else "accepted")


def standing_words(context: Context, standing: Standing) -> str:
    """E.g. `已送达，等待答复`, `未接受：本区无此点位`."""
    words = context.text(f"request.step.{standing.step}")
    return context.text("request.because", what=words, why=standing.reason) if standing.reason else words


def hall_words(context: Context, home: str) -> str:
    """What people call the hall of a lower hub; its stream where that never said. Empty for our own."""
    if not home:
        return ""
    founded = context.reading.hall_of(home).founded
    return context.label(founded.label) if founded is not None else home


def due_words(context: Context, asked: Asked, key: str = "") -> str:
    """Until when it is wished, alone or in the sentence of `key`; empty where nobody said."""
    if asked.due_at is None:
        return ""
    words = context.formats.near(asked.due_at, context.now())
    return context.text(key, until=words) if key else words


def ask_line(context: Context, home: str) -> ActionLine:
    """What may be done here about a lower hall's case: ask that hall for something."""
    label = context.text("request.ask", hall=hall_words(context, home))
    return ActionLine(MAKE_REQUEST, label, ASK, why_not=_why_not(context, home))


def _why_not(context: Context, home: str) -> str:
    book, reading = context.book, context.reading
    if book is None or not book.permits(context.actor.role, MAKE_REQUEST):
        return context.text("request.may_not_ask")
    between = hub_between(home, reading.about, reading.hall, reading.homes)
    if not between:
        return ""
    names = {"hall": hall_words(context, home), "between": hall_words(context, between)}
    return context.text("request.below_another", **names)


def ask_form(context: Context) -> tuple[FormField, ...]:
    """What is asked, why, and until when it is wished."""
    text = context.text
    return (
        FormField("title", text("request.title"), "text"),
        FormField("what", text("request.why"), "long_text", required=False),
        FormField("due_at", text("request.due"), "time", required=False),
    )


def asked_about(context: Context, entries: Sequence[Numbered]) -> tuple[WaitLine, ...]:
    """The requests to lower hubs that these entries of a case speak of, with how each stands there."""
    lines = []
    for name in request_ids(entries):
        asked = asked_in(context.reading.about(REQUEST + name)).get(name)
        if asked is None or asked.made is None:
            continue
        words = standing_words(context, standing_of(context, asked))
        due = due_words(context, asked, "request.wished")
        text = context.text("request.asked", title=asked.title)
        lines.append(WaitLine(text, context.text("list.dot").join(part for part in (words, due) if part)))
    return tuple(lines)
