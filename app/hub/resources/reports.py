"""Reports from outside: POST /reports."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from app.commands.command import AlreadyDone, NewReport
from app.domain.attachment import SHA256_PATTERN
from app.domain.kinds import read_body
from app.domain.refusal import Refusal
from app.domain.report import ReportImported, ReportReceived
from app.hub.limits import ATTACHED_MAX, LONG_TEXT_MAX
from app.hub.requests.brought import brought
from app.hub.requests.places import Line, PlaceAsked
from app.hub.requests.problems import ProblemError, RefusalError
from app.hub.requests.repeats import stood
from app.hub.requests.routes import API, Answer, Call, Route
from app.hub.requests.when import When, instant

Channel = Literal["phone", "window", "hotline", "grid", "sensor", "video", "department", "warning", "mailbox"]

Hash = Annotated[str, Meta(pattern=SHA256_PATTERN)]


class ReporterAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who reported; goes to the vault, every answer shows masks only."""

    name: Line = ""
    phone: Line = ""


class ReportAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A report; only `channel` and `text` are needed. `external_id` is the source's own number: a second
    report of the same channel with it is the first one. `attachments` are hashes of contents that were
    brought before."""

    channel: Channel
    text: Annotated[str, Meta(min_length=1, max_length=LONG_TEXT_MAX, pattern=r"^[^\u0000]*$")]
    place: PlaceAsked = PlaceAsked()
    occurred_at: When | None = None
    category: Line = ""
    urgent: bool = False
    reporter: ReporterAsked = ReporterAsked()
    external_id: Annotated[str, Meta(max_length=120, pattern=r"^[^\u0000-\u001f]*$")] = ""
    attachments: Annotated[list[Hash], Meta(max_length=ATTACHED_MAX)] = []


class ReportTaken(msgspec.Struct, frozen=True):
    """Durable at the hub: the case, its code, the entry and its number in the log."""

    incident: str
    code: str
    entry: str
    gseq: int


async def take_report(call: Call) -> Answer:
    """Take in a report.

    201 with the new case; 200 with the same answer when the Idempotency-Key or the external_id came before.
    """
    asked: ReportAsked = call.body
    acting = call.front.hall.acting
    report = NewReport(
        channel=asked.channel,
        what=asked.text,
        id=call.repeat,
        area=asked.place.area,
        address=asked.place.address,
        point=asked.place.point(),
        category=asked.category,
        urgent=asked.urgent,
        reporter_name=asked.reporter.name,
        reporter_phone=asked.reporter.phone,
        external=f"{asked.channel}:{asked.external_id}" if asked.external_id else "",
        occurred_at=None if asked.occurred_at is None else instant(asked.occurred_at, "occurred_at"),
        attachments=await brought(call, asked.attachments),
    )
    outcome = await call.front.appending.do(lambda: acting.register(report, call.grant.actor))
    if isinstance(outcome, Refusal):
        raise RefusalError(outcome, "register")
    if isinstance(outcome, AlreadyDone):
        return Answer(_known(call, outcome.gseq))
    first = outcome.entries[0]
    return Answer(ReportTaken(outcome.incident, outcome.code, first.entry.eid, first.gseq), 201)


def _known(call: Call, gseq: int) -> ReportTaken:
    known = stood(call.front, gseq)
    entry = known.numbered.entry
    body = read_body(entry.kind, entry.kind_version, entry.body)
    if not isinstance(body, ReportReceived | ReportImported):
        raise ProblemError("key_used")
    return ReportTaken(known.incident, known.code, entry.eid, gseq)


ROUTES = (
    Route(
        "POST",
        f"{API}/reports",
        "reports.take",
        take_report,
        {201: ReportTaken, 200: ReportTaken},
        body=ReportAsked,
        repeatable=True,
        conflicts=True,
    ),
)
