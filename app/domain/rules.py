"""The rules in force: what `decide` and `evolve` read, adopted into the log as one entry."""

from __future__ import annotations

import msgspec

from app.domain.calendar import Calendars
from app.domain.label import Choice, Label
from app.domain.responsibility import Category, Department, Responsibility
from app.domain.sla import Sla
from app.domain.workflow import Workflow


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reason from a list; `fault` says who carries an accepted return, `leads_to` what it proposes."""

    id: str
    label: Label
    fault: str = ""
    leads_to: tuple[str, ...] = ()


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything a fold may need beside the entries. `lists` are the named choices that forms refer to."""

    workflow: Workflow
    sla: Sla
    calendars: Calendars
    categories: tuple[Category, ...]
    departments: tuple[Department, ...]
    responsibility: tuple[Responsibility, ...]
    return_reasons: tuple[Reason, ...]
    hold_reasons: tuple[Reason, ...]
    lists: dict[str, tuple[Choice, ...]] = {}
