"""One question to the rules: who wants to do what to which case, with everything the answer may depend on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from app.base.clock import Instant
from app.domain.actor import Actor
from app.domain.area import AreaTree
from app.domain.incident import Incident
from app.domain.order import Order
from app.domain.rulebook import RuleBook
from app.domain.workflow import Transition

NO_AREAS = AreaTree()


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """`form` is what was filled in, not yet checked. `others` holds further incidents the action names.

    `confirms` is the pending request a second person agrees to, or empty. `colleague`: another person at the
    actor's desk could take this step as well. `settles`: a person carries out anew what another desk wanted
    (app.domain.redo): the form was checked and sealed then, and nobody else is asked to agree.
    """

    book: RuleBook
    incident: Incident
    transition: Transition
    actor: Actor
    now: Instant
    form: Mapping[str, Any] = {}
    order: Order | None = None
    areas: AreaTree = NO_AREAS
    others: Mapping[str, Incident] = {}
    confirms: str = ""
    colleague: bool = False
    settles: bool = False

    @property
    def street(self) -> str:
        return self.areas.street_of(self.incident.place.area)

    @property
    def lead_or_order(self) -> Order | None:
        return self.order or self.incident.lead


def resolve_unit(code: str, area: str, areas: AreaTree) -> str:
    """The unit a department code means at a place: `JD` becomes the street's own office, `JD@<street>`.

    A unit that names its area already, and a department that exists once, stay as they are.
    """
    levels = {"JD": 0, "SQ": 1, "WG": 2}
    if "@" in code or code not in levels:
        return code
    path = areas.path(area)
    return f"{code}@{path[min(levels[code], len(path) - 1)].code}" if path else code
