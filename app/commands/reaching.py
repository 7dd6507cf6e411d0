"""Writing down that an order came to its unit: on its PC, opened by a person, or told by telephone."""

from __future__ import annotations

from app.commands.administering import REASON_MAX
from app.commands.command import AlreadyDone, Done, Outcome
from app.commands.desk import Desk
from app.commands.elsewhere import absent
from app.domain.actor import SYSTEM_ROLE, Actor
from app.domain.kinds import incident_subject
from app.domain.masking import mask_text
from app.domain.moves import OrderReached
from app.domain.order import Order, Reach
from app.domain.refusal import Refusal
from app.domain.standing import acts_for
from app.log.port import Duplicate, Written

CALL_UNITS = "call_units"
REACHED = "reached"


def reached(desk: Desk, incident: str, order: str, how: Reach, actor: Actor, note: str = "") -> Outcome:
    """Write it once for each order and way; it waits until that is on disk.

    `delivered` is the system's word, `read` the system's or that of the unit's own people, `called` that of
    who holds the permission; `note` says who answered.
    """
    case = desk.incident(incident)
    if case is None:
        return absent(desk, incident)
    found = case.order(order)
    if found is None:
        return Refusal("field_order", "order", {"value": order[:40]})
    refused = _may(desk, found, how, actor)
    if refused is not None:
        return refused
    if len(note) > REASON_MAX:
        return Refusal("field_long", "note", {"most": str(REASON_MAX)})
    once = f"idem:{REACHED}:{order}:{how}"
    known = desk.log.by_unique(once)
    if known is not None:
        return AlreadyDone(incident, known)
    body = OrderReached(incident, order, how, mask_text(note.strip()))
    draft = desk.draft(body, (incident_subject(incident), once), actor, desk.clock.now(), cmd=REACHED)
    appended = desk.log.append([draft]).result()
    if isinstance(appended, Written):
        return Done(incident, case.code, appended.entries)
    if isinstance(appended, Duplicate):
        return AlreadyDone(incident, appended.gseq)
    return Refusal("moved_on")


def _may(desk: Desk, order: Order, how: Reach, actor: Actor) -> Refusal | None:
    if actor.role == SYSTEM_ROLE and how != "called":
        return None
    if how == "called" and desk.book().permits(actor.role, CALL_UNITS):
        return None
    role = desk.book().roles.get(actor.role)
    if how == "read" and role is not None and role.side == "unit":
        return (
            None if acts_for(actor, order.unit) else Refusal("other_units_order", params={"unit": actor.unit})
        )
    return Refusal("role_may_not", params={"role": actor.role, "action": f"order_{how}"})
