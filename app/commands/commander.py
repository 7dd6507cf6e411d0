"""The one place where a wish becomes an entry."""

from __future__ import annotations

from collections.abc import Sequence

from app.commands import importing, registering, submitting
from app.commands.command import Command, HistoryRow, NewReport, Outcome
from app.commands.desk import Desk
from app.domain.actor import Actor
from app.domain.incident import Incident


class Commander:
    """Takes commands on any thread; each call returns when the entry is durable or the answer is no."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def submit(self, command: Command, actor: Actor) -> Outcome:
        """Take a transition, agree to one, or turn one down."""
        return submitting.submit(self.desk, command, actor)

    def register(self, report: NewReport, actor: Actor) -> Outcome:
        """Take in a report: a new case, or one more report of a case that is open."""
        return registering.register(self.desk, report, actor)

    def import_rows(self, rows: Sequence[HistoryRow], actor: Actor) -> list[Outcome]:
        """Take in rows of another system's history, one entry each, all in one transaction."""
        return importing.import_rows(self.desk, rows, actor)

    def incident(self, incident: str) -> Incident | None:
        """The case as the log says at this moment."""
        return self.desk.incident(incident)
