"""One case as answered: what is known of it, masked; its orders, deadlines, life, and what may be done."""

from __future__ import annotations

import msgspec

from app.base.clock import Instant
from app.commands.revealing import sealed_fields
from app.domain.actor import Actor
from app.domain.incident import Incident
from app.domain.options import confirmable, options
from app.domain.order import Order
from app.domain.place import Place
from app.domain.rulebook import RuleBook
from app.domain.workflow import Field
from app.hub.answers.deadlines import DeadlineAnswer, deadlines
from app.hub.answers.life import LifeLine, life, sealed_in
from app.hub.answers.speech import Speech
from app.log.entries import Numbered
from app.projections.hall import Hall


class PlaceAnswer(msgspec.Struct, frozen=True):
    """`address` is masked to the building; degrees are CGCS2000/WGS-84."""

    area: str
    address: str
    lon: float | None
    lat: float | None
    flag: str | None


class OrderAnswer(msgspec.Struct, frozen=True):
    """One department's part. `end` says how it left force; empty while it is in force. `delivered_at`,
    `read_at` and `called_at` say whether it reached its unit, and how."""

    code: str
    unit: str
    role: str
    state: str
    dispatched_at: Instant
    delivered_at: Instant | None
    read_at: Instant | None
    called_at: Instant | None
    signed_at: Instant | None
    feedback_at: list[Instant]
    parent: str
    end: str


class ReportAnswer(msgspec.Struct, frozen=True):
    """One source's say: the entry it stands in, its channel and when it came."""

    entry: str
    channel: str
    received_at: Instant


class WaitingAnswer(msgspec.Struct, frozen=True):
    """A step that waits for a second person; `yours` when the caller may agree or turn it down."""

    entry: str
    action: str
    order: str
    asked_by: str
    asked_at: Instant
    yours: bool


class ContestedAnswer(msgspec.Struct, frozen=True):
    """A step of a desk that was cut off, withheld because the entry `against` stood in its way; a person at
    the centre decides between the two."""

    entry: str
    action: str
    order: str
    actor: str
    at: Instant
    against: str


class AttachmentAnswer(msgspec.Struct, frozen=True):
    """A content of the case, read at /attachments/{sha256}; it may come later than the entry that names
    it."""

    entry: str
    sha256: str
    name: str
    media: str
    bytes: int
    order: str
    at: Instant


class PersonalAnswer(msgspec.Struct, frozen=True):
    """Something that is kept in the vault: what may be shown of it, and the reference it is revealed by."""

    ref: str
    field: str
    mask: str


class FormField(msgspec.Struct, frozen=True):
    """A field a step asks for; `choices` where there is a fixed list."""

    id: str
    label: str
    type: str
    required: bool
    choices: list[str]


class ActionAnswer(msgspec.Struct, frozen=True):
    """A step the caller's role may take now, on `order` where it is an order's; `why_not` when the case as
    it stands forbids it."""

    action: str
    label: str
    order: str
    why_not: str
    fields: list[FormField]


class IncidentAnswer(msgspec.Struct, frozen=True):
    """A case. Times are ms UTC. `seen` is the number of the last entry about it: what `base` means. `home` is
    the stream of the lower hub that owns it, empty where this one does: elsewhere it can only be read."""

    id: str
    code: str
    home: str
    state: str
    state_label: str
    category: str
    category_label: str
    sla_class: str
    urgent: bool
    channel: str
    what: str
    place: PlaceAnswer
    received_at: Instant
    changed_at: Instant
    closed_at: Instant | None
    result: str
    seen: int
    master: str
    merged: list[str]
    links: list[str]
    overlays: list[str]
    reports: list[ReportAnswer]
    orders: list[OrderAnswer]
    waiting: list[WaitingAnswer]
    contested: list[ContestedAnswer]
    attachments: list[AttachmentAnswer]
    personal: list[PersonalAnswer]
    deadlines: list[DeadlineAnswer]
    timeline: list[LifeLine]
    actions: list[ActionAnswer]


def case_answer(
    hall: Hall,
    book: RuleBook,
    case: Incident,
    entries: list[Numbered],
    actor: Actor,
    speech: Speech,
    now: Instant,
    home: str = "",
) -> IncidentAnswer:
    """The case for this caller. `hall` and `book` are those of its own hub, whose stream is `home`."""
    return IncidentAnswer(
        id=case.id,
        code=case.code,
        home=home,
        state=case.state,
        state_label=speech.state(case.state),
        category=case.category,
        category_label=speech.category(case.category),
        sla_class=case.sla_class,
        urgent=case.urgent,
        channel=case.channel,
        what=case.what,
        place=_place(case.place),
        received_at=case.received_at,
        changed_at=case.changed_at,
        closed_at=case.closed_at,
        result=case.result,
        seen=max((numbered.gseq for numbered in entries), default=case.seen),
        master=case.master,
        merged=list(case.merged),
        links=list(case.links),
        overlays=list(case.overlays),
        reports=[ReportAnswer(r.eid, r.channel, r.received_at) for r in case.reports],
        orders=[_order(order) for order in case.orders],
        waiting=_waiting(book, case, None if home else actor),
        contested=[
            ContestedAnswer(c.eid, c.action, c.order, c.actor, c.at, c.against.eid) for c in case.contested
        ],
        attachments=[
            AttachmentAnswer(a.eid, a.sha256, a.name, a.media, a.size, a.order, a.at)
            for a in case.attachments
        ],
        personal=personal(case, entries),
        deadlines=deadlines(book, case, speech, now),
        timeline=life(entries, speech),
        actions=[] if home else _actions(hall, book, case, actor, speech, now),
    )


def personal(case: Incident, entries: list[Numbered]) -> list[PersonalAnswer]:
    """Everything of this case that lies in the vault, each once."""
    named = sealed_fields(case)
    found = {ref: PersonalAnswer(ref, named.get(ref, field), mask) for ref, field, mask in sealed_in(entries)}
    return list(found.values())


def _place(place: Place) -> PlaceAnswer:
    point = place.point
    if point is None:
        return PlaceAnswer(place.area, place.address, None, None, None)
    return PlaceAnswer(place.area, place.address, point.lon, point.lat, point.flag)


def _order(order: Order) -> OrderAnswer:
    return OrderAnswer(
        order.code,
        order.unit,
        order.role,
        order.state,
        order.dispatched_at,
        order.delivered_at,
        order.read_at,
        order.called_at,
        order.signed_at,
        list(order.feedback_at),
        order.parent,
        order.end,
    )


def _waiting(book: RuleBook, case: Incident, actor: Actor | None) -> list[WaitingAnswer]:
    mine = {pending.eid for pending in confirmable(book, case, actor)} if actor is not None else set()
    return [
        WaitingAnswer(p.eid, p.action, p.order, p.asked_by, p.asked_at, p.eid in mine) for p in case.pending
    ]


def _actions(
    hall: Hall, book: RuleBook, case: Incident, actor: Actor, speech: Speech, now: Instant
) -> list[ActionAnswer]:
    found = []
    for option in options(book, case, actor, hall.areas, now):
        action, refusal = option.transition.action, option.refusal
        found.append(
            ActionAnswer(
                action,
                speech.label(option.transition.label),
                option.order,
                speech.refusal(refusal, action) if refusal is not None else "",
                [_field(book, field, speech) for field in option.transition.fields],
            )
        )
    return found


def _field(book: RuleBook, field: Field, speech: Speech) -> FormField:
    listed = book.rules.lists.get(field.source, ()) if field.source else field.choices
    choices = [choice.id for choice in listed]
    return FormField(field.id, speech.label(field.label), field.type, field.required, choices)
