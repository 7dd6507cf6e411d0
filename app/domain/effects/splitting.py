"""Splitting: one report, several matters; the first case goes on and links to its parts."""

from __future__ import annotations

from msgspec.structs import replace

from app.domain.fact import Fact
from app.domain.incident import Incident
from app.domain.moves import CaseSplit
from app.domain.rulebook import RuleBook


def split(incident: Incident, _fact: Fact, body: CaseSplit, _book: RuleBook) -> Incident:
    """The case that was split keeps its state and clocks; each part is a case of its own."""
    parts = tuple(p.incident for p in body.parts if p.incident != incident.id)
    return replace(incident, links=(*incident.links, *parts))
