"""Writing an entry about the hall itself: by who holds the permission, on disk before it is answered."""

from __future__ import annotations

import msgspec

from app.commands.command import Done, Outcome
from app.commands.desk import Desk
from app.commands.founding import HALL
from app.domain.actor import SYSTEM_ROLE, Actor
from app.domain.kinds import kind_of
from app.domain.refusal import Refusal
from app.log.port import Written

NAME_MAX = 60
"""Characters of a name or label: what a list shows in one line."""

REASON_MAX = 200
"""Characters of a written reason."""

ID_MAX = 100
"""Characters of an id that another program made."""


def may_administer(desk: Desk, actor: Actor, permission: str, action: str) -> Refusal | None:
    """The system may (enrolment by code, the command line of the machine itself), and roles that hold it."""
    if actor.role == SYSTEM_ROLE or desk.book().permits(actor.role, permission):
        return None
    return Refusal("role_may_not", params={"role": actor.role, "action": action})


def write(desk: Desk, body: msgspec.Struct, subject: str, actor: Actor, *, hall: bool = True) -> Outcome:
    """Append one entry about `subject`, and about the hall when it is of a hall kind."""
    draft = desk.draft(
        body, (HALL, subject) if hall else (subject,), actor, desk.clock.now(), cmd=kind_of(body).name
    )
    appended = desk.log.append([draft]).result()
    return Done("", "", appended.entries) if isinstance(appended, Written) else Refusal("moved_on")


def bad_name(value: str, field: str, most: int = NAME_MAX) -> Refusal | None:
    """Why a text is no name: empty, or too long."""
    if not value.strip():
        return Refusal("field_missing", field)
    return Refusal("field_long", field, {"most": str(most)}) if len(value) > most else None
