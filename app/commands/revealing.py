"""Showing personal data in clear: with a reason, to who works on the case, never without an entry."""

from __future__ import annotations

from app.commands.desk import Desk
from app.commands.elsewhere import absent
from app.domain.actor import Actor
from app.domain.incident import Incident
from app.domain.kinds import incident_subject
from app.domain.moves import PersonalDataRevealed
from app.domain.refusal import Refusal
from app.domain.sealed import Sealed
from app.domain.standing import acts_for
from app.log.port import Written
from app.log.vault import Vault

REASONS = "reveal_reasons"
"""The list of the rules a reason is picked from."""

REVEALING_ROLES = frozenset({"intake", "dispatcher", "shift_lead", "callback", "handler", "mediator"})
"""Who talks to reporters. A unit's people besides only on their own open order. Source: privacy.toml
[[field]]."""


def reveal(desk: Desk, vault: Vault, incident: str, ref: str, reason: str, actor: Actor) -> str | Refusal:
    """The value behind `ref`, after the entry that says who saw it is on disk; or why not."""
    case = desk.incident(incident)
    if case is None:
        return absent(desk, incident, personal=True)
    refused = may_reveal(desk, case, reason, actor)
    if refused is not None:
        return refused
    field = sealed_fields(case).get(ref, "free_text")
    draft = desk.draft(
        PersonalDataRevealed(incident, field, ref, reason),
        (incident_subject(incident),),
        actor,
        desk.clock.now(),
        cmd="reveal",
    )
    if not isinstance(desk.log.append([draft]).result(), Written):
        return Refusal("moved_on")
    value = vault.read(ref)
    return value if value is not None else Refusal("erased")


def may_reveal(desk: Desk, case: Incident, reason: str, actor: Actor) -> Refusal | None:
    """Role, own work and a reason from the list; anything else is refused before the vault is asked."""
    if actor.role not in REVEALING_ROLES:
        return Refusal("role_may_not", params={"role": actor.role, "action": "reveal"})
    book = desk.book()
    role = book.roles.get(actor.role)
    own = any(o.in_force and acts_for(actor, o.unit) for o in case.orders)
    if role is not None and role.side == "unit" and not own:
        return Refusal("other_units_order", params={"unit": actor.unit})
    if reason not in {choice.id for choice in book.rules.lists.get(REASONS, ())}:
        return Refusal("field_choice", "reason", {"value": reason[:40]})
    return None


def sealed_fields(case: Incident) -> dict[str, str]:
    """The references a case holds, each with the field it stands for."""
    named: tuple[tuple[str, Sealed | None], ...] = (
        ("person_name", case.reporter.name),
        ("phone", case.reporter.phone),
        ("address_flat", case.place.detail),
        ("free_text", case.original),
    )
    return {sealed.ref: field for field, sealed in named if sealed is not None}
