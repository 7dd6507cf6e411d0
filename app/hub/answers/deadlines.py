"""Deadlines as answered: each running clock with the account of how its due time came about."""

from __future__ import annotations

import msgspec

from app.base.clock import Instant
from app.domain import timing
from app.domain.incident import Incident
from app.domain.ledger import Line
from app.domain.light import light
from app.domain.rulebook import RuleBook
from app.hub.answers.speech import Speech


class AccountLine(msgspec.Struct, frozen=True):
    """One line of the account; app.domain.ledger.Line says what each kind holds. `text` says it in words."""

    kind: str
    at: Instant
    until: Instant | None
    amount_ms: int | None
    due_at: Instant | None
    params: dict[str, str]
    text: str


class DeadlineAnswer(msgspec.Struct, frozen=True):
    """One running clock; `order` is empty for the case's own. `lines` add up to `due_at`."""

    clock: str
    label: str
    order: str
    light: str
    starts_at: Instant
    soon_at: Instant
    due_at: Instant
    paused: bool
    provisional: bool
    lines: list[AccountLine]


def deadlines(book: RuleBook, case: Incident, speech: Speech, now: Instant) -> list[DeadlineAnswer]:
    """Every running clock of an open case, soonest first."""
    if book.states[case.state].kind in ("done", "final"):
        return []
    return [
        DeadlineAnswer(
            clock=timed.clock,
            label=speech.clock(timed.clock),
            order=timed.order,
            light=light(timed.deadline, now),
            starts_at=timed.deadline.starts_at,
            soon_at=timed.deadline.soon_at,
            due_at=timed.deadline.due_at,
            paused=timed.deadline.paused,
            provisional=timed.deadline.provisional,
            lines=[_line(line, speech) for line in timed.deadline.lines],
        )
        for timed in timing.all_deadlines(book, case, explain=True)
    ]


def _line(line: Line, speech: Speech) -> AccountLine:
    params = {"amount": "", "unit": "", "reason": "", **line.params}
    if params["unit"]:
        params["unit"] = speech.text(f"unit.{params['unit']}")
    if params["reason"]:
        params["reason"] = _reasons(params["reason"], speech)
    key = f"deadline.line.{line.kind}"
    text = speech.text(key, **params)
    return AccountLine(line.kind, line.at, line.until, line.amount_ms, line.due_at, line.params, text)


def _reasons(reasons: str, speech: Speech) -> str:
    """Reasons are codes joined by `+`: states, or words of the ledger itself."""
    words = []
    for reason in reasons.split("+"):
        key = f"deadline.reason.{reason}"
        words.append(speech.text(key) if speech.language.has(key) else speech.state(reason))
    return speech.text("list.comma").join(words)
