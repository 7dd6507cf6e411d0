"""Which waiting entries are to be laid anew over cases that numbered ones have moved."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from app.domain.kinds import incident_subject
from app.log.entries import Numbered
from app.log.following import pending as log_pending
from app.projections.facts import About, about_which, incidents_of

_ALL = 1 << 31
"""More entries than one desk can have waiting."""


class Waiting:
    """What waits, with its facts decoded: the same entries are laid over their cases again and again while
    others get their numbers. Belongs to the writer's thread."""

    def __init__(self) -> None:
        self._known: dict[int, About] = {}

    def abouts(self, pending: Sequence[Numbered]) -> list[About]:
        """Each with all incidents it is about. Those that do not come again are forgotten."""
        known, self._known = self._known, {}
        for numbered in pending:
            about = known.get(numbered.gseq)
            if about is None or about.numbered is not numbered:
                about = About(numbered, incidents_of(numbered))
            self._known[numbered.gseq] = about
        return list(self._known.values())

    def connected(
        self,
        connection: Connection,
        touched: dict[str, None],
        pending: Sequence[Numbered],
        *,
        everything: bool,
    ) -> list[About]:
        """The waiting entries about the `touched` incidents, which `pending` are, and about every further one
        that shares an entry with them: what a merge that waits does to one case depends on the other.
        `touched` grows by those. `everything`: all that waits, whatever it is about.
        """
        upon = self.abouts(log_pending.read_after(connection, 0, _ALL) if everything else pending)
        while further := [me for me in about_which(upon) if me not in touched]:
            touched |= dict.fromkeys(further)
            if not everything:
                subjects = [incident_subject(me) for me in touched]
                upon = self.abouts(log_pending.read_about(connection, subjects))
        return upon
