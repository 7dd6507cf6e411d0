"""A case's life in words: one line for each entry, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from app.base.clock import Instant
from app.commands.tokens import TOKEN
from app.domain.contested import ContestSettled
from app.domain.incident import Incident
from app.domain.kinds import read_body
from app.domain.moves import (
    CaseMerged,
    CaseMoved,
    CaseSplit,
    CaseUnmerged,
    ConfirmationAsked,
    ConfirmationRefused,
    LimitBreached,
    OrderReached,
    OrdersIssued,
    PersonalDataRevealed,
)
from app.domain.report import ReportImported, ReportReceived
from app.domain.requests import RequestAnswered, RequestMade, RequestReceived
from app.domain.workflow import Field
from app.log.entries import Numbered
from app.viewmodels.context import Context
from app.viewmodels.levels import level_words
from app.viewmodels.outcomes import action_words

WEIGHTY = frozenset(
    {"return", "return_refused", "return_accepted", "to_arbitration", "recall", "check_fail", "send_back"}
)
"""Steps that are marked in the line's colour: the case did not simply go on."""


class LifeLine(msgspec.Struct, frozen=True):
    """`weight` is `plain`, `turn` or `breach`; `place` is the entry's number in the log, `level` says how far
    it is safe."""

    eid: str
    place: int
    at: Instant
    text: str
    note: str
    weight: str = "plain"
    level: str = ""


def life(
    context: Context, entries: Sequence[Numbered], incident: Incident | None = None
) -> tuple[LifeLine, ...]:
    """The lines of a case, newest first; an entry this program does not know is shown as such, and one that
    `incident` holds back or never took says so."""
    without = _without_effect(incident) if incident is not None else {}
    return tuple(_line(context, numbered, without) for numbered in reversed(entries))


def _without_effect(incident: Incident) -> dict[str, str]:
    """Entries that changed nothing, by id, and the key of the sentence that says why."""
    found = dict.fromkeys(incident.idle, "life.idle")
    for contested in incident.contested:
        if not contested.applied:
            found.update(dict.fromkeys((contested.eid, *contested.withheld), "life.contested"))
    return found


def entry_words(context: Context, numbered: Numbered) -> str:
    """What an entry did, in one phrase."""
    return _words(context, body_of(numbered), numbered.entry.kind)[0]


def _line(context: Context, numbered: Numbered, without: Mapping[str, str]) -> LifeLine:
    # What the hub above says of another's case is said by its own people.
    entry, context = numbered.entry, context.at(numbered.home)
    text, note, weight = _words(context, body_of(numbered), entry.kind)
    if entry.eid in without:
        text, weight = context.text(without[entry.eid], what=text), "turn"
    if numbered.verdict:
        text, weight = (
            context.text("life.quarantined", what=text, why=verdict_words(context, numbered.verdict)),
            "turn",
        )
    who = who_words(context, entry.actor)
    level = level_words(context, numbered)
    return LifeLine(entry.eid, numbered.gseq, numbered.at, text, f"{who}  {note}".strip(), weight, level)


def body_of(numbered: Numbered) -> msgspec.Struct | None:
    """What an entry says, as far as this program can read it; what is in quarantine may be unreadable."""
    entry = numbered.entry
    try:
        return read_body(entry.kind, entry.kind_version, entry.body)
    except msgspec.ValidationError:
        if not numbered.verdict:
            raise
        return None


def verdict_words(context: Context, verdict: str) -> str:
    """Why an entry stands in the log without effect; a rule this program does not know is named."""
    key = f"verdict.{verdict}"
    return context.text(key) if context.language.has(key) else context.text("verdict.unknown", code=verdict)


def who_words(context: Context, operator: str) -> str:
    """The post an operator sits at, never a name; a program by the name of its token while that is good."""
    granted = context.hall.operators.get(operator)
    if granted is not None:
        return context.label(granted.post)
    if operator.startswith(TOKEN):
        issued = context.hall.tokens.get(operator.removeprefix(TOKEN))
        return context.text("actor.program", name=issued.name if issued is not None else "").rstrip()
    return context.text("actor.system") if operator == "system" else operator


