"""What the simulated world needs of a hall: the same commands as everybody's."""

from __future__ import annotations

from typing import Protocol

from app.commands.command import Command, NewReport, Outcome
from app.domain.actor import Actor
from app.domain.incident import Incident


class Hall(Protocol):
    """app.commands.commander.Commander is one."""

    def register(self, report: NewReport, actor: Actor) -> Outcome:
        """Take in a report: a new case, or one more report of an open one."""
        ...

    def submit(self, command: Command, actor: Actor) -> Outcome:
        """Take a transition, agree to one, or turn one down."""
        ...

    def incident(self, incident: str) -> Incident | None:
        """The case as it stands."""
        ...
