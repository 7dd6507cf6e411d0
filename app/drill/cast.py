"""Who acts: the posts of the district as actors, found by role and unit."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.actor import CENTRE_UNIT, Actor
from app.domain.hall import OperatorGranted
from app.domain.responsibility import TERRITORY_KINDS, unit_area, unit_department
from app.drill.facilities import STREET_DIGITS


class Cast:
    """All posts that may act."""

    def __init__(self, operators: Iterable[OperatorGranted]) -> None:
        self._posts: dict[tuple[str, str], list[Actor]] = {}
        for granted in operators:
            for role in granted.roles:
                post = Actor(granted.operator, role, granted.unit)
                self._posts.setdefault((role, granted.unit), []).append(post)

    def centre(self, role: str, turn: int = 0, but: str = "") -> Actor | None:
        """A desk of the centre in this role; `turn` spreads the work, `but` is an operator not to take."""
        return self._pick(self._posts.get((role, CENTRE_UNIT), []), turn, but)

    def unit(self, role: str, unit: str, turn: int = 0) -> Actor | None:
        """A post of the unit; for a street, a community or a grid the street's own."""
        if unit_department(unit) in TERRITORY_KINDS:
            kind = "WG" if role == "grid_worker" else "JD"
            unit = f"{kind}@{unit_area(unit)[:STREET_DIGITS]}"
        return self._pick(self._posts.get((role, unit), []), turn, "")

    def _pick(self, posts: list[Actor], turn: int, but: str) -> Actor | None:
        free = [post for post in posts if post.operator != but]
        return free[turn % len(free)] if free else None
