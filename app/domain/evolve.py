"""The fold: what an incident becomes by one fact. Pure, and never a judgement whether the fact was wise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from app.domain import effects
from app.domain.effects.asking import still_open
from app.domain.fact import Fact
from app.domain.incident import Incident
from app.domain.intake_fold import imported, joined, opened, split_part
from app.domain.moves import (
    CaseMerged,
    CaseMoved,
    CaseSplit,
    CaseUnmerged,
    ConfirmationAsked,
    ConfirmationRefused,
    LimitBreached,
    OrdersIssued,
)
from app.domain.report import ReportImported, ReportReceived
from app.domain.rulebook import RuleBook

Evolver = Callable[[Incident, Fact, Any, RuleBook], Incident]


def evolve(incident: Incident | None, fact: Fact, book: RuleBook, me: str) -> Incident | None:
    """The incident `me` after `fact`; None while it does not exist. `book` are the rules at the fact's place.

    A fact this program does not know, or one about an incident that never was, changes nothing.
    """
    body = fact.body
    if incident is None:
        if isinstance(body, ReportReceived) and not body.joins:
            return opened(fact, body, book)
        if isinstance(body, ReportImported):
            return imported(fact, body)
        if isinstance(body, CaseSplit):
            return split_part(fact, body, book, me)
        return None
    evolver = _EVOLVERS.get(type(body), _unchanged)
    after = evolver(incident, fact, body, book)
    pending = still_open(after, book) if after.pending else ()
    return replace(after, seen=fact.gseq, changed_at=fact.at, entries=after.entries + 1, pending=pending)


def _unchanged(incident: Incident, _fact: Fact, _body: object, _book: RuleBook) -> Incident:
    return incident


_EVOLVERS: dict[type, Evolver] = {
    ReportReceived: joined,
    CaseMoved: effects.moved,
    OrdersIssued: effects.orders_issued,
    CaseMerged: effects.merged,
    CaseUnmerged: effects.unmerged,
    CaseSplit: effects.split,
    ConfirmationAsked: effects.confirmation_asked,
    ConfirmationRefused: effects.confirmation_refused,
    LimitBreached: effects.breached,
}
