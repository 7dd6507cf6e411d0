"""One thing that fell due, done: the form the system fills, and the command or breach that comes of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec

from app.commands.breaching import breach
from app.commands.command import Command, Outcome
from app.commands.commander import Commander
from app.commands.desk import Desk
from app.domain.actor import SYSTEM
from app.domain.agenda import Task, limit_breached
from app.domain.incident import Incident
from app.domain.kinds import incident_subject
from app.domain.moves import Form
from app.log.entries import Numbered

TIMED_OUT = "timed_out"
"""The choice of the rules' list `answered` that says that nobody did."""


class CaseRead(msgspec.Struct, frozen=True):
    """A case as the log says at this moment, with the entries it was folded from."""

    incident: Incident
    entries: tuple[Numbered, ...]


def read_case(desk: Desk, incident: str) -> CaseRead | None:
    """Fold the case from the log; None when the log knows no such case."""
    entries = desk.log.history(incident_subject(incident))
    folded = desk.fold(entries, incident)
    return CaseRead(folded, tuple(entries)) if folded is not None else None


def do_task(commander: Commander, case: CaseRead, task: Task) -> Outcome:
    """Do it as the system, under a key of its own: a second clerk's attempt finds it done."""
    incident = case.incident
    if task.what == "breach":
        body = limit_breached(commander.desk.book(), incident, task)
        return breach(commander.desk, incident, case.entries[-1].gseq, body)
    command = Command(
        action=task.what,
        incident=incident.id,
        id=f"clerk/{incident.id}/{task.key}",
        order=task.order,
        form=_form(case, task),
    )
    return commander.submit(command, SYSTEM)


def _form(case: CaseRead, task: Task) -> Form:
    if task.what == "wait_end":
        return {"answered": TIMED_OUT}
    if task.what == "resume":
        return {"reason": task.clock}
    if task.what == "archive":
        return {"package_hash": package_hash(case.entries)}
    return {}


def package_hash(entries: Sequence[Numbered]) -> str:
    """SHA-256 over the chain hashes of a case's entries, one a line, in the order of the log.

    Written in pairs with colons: a run of digits in it would be masked as a telephone number.
    """
    lines = "".join(f"{numbered.hash}\n" for numbered in entries)
    return "sha256:" + hashlib.sha256(lines.encode()).digest().hex(":")
