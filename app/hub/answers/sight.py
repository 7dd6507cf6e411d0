"""Limits by row: which cases a caller sees. What lies outside is answered as if it did not exist."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from app.domain.area import AreaTree
from app.domain.incident import Incident
from app.domain.responsibility import TERRITORY_KINDS, unit_area, unit_department
from app.domain.rulebook import RuleBook
from app.domain.standing import acts_for
from app.hub.requests.grants import Grant
from app.hub.requests.problems import ProblemError
from app.projections.board_row import NEVER
from app.projections.columns import Columns
from app.projections.selecting import Mask, Rows
from app.projections.words import Words

Parting = Callable[[Rows], tuple[Mask, Mask]]

NOBODY = ("admin", "system")
"""Sides of roles that see no case: three separated administrators run the hall and do not read it."""


class Sight:
    """What one caller sees. The centre's people see every case, unless their token names areas; a unit's
    those with an order of the unit, whatever became of it, and those in its areas."""

    def __init__(self, grant: Grant, book: RuleBook) -> None:
        role = book.roles.get(grant.role)
        if role is None or role.side in NOBODY:
            raise ProblemError("role_not_allowed", role=grant.role)
        self._actor = grant.actor
        self._unit = role.side == "unit"
        own = unit_area(grant.unit) if unit_department(grant.unit) in TERRITORY_KINDS else ""
        self._areas = tuple(filter(None, (*grant.areas, own if self._unit else "")))
        self.whole = not self._unit and not self._areas

    def sees(self, incident: Incident) -> bool:
        if self.whole or self._covers(incident.place.area):
            return True
        return self._unit and any(acts_for(self._actor, order.unit) for order in incident.orders)

    def _covers(self, area: str) -> bool:
        return bool(area) and area.startswith(self._areas)

    def parting(self, columns: Columns, words: Words) -> Parting:
        """For rows of these columns: those seen for sure, and those that only a look at the case itself
        decides, for the columns name the orders in force and not those that have ended."""
        if self.whole:
            return lambda rows: (np.ones(len(rows), dtype=np.bool_), np.zeros(len(rows), dtype=np.bool_))
        # A table by word, made once: words are thousands, rows may be a million.
        texts = [words.text(word) for word in range(len(words))]
        inside = np.array([self._covers(text) for text in texts], dtype=np.bool_)
        party = np.array([self._unit and self._party(text) for text in texts], dtype=np.bool_)

        def parted(rows: Rows) -> tuple[Mask, Mask]:
            sure: Mask = inside[columns.column("area")[rows]] | party[columns.column("parties")[rows]]
            doubtful: Mask = ~sure & (columns.column("dispatched_at")[rows] != NEVER)
            return sure, doubtful if self._unit else np.zeros(len(rows), dtype=np.bool_)

        return parted

    def _party(self, word: str) -> bool:
        # Only words of parties begin so; see board_row.party_mark.
        return word.startswith("|") and any(acts_for(self._actor, unit) for unit in word.split("|") if unit)


def within(areas: AreaTree, words: Words, area: str) -> Mask:
    """By word: whether it is the code of this area or of one below it."""
    return np.array(
        [(text := words.text(word)).startswith(area) and text in areas for word in range(len(words))],
        dtype=np.bool_,
    )
