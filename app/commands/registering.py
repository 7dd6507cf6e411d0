"""Taking in a report: check it, part what is personal, give it a code, write it once."""

from __future__ import annotations

from concurrent.futures import Future

import msgspec

from app.base.clock import Instant
from app.commands.attaching import added, subjects
from app.commands.command import AlreadyDone, Done, NewReport, Outcome
from app.commands.desk import Desk
from app.commands.loading import incident_of
from app.commands.sealing import Envelope
from app.domain.actor import Actor
from app.domain.code import CHANNEL_LETTERS
from app.domain.forms import LONG_TEXT_MAX, TEXT_MAX, TIME_MAX, TIME_MIN
from app.domain.incident import Incident, Reporter
from app.domain.intake_fold import REGISTER
from app.domain.kinds import incident_subject
from app.domain.place import Place, on_earth
from app.domain.refusal import Refusal
from app.domain.report import ReportReceived
from app.domain.rulebook import RuleBook
from app.log.port import Appended, Duplicate, Written

TRIES = 20
"""Codes tried when another program on this desk's letters took the number first."""


ONCE = ("ext:", "idem:")
"""Subjects that mark a report as taken in before; any other that stands already is chance."""


class Begun(msgspec.Struct, frozen=True):
    """A report on its way to the disk: what `end` makes of the answer of `appended` is its outcome."""

    appended: Future[Appended]
    incident: str
    code: str


def register(desk: Desk, report: NewReport, actor: Actor) -> Outcome:
    """A new case, or one more report of an open one when `joins` names it."""
    for _ in range(TRIES):
        begun = begin(desk, report, actor)
        if not isinstance(begun, Begun):
            return begun
        outcome = end(desk, begun, begun.appended.result())
        if outcome is not None:
            return outcome
    return Refusal("moved_on")


def begin(desk: Desk, report: NewReport, actor: Actor) -> Begun | Outcome:
    """Check a report and ask the log to write it, or say at once what becomes of it. Others may begin before
    it is on disk: what waits together is written together."""
    book, now = desk.book(), desk.clock.now()
    refused = _check(desk, report, actor, book)
    if refused is not None:
        return refused
    known = _known(desk, report)
    if known is not None:
        return known
    joined = desk.incident(report.joins) if report.joins else None
    if report.joins and (joined is None or book.states[joined.state].kind not in ("open", "paused")):
        return Refusal("case_not_open", "joins")
    return _write(desk, report, actor, book, now, joined)


def end(desk: Desk, begun: Begun, appended: Appended) -> Outcome | None:
    """The outcome; None when the code was taken meanwhile, or the case it joins moved on: begin anew."""
    if isinstance(appended, Written):
        return Done(begun.incident, begun.code, appended.entries)
    if isinstance(appended, Duplicate) and appended.subject.startswith(ONCE):
        return AlreadyDone(incident_of(desk.log, appended.gseq), appended.gseq)
    return None


def initial_class(report: NewReport, book: RuleBook) -> str:
    """The class a report starts with: its category's, raised by the urgent flag and by danger to life."""
    found = book.class_of(report.category)
    if not book.urgent_classes or not (report.urgent or report.life_danger):
        return found
    return book.graver(found, book.gravest if report.life_danger else book.urgent_classes[-1])


def _check(desk: Desk, report: NewReport, actor: Actor, book: RuleBook) -> Refusal | None:
    if not book.may(actor.role, REGISTER):
        return Refusal("role_may_not", params={"role": actor.role, "action": REGISTER})
    if report.channel not in CHANNEL_LETTERS:
        return Refusal("field_choice", "channel", {"value": report.channel[:40]})
    if not report.what.strip():
        return Refusal("field_missing", "what")
    for field, most in (
        ("what", LONG_TEXT_MAX),
        ("address", TEXT_MAX),
        ("flat", TEXT_MAX),
        ("reporter_name", TEXT_MAX),
        ("reporter_phone", TEXT_MAX),
        ("external", TEXT_MAX),
        ("id", TEXT_MAX),
    ):
        if len(getattr(report, field)) > most:
            return Refusal("field_long", field, {"most": str(most)})
    if report.area and report.area not in desk.hall.areas:
        return Refusal("field_area", "area", {"value": report.area[:40]})
    category = book.categories.get(report.category)
    if report.category and (category is None or not category.parent):
        return Refusal("field_category", "category", {"value": report.category[:40]})
    point = report.point
    if point is not None and not on_earth(point):
        return Refusal("field_position", "point")
    when = report.occurred_at
    if when is not None and not TIME_MIN <= when < TIME_MAX:
        return Refusal("field_time", "occurred_at")
    return None


def _known(desk: Desk, report: NewReport) -> AlreadyDone | None:
    for subject in _once(report):
        gseq = desk.log.by_unique(subject)
        if gseq is not None:
            return AlreadyDone(incident_of(desk.log, gseq), gseq)
    return None


def _once(report: NewReport) -> list[str]:
    subjects = [f"ext:{report.external}"] if report.external else []
    return [*subjects, f"idem:{report.id}"] if report.id else subjects


def _write(
    desk: Desk,
    report: NewReport,
    actor: Actor,
    book: RuleBook,
    now: Instant,
    joined: Incident | None,
) -> Begun:
    mint = desk.mint(now)
    incident = joined.id if joined is not None else mint.incident()
    code = joined.code if joined is not None else mint.code(report.channel)
    envelope = Envelope(desk.sealer, incident)
    what, original = envelope.text("free_text", report.what.strip())
    address, door = envelope.place(report.address, report.flat)
    body = ReportReceived(
        incident=incident,
        report=desk.ids(now),
        code=code,
        channel=report.channel,
        what=what,
        original=original,
        place=Place(report.area, address, report.point, door),
        category=report.category,
        sla_class=initial_class(report, book),
        reporter=Reporter(
            envelope.name(report.reporter_name), envelope.phone(report.reporter_phone), report.wants_answer
        ),
        external=report.external,
        joins=joined is not None,
    )
    draft = desk.draft(
        body,
        [incident_subject(incident), *mint.subjects, *_once(report)],
        actor,
        now if report.occurred_at is None else report.occurred_at,
        cmd=report.id or REGISTER,
        base={incident_subject(joined.id): joined.seen} if joined is not None else {},
        envelope=envelope,
    )
    # In one append with the report: whoever sees the case sees what came with it.
    attached = [
        desk.draft(
            added(incident, content), subjects(incident, content), actor, now, cmd=REGISTER, cause=draft.eid
        )
        for content in report.attachments
    ]
    return Begun(desk.log.append([draft, *attached]), incident, code)
