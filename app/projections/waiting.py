"""Which waiting entries are to be laid anew over cases that numbered ones have moved."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from app.domain.kinds import incident_subject
from app.log.entries import Numbered
from app.log.following import pending as log_pending
from app.projections.facts import About, about_which, with_incidents

_ALL = 1 << 31
"""More entries than one desk can have waiting."""


def connected(
    connection: Connection, touched: dict[str, None], pending: Sequence[Numbered], *, everything: bool
) -> list[About]:
    """The waiting entries about the `touched` incidents, which `pending` are, and about every further one
    that shares an entry with them: what a merge that waits does to one case depends on the other. `touched`
    grows by those. `everything`: all that waits, whatever it is about.
    """
    upon = with_incidents(log_pending.read_after(connection, 0, _ALL) if everything else pending)
    while further := [me for me in about_which(upon) if me not in touched]:
        touched |= dict.fromkeys(further)
        if not everything:
            subjects = [incident_subject(me) for me in touched]
            upon = with_incidents(log_pending.read_about(connection, subjects))
    return upon
