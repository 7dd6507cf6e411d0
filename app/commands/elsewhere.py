"""Cases of other hubs: shown here, worked on only at home. What may be done here is to ask for something."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from app.commands.desk import Desk
from app.domain.kinds import incident_subject
from app.domain.refusal import Refusal
from app.log.entries import Numbered
from app.log.numbering.homes import subjects_at
from app.projections.hall import Hall

HALL = "hall"
"""The subject of everything that a hall says of itself."""


def home_of(entries: Sequence[Numbered]) -> str:
    """The stream of the hub that owns the case these entries are about; empty when none of them is another
    hub's."""
    return next((numbered.home for numbered in entries if numbered.home), "")


def hub_between(
    home: str, history: Callable[[str], Sequence[Numbered]], own: Hall, below: Mapping[str, Hall]
) -> str:
    """The stream of the hub that stands between this one and the hub of `home`: requests go to it, for only
    it has a line there. Empty for a hub with a line to here, and where nothing tells.

    A hub is a device of the one above it, under the name it writes by; that it writes of its own hall too.
    """
    (subject,) = subjects_at((HALL,), home)
    names = {numbered.entry.origin for numbered in history(subject)}
    if names & set(own.devices):
        return ""
    return next((other for other, hall in below.items() if other != home and names & set(hall.devices)), "")


def hall_name(desk: Desk, home: str) -> str:
    """What people call the hall of another hub; its stream where that never said."""
    founded = desk.hall_of(home).founded
    return founded.label.zh if founded is not None else home


def absent(desk: Desk, incident: str, *, personal: bool = False) -> Refusal:
    """Why nothing can be done here about this case: another hub owns it, or there is none. `personal` data
    never left that hub at all."""
    home = home_of(desk.log.history(incident_subject(incident)))
    if home and personal:
        return Refusal("at_home", "incident", {"hall": hall_name(desk, home)})
    if home:
        return Refusal("owned_elsewhere", "incident", {"hall": hall_name(desk, home)})
    return Refusal("no_incident", "incident", {"value": incident[:40]})
