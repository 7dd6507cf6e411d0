"""What entries make of the incidents they are about: each under the rules of its own home and place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from app.domain.contest import Beside
from app.domain.evolve import evolve, evolve_each
from app.domain.incident import Incident
from app.projections.facts import About
from app.projections.hall import HALL_KINDS
from app.projections.halls import Halls

Owner = Callable[[str], str | None]
"""The home of an incident; None of one that does not exist yet."""


class Evolved:
    """The incidents that entries changed, `made`, in the order in which they first changed them, and the
    `homes` of those that are another hub's."""

    def __init__(self, before: Beside, owner: Owner, halls: Halls) -> None:
        """`before` gives any incident as it was, `owner` its home."""
        self.made: dict[str, Incident] = {}
        self.homes: dict[str, str] = {}
        self._before = before
        self._owner = owner
        self._halls = halls

    def fold(self, entries: Iterable[About]) -> None:
        """Quarantined entries, those of the hall and those this program does not know change no incident; nor
        does what one hub says of another's."""
        made, halls = self.made, self._halls
        history, many = halls.own.history, bool(halls.below)
        for about in entries:
            numbered, incidents = about.numbered, about.incidents
            if not incidents or numbered.entry.kind in HALL_KINDS:
                continue
            if many:
                incidents = self._its_own(incidents, numbered.home)
                history = halls.of(numbered.home).history
            book, fact = history.at(numbered.home_gseq or numbered.gseq), about.fact
            if book is None or fact is None or not incidents:
                continue
            if len(incidents) == 1:
                me = incidents[0]
                after = evolve(self._current(me), fact, book, me, self._current)
                if after is not None:
                    made[me] = after
            else:
                made.update(list(evolve_each(incidents, self._current, fact, book)))
            if numbered.home:
                self.homes.update((me, numbered.home) for me in incidents if me in made)

    def _current(self, name: str) -> Incident | None:
        return self.made[name] if name in self.made else self._before(name)

    def _its_own(self, incidents: Sequence[str], home: str) -> Sequence[str]:
        """Those that are at home there, or are not there yet."""
        return [me for me in incidents if self._home(me) in (None, home)]

    def _home(self, me: str) -> str | None:
        return self.homes.get(me, "") if me in self.made else self._owner(me)
