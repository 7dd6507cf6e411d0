"""Asking the hub that owns a matter for something: an entry of this hub, addressed to that one."""

from __future__ import annotations

import msgspec

from app.base.clock import Instant
from app.commands.administering import ID_MAX, NAME_MAX, bad_name
from app.commands.command import AlreadyDone, Done, Outcome
from app.commands.desk import Desk
from app.commands.elsewhere import home_of
from app.domain.actor import Actor
from app.domain.forms import LONG_TEXT_MAX, TIME_MAX, TIME_MIN
from app.domain.kinds import REQUEST, incident_subject
from app.domain.masking import mask_text
from app.domain.refusal import Refusal
from app.domain.requests import ADDRESSED, RequestMade
from app.log.port import Duplicate, Written

MAKE_REQUEST = "make_request"


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of the hub whose stream is `to`. With an `incident` of that hub it is about that case;
    without one it is a new matter. `id` makes a repeat harmless."""

    to: str
    title: str
    what: str = ""
    incident: str = ""
    category: str = ""
    sla_class: str = ""
    due_at: Instant | None = None
    id: str = ""


def make_request(desk: Desk, wish: Wish, actor: Actor) -> Outcome:
    """Write the request down, in masked words; it goes down to its hub when that is on the line."""
    if not desk.book().permits(actor.role, MAKE_REQUEST):
        return Refusal("role_may_not", params={"role": actor.role, "action": MAKE_REQUEST})
    refused = _check(desk, wish)
    if refused is not None:
        return refused
    once = (f"idem:{wish.id}",) if wish.id else ()
    if once and (known := desk.log.by_unique(once[0])) is not None:
        return AlreadyDone(wish.incident, known)
    now = desk.clock.now()
    request = desk.ids(now)
    body = RequestMade(
        request,
        wish.to,
        mask_text(wish.title.strip()),
        mask_text(wish.what.strip()),
        wish.incident,
        wish.category,
        wish.sla_class,
        wish.due_at,
    )
    about = (incident_subject(wish.incident),) if wish.incident else ()
    subjects = (ADDRESSED + wish.to, REQUEST + request, *about, *once)
    appended = desk.log.append([desk.draft(body, subjects, actor, now, cmd=wish.id or MAKE_REQUEST)]).result()
    if isinstance(appended, Written):
        return Done(wish.incident, "", appended.entries)
    if isinstance(appended, Duplicate) and appended.subject in once:
        return AlreadyDone(wish.incident, appended.gseq)
    return Refusal("moved_on")


def _check(desk: Desk, wish: Wish) -> Refusal | None:
    refused = bad_name(wish.title, "title", NAME_MAX)
    if refused is not None:
        return refused
    if len(wish.what) > LONG_TEXT_MAX:
        return Refusal("field_long", "what", {"most": str(LONG_TEXT_MAX)})
    for field in ("id", "category", "sla_class"):
        if len(getattr(wish, field)) > ID_MAX:
            return Refusal("field_long", field, {"most": str(ID_MAX)})
    if wish.due_at is not None and not TIME_MIN <= wish.due_at < TIME_MAX:
        return Refusal("field_time", "due_at")
    below = desk.hall_of(wish.to)
    if below.founded is None:
        return Refusal("no_such_hub", "to", {"value": wish.to[:40]})
    if wish.category and (below.book is None or wish.category not in below.book.categories):
        return Refusal("field_category", "category", {"value": wish.category[:40]})
    if wish.incident and home_of(desk.log.history(incident_subject(wish.incident))) != wish.to:
        return Refusal("no_incident", "incident", {"value": wish.incident[:40]})
    return None
