"""What follows by itself in the same instant: the system's own part of a step, each an entry with its
cause."""

from __future__ import annotations

import msgspec

from app.domain.incident import Incident
from app.domain.moves import CaseMoved, Form
from app.domain.rulebook import RuleBook

CLASSIFYING = ("accept", "reclassify", "mark_urgent")
"""Steps after which a case that is urgent has been looked at by a person; a reopened one has yet to be."""

DEPARTMENTS_MAX = 3
"""A case that a third department returns is nobody's: a consultation decides."""


class Consequence(msgspec.Struct, frozen=True):
    """A transition the system takes on the same incident because of the entry before it."""

    action: str
    form: Form


def follows(incident: Incident, body: msgspec.Struct, book: RuleBook) -> tuple[Consequence, ...]:
    """What the system does at once after `body` made `incident` what it is now."""
    if not isinstance(body, CaseMoved):
        return ()
    if body.action in CLASSIFYING and incident.urgent and incident.state == "accepted":
        # Urgent: filed in the same instant, by the system, without a form.
        return (Consequence("file", {}),)
    if body.action == "return" and incident.state == "return_review" and _second_return(incident):
        return (Consequence("to_arbitration", {"issue": "second_return"}),)
    return ()


def _second_return(incident: Incident) -> bool:
    """The second return that counts, or one by the third department, goes to consultation without asking.

    The centre's own wrong dispatches are not counted.
    """
    named = {o.unit for o in incident.orders if o.role == "lead" and not o.centre_fault}
    return incident.returns >= 1 or len(named) >= DEPARTMENTS_MAX
