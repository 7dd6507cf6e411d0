"""Taking a transition: load the case, ask the rules, write what follows."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from app.base.clock import Instant
from app.commands.command import AlreadyDone, Command, Done, Outcome
from app.commands.desk import Desk
from app.commands.elsewhere import absent
from app.commands.following import consequences
from app.commands.loading import incident_of, last_numbered
from app.commands.minting import DayMint
from app.commands.sealing import Envelope
from app.domain.actor import Actor
from app.domain.ask import Ask
from app.domain.decide import decide, pick_order, refuse_confirmation
from app.domain.forms import TIME_MAX, TIME_MIN
from app.domain.incident import Incident
from app.domain.kinds import incident_subject
from app.domain.masking import mask_text
from app.domain.refusal import Refusal
from app.log.entries import Draft
from app.log.port import Duplicate, Written

STALE_RETRIES = 5
"""A case that moved on five times between reading and writing is being fought over: the person decides
again."""


class _Known(msgspec.Struct, frozen=True):
    """A case as the log says, and the last number of the log about it, whatever stood there."""

    incident: Incident
    last: int


def submit(desk: Desk, command: Command, actor: Actor) -> Outcome:
    """Take a transition, agree to one, or turn one down."""
    for _ in range(STALE_RETRIES):
        outcome = _try(desk, command, actor)
        if outcome is not None:
            return outcome
    return Refusal("moved_on")


def _try(desk: Desk, command: Command, actor: Actor) -> Outcome | None:
    """One attempt; None when the case moved on while it was being decided."""
    if command.id and (known := desk.log.by_unique(f"idem:{command.id}")) is not None:
        return AlreadyDone(incident_of(desk.log, known), known)
    when = command.occurred_at
    if when is not None and not TIME_MIN <= when < TIME_MAX:
        return Refusal("field_time", "occurred_at")
    book, now = desk.book(), desk.clock.now()
    case = _load(desk, command.incident)
    if case is None:
        return absent(desk, command.incident)
    incident = case.incident
    envelope, mint = Envelope(desk.sealer, command.incident), desk.mint(now)
    others = _others(desk, command, incident)
    ask = _ask(desk, command, actor, incident, others, envelope, now)
    if isinstance(ask, Refusal):
        return ask
    body: msgspec.Struct = (
        refuse_confirmation(ask, mask_text(str(command.form.get("reason", ""))))
        if command.refuses
        else decide(ask, mint)
    )
    if isinstance(body, Refusal):
        return body
    base = {incident_subject(name): known.last for name, known in {command.incident: case, **others}.items()}
    first = desk.draft(
        body,
        _subjects(body, command, mint),
        actor,
        now if when is None else when,
        cmd=command.id or command.action,
        base=base,
        cause=command.confirms or command.refuses or None,
        envelope=envelope,
    )
    return _write(desk, [first, *consequences(desk, first, incident, book, now)], incident)


def _ask(
    desk: Desk,
    command: Command,
    actor: Actor,
    incident: Incident,
    others: dict[str, _Known],
    envelope: Envelope,
    now: Instant,
) -> Ask | Refusal:
    book = desk.book()
    transition = book.transitions.get(command.action)
    if transition is None:
        return Refusal("unknown_action", "action", {"action": command.action[:40]})
    return Ask(
        book=book,
        incident=incident,
        transition=transition,
        actor=actor,
        now=now,
        # Who agrees or turns down fills in nothing: the form is the one that was asked with.
        form={} if command.confirms or command.refuses else envelope.form(transition.fields, command.form),
        order=pick_order(incident, transition, actor, _order_named(command, incident)),
        areas=desk.hall.areas,
        others={name: other.incident for name, other in others.items()},
        confirms=command.confirms or command.refuses,
        colleague=_has_colleague(desk, actor),
    )


def _load(desk: Desk, incident: str) -> _Known | None:
    entries = desk.log.history(incident_subject(incident))
    state = desk.fold(entries, incident)
    return None if state is None else _Known(state, last_numbered(entries))


def _others(desk: Desk, command: Command, incident: Incident) -> dict[str, _Known]:
    """The further cases an action speaks of: the master to merge into, or the one to come out of."""
    named = {str(command.form.get("master_id", "")), incident.master} - {"", incident.id}
    found = {name: _load(desk, name) for name in named}
    return {name: other for name, other in found.items() if other is not None}


def _has_colleague(desk: Desk, actor: Actor) -> bool:
    """Whether another operator of this hall may act in the same role for the same unit."""
    return any(
        actor.role in granted.roles and granted.unit == actor.unit and operator != actor.operator
        for operator, granted in desk.hall.operators.items()
    )


def _write(desk: Desk, drafts: Sequence[Draft], incident: Incident) -> Outcome | None:
    """Append and wait until it is on disk; None when the case moved on meanwhile."""
    appended = desk.log.append(drafts).result()
    if isinstance(appended, Written):
        return Done(incident.id, incident.code, appended.entries)
    if isinstance(appended, Duplicate) and appended.subject.startswith("idem:"):
        return AlreadyDone(incident_of(desk.log, appended.gseq), appended.gseq)
    return None


def _order_named(command: Command, incident: Incident) -> str:
    asked = command.confirms or command.refuses
    pending = next((p for p in incident.pending if p.eid == asked), None) if asked else None
    return pending.order if pending is not None else command.order


def _subjects(body: msgspec.Struct, command: Command, mint: DayMint) -> list[str]:
    subjects = [incident_subject(command.incident)]
    master = getattr(body, "master", "")
    if master:
        subjects.append(incident_subject(master))
    subjects += [incident_subject(part.incident) for part in getattr(body, "parts", ())]
    subjects += mint.subjects
    if command.id:
        subjects.append(f"idem:{command.id}")
    return subjects
