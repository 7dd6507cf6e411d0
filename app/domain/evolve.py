"""The fold: what an incident becomes by one fact. Pure, and never a judgement whether the fact was wise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from app.base.clock import Instant
from app.domain import effects
from app.domain.attachment import AttachmentAdded
from app.domain.contest import (
    Beside,
    is_sure,
    moves_after,
    nobody,
    put_aside,
    rule,
    takes_effect,
)
from app.domain.contested import ContestSettled
from app.domain.effects.asking import still_open
from app.domain.fact import PENDING_FROM, Fact
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
    OrderReached,
    OrdersIssued,
)
from app.domain.report import ReportImported, ReportReceived
from app.domain.rulebook import RuleBook
from app.domain.touch import CONTENDING

Evolver = Callable[[Incident, Fact, Any, RuleBook], Incident]


def evolve(
    incident: Incident | None, fact: Fact, book: RuleBook, me: str, beside: Beside = nobody
) -> Incident | None:
    """The incident `me` after `fact`; None while it does not exist. `book` are the rules at the fact's place.

    A fact this program does not know, or one about an incident that never was, changes nothing. One decided
    without knowing what another desk had done may be withheld (app.domain.contest); `beside` finds the other
    case of a merge as it stood BEFORE the fact. A pending fact does not move `seen`.
    """
    if incident is None:
        return _begun(fact, book, me)
    seen = incident.seen if fact.gseq >= PENDING_FROM else fact.gseq
    if fact.at < incident.changed_at:
        return _late(incident, fact, book, me, beside, seen)
    return _folded(incident, fact, book, me, beside, seen, fact.at)


def evolve_each(
    incidents: Sequence[str], find: Beside, fact: Fact, book: RuleBook
) -> Iterator[tuple[str, Incident]]:
    """The incidents that one fact is about, by id, each after it; `find` gives any incident as it stood
    before. Those that do not exist, before and after, are left out."""
    before = {name: find(name) for name in incidents}

    def beside(name: str) -> Incident | None:
        return before[name] if name in before else find(name)

    for me in incidents:
        after = evolve(before[me], fact, book, me, beside)
        if after is not None:
            yield me, after


def _begun(fact: Fact, book: RuleBook, me: str) -> Incident | None:
    body = fact.body
    begun: Incident | None = None
    if isinstance(body, ReportReceived) and not body.joins:
        begun = opened(fact, body, book)
    elif isinstance(body, ReportImported):
        begun = imported(fact, body)
    elif isinstance(body, CaseSplit):
        begun = split_part(fact, body, book, me)
    # Nobody else has seen a case that has no number yet.
    return replace(begun, seen=0) if begun is not None and fact.pending else begun


def _late(incident: Incident, fact: Fact, book: RuleBook, me: str, beside: Beside, seen: int) -> Incident:
    """A fact that happened before one with a lower number: told late, by a desk that was cut off.

    It takes effect at its own time, but nothing happens to a case before it came in.
    """
    if fact.at < incident.received_at:
        fact = replace(fact, at=incident.received_at)
    return _folded(incident, fact, book, me, beside, seen, incident.changed_at)


def _folded(
    incident: Incident, fact: Fact, book: RuleBook, me: str, beside: Beside, seen: int, changed_at: Instant
) -> Incident:
    body = fact.body
    contends = type(body) in CONTENDING
    after = incident
    if contends and not is_sure(incident, fact, me):
        ruling = rule(incident, fact, book, me, beside)
        if ruling is not None:
            after = put_aside(incident, fact, ruling)
            if not takes_effect(fact):
                return replace(after, seen=seen, changed_at=changed_at, entries=incident.entries + 1)
    after = _EVOLVERS.get(type(body), _unchanged)(after, fact, body, book)
    moves = moves_after(after, fact, book, me) if contends and fact.origin else after.moves
    pending = still_open(after, book) if after.pending else ()
    return replace(
        after, seen=seen, changed_at=changed_at, entries=incident.entries + 1, pending=pending, moves=moves
    )


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
    OrderReached: effects.reached,
    ContestSettled: effects.settled,
    AttachmentAdded: effects.attached,
}
