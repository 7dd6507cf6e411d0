"""Rows of another system's history: one entry each, their own due and closed times, known ones passed
over."""

from __future__ import annotations

from collections.abc import Sequence

from app.commands.command import AlreadyDone, Done, HistoryRow, Outcome
from app.commands.desk import Desk
from app.commands.loading import incident_of
from app.commands.registering import ONCE
from app.commands.sealing import Envelope
from app.domain.actor import Actor
from app.domain.code import CHANNEL_LETTERS
from app.domain.forms import LONG_TEXT_MAX, TEXT_MAX, TIME_MAX, TIME_MIN
from app.domain.incident import History
from app.domain.intake_fold import REGISTER
from app.domain.kinds import incident_subject
from app.domain.masking import mask_text
from app.domain.place import Place, on_earth
from app.domain.refusal import Refusal
from app.domain.report import ReportImported
from app.domain.rulebook import RuleBook
from app.log.entries import Draft
from app.log.port import Duplicate, Written

IMPORTING = "configure"
"""The permission that imports fall under, beside whoever may register."""


def import_rows(desk: Desk, rows: Sequence[HistoryRow], actor: Actor) -> list[Outcome]:
    """The outcome of each row, in order. What is new is written in one transaction, so nothing is
    half-done."""
    book = desk.book()
    if not (book.may(actor.role, REGISTER) or book.permits(actor.role, IMPORTING)):
        return [Refusal("role_may_not", params={"role": actor.role, "action": REGISTER}) for _ in rows]
    outcomes: dict[int, Outcome] = {}
    wanted: dict[str, int] = {}
    for place, row in enumerate(rows):
        refused = _check(desk, row, book)
        known = None if refused is not None else desk.log.by_unique(f"ext:{row.external}")
        if refused is not None:
            outcomes[place] = refused
        elif known is not None:
            outcomes[place] = AlreadyDone(incident_of(desk.log, known), known)
        elif row.external in wanted:
            outcomes[place] = Refusal("external_twice", "external", {"value": row.external[:60]})
        else:
            wanted[row.external] = place
    outcomes.update(_write(desk, rows, list(wanted.values()), actor))
    return [outcomes[place] for place in range(len(rows))]


def _check(desk: Desk, row: HistoryRow, book: RuleBook) -> Refusal | None:
    """The first thing wrong with a row; what its own system says of times and places is taken as it is."""
    if row.channel not in CHANNEL_LETTERS:
        return Refusal("field_choice", "channel", {"value": row.channel[:40]})
    if not row.external:
        return Refusal("field_missing", "external")
    if not row.what.strip():
        return Refusal("field_missing", "what")
    for field, most in (
        ("what", LONG_TEXT_MAX),
        ("address", TEXT_MAX),
        ("unit", TEXT_MAX),
        ("source_category", TEXT_MAX),
        ("external", TEXT_MAX),
    ):
        if len(getattr(row, field)) > most:
            return Refusal("field_long", field, {"most": str(most)})
    for field in ("received_at", "due_at", "closed_at"):
        at = getattr(row, field)
        if at is not None and not TIME_MIN <= at < TIME_MAX:
            return Refusal("field_time", field)
    if row.category and row.category not in book.categories:
        return Refusal("field_category", "category", {"value": row.category[:40]})
    if row.area and row.area not in desk.hall.areas:
        return Refusal("field_area", "area", {"value": row.area[:40]})
    if row.point is not None and not on_earth(row.point):
        return Refusal("field_position", "point")
    return None


def _write(desk: Desk, rows: Sequence[HistoryRow], places: Sequence[int], actor: Actor) -> dict[int, Outcome]:
    """Append the new rows; one that turns out to be known after all is left out and the rest written."""
    left = list(places)
    outcomes: dict[int, Outcome] = {}
    while left:
        drafts = [_draft(desk, rows[place], actor) for place in left]
        appended = desk.log.append(drafts).result()
        if isinstance(appended, Written):
            for place, draft, numbered in zip(left, drafts, appended.entries, strict=True):
                body = draft.body
                assert isinstance(body, ReportImported)
                outcomes[place] = Done(body.incident, body.code, (numbered,))
            return outcomes
        if isinstance(appended, Duplicate) and appended.subject.startswith(ONCE):
            place = left.pop(appended.index)
            outcomes[place] = AlreadyDone(incident_of(desk.log, appended.gseq), appended.gseq)
    return outcomes


def _draft(desk: Desk, row: HistoryRow, actor: Actor) -> Draft:
    now = desk.clock.now()
    mint = desk.mint(row.received_at)
    incident = desk.ids(now)
    envelope = Envelope(desk.sealer, incident)
    what, original = envelope.text("free_text", row.what.strip())
    address, door = envelope.place(row.address, "")
    body = ReportImported(
        incident=incident,
        report=desk.ids(now),
        code=mint.code(row.channel),
        channel=row.channel,
        what=what,
        received_at=row.received_at,
        original=original,
        history=History(row.due_at, row.closed_at, mask_text(row.unit), mask_text(row.source_category)),
        place=Place(row.area, address, row.point, door),
        category=row.category,
        external=row.external,
    )
    return desk.draft(
        body,
        [incident_subject(incident), f"ext:{row.external}", *mint.subjects],
        actor,
        row.received_at,
        cmd="import",
        envelope=envelope,
    )
