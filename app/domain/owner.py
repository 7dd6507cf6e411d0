"""Who owns a case at this second: it follows from the state alone (rule never_ownerless)."""

from __future__ import annotations

from app.domain.actor import CENTRE_UNIT
from app.domain.incident import Incident
from app.domain.rulebook import RuleBook


def owner(incident: Incident, book: RuleBook, street: str = "") -> str:
    """The one unit that owns the case; empty only when it is closed or lives on in its master.

    `street` is the code of the street the place lies in; unknown places fall to the centre.
    """
    state = book.states[incident.state]
    who = state.owner_urgent if incident.urgent and state.owner_urgent else state.owner
    if who in ("none", "master"):
        return ""
    if who == "lead":
        lead = incident.lead
        return lead.unit if lead is not None else CENTRE_UNIT
    if who == "territory" and incident.first_dispatch_at is not None and street:
        return f"JD@{street}"
    return CENTRE_UNIT