def _words(context: Context, body: msgspec.Struct | None, kind: str) -> tuple[str, str, str]:
    text = context.text
    if isinstance(body, ReportReceived):
        key = "life.joined" if body.joins else "life.received"
        return text(key, channel=context.choice("channels", body.channel)), "", "plain"
    if isinstance(body, ReportImported):
        return text("life.imported", source=body.external), "", "plain"
    if isinstance(body, OrdersIssued):
        units = text("list.comma").join(
            text(f"life.as_{issue.role}", unit=context.unit(issue.unit)) for issue in body.orders
        )
        return (
            text("life.issued", action=action_words(context, body.action), units=units),
            form_words(context, body.action, body.form),
            "plain",
        )
    if isinstance(body, CaseMoved):
        weight = "turn" if body.action in WEIGHTY else "plain"
        action = action_words(context, body.action)
        if body.order:
            action = text("life.of_order", action=action, order=body.order[-2:])
        return action, form_words(context, body.action, body.form), weight
    return _rarer(context, body, kind)


def _rarer(context: Context, body: msgspec.Struct | None, kind: str) -> tuple[str, str, str]:
    text = context.text
    if isinstance(body, ConfirmationAsked):
        return (
            text("life.asked", action=action_words(context, body.action)),
            form_words(context, body.action, body.form),
            "turn",
        )
    if isinstance(body, ConfirmationRefused):
        return text("life.not_confirmed"), body.reason, "turn"
    if isinstance(body, CaseMerged | CaseUnmerged):
        return (
            text("life.linked", action=action_words(context, body.action), reports=len(body.reports)),
            "",
            "turn",
        )
    if isinstance(body, CaseSplit):
        codes = text("list.comma").join(part.code for part in body.parts)
        return text("life.split", parts=len(body.parts)), codes, "turn"
    if isinstance(body, LimitBreached):
        book = context.book
        role = book.roles.get(body.role) if book is not None else None
        told = context.label(role.label) if role is not None else body.role
        return text("life.breached", clock=context.clock_name(body.clock), role=told), "", "breach"
    if isinstance(body, PersonalDataRevealed):
        field = (
            text(f"personal.{body.field}") if context.language.has(f"personal.{body.field}") else body.field
        )
        return text("life.revealed", field=field), context.choice("reveal_reasons", body.reason), "turn"
    if isinstance(body, OrderReached):
        return text(f"life.reached_{body.how}", order=body.order[-2:]), body.note, "plain"
    if isinstance(body, RequestReceived):
        return text("life.request_received"), body.title, "turn"
    if isinstance(body, RequestMade):
        return text("life.request_made"), body.title, "turn"
    if isinstance(body, RequestAnswered):
        return (
            text("life.request_accepted" if body.accepted else "life.request_turned_down"),
            body.reason,
            "turn",
        )
    if isinstance(body, ContestSettled):
        return text(f"life.settled_{body.choice}"), body.reason, "turn"
    return text("life.unknown", kind=kind), "", "plain"


def form_words(context: Context, action: str, form: Mapping[str, Any]) -> str:
    """What the form said, shortly: values only, in the order of its fields."""
    book = context.book
    transition = book.transitions.get(action) if book is not None else None
    if transition is None:
        return ""
    words = [
        value_words(context, field, form[field.id])
        for field in transition.fields
        if field.id in form and field.type not in ("bool", "department", "departments", "orders", "parts")
    ]
    return context.text("list.dot").join(word for word in words if word)


def value_words(context: Context, field: Field, value: Any) -> str:
    """One value of a form as a person reads it; masked texts stay masked."""
    if isinstance(value, dict):
        return str(value.get("mask", ""))
    if field.type in ("choice", "choices"):
        values = value if isinstance(value, list) else [value]
        return context.text("list.comma").join(_choice_words(context, field, str(v)) for v in values)
    if field.type == "time" and isinstance(value, int):
        return context.formats.moment(value)[:16]
    if field.type == "category":
        return context.category(str(value))
    if field.type == "area":
        return context.area(str(value))
    return str(value)


def _choice_words(context: Context, field: Field, value: str) -> str:
    book = context.book
    if book is None:
        return value
    reasons = {"return_reasons": book.rules.return_reasons, "hold_reasons": book.rules.hold_reasons}
    for reason in reasons.get(field.source, ()):
        if reason.id == value:
            return context.label(reason.label)
    own = next((c for c in field.choices if c.id == value), None)
    return context.label(own.label) if own is not None else context.choice(field.source, value)
