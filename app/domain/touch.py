"""What a fact does to a case as far as another desk's fact could stand in its way."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec

from app.domain.contested import Move
from app.domain.fact import Fact
from app.domain.moves import CaseMerged, CaseMoved, CaseSplit, CaseUnmerged, OrdersIssued
from app.domain.order import OrderIssue
from app.domain.rulebook import RuleBook
from app.domain.workflow import SAME, Transition

Contending = CaseMoved | OrdersIssued | CaseMerged | CaseUnmerged | CaseSplit

CONTENDING = frozenset({CaseMoved, OrdersIssued, CaseMerged, CaseUnmerged, CaseSplit})
"""The bodies that can meet one another; reports, breaches, reveals and what was asked always take effect."""

WHOLE = ""
"""Scope of what moves the whole case, and so meets everything."""

MASTER = "~"
"""Scope, on the master's side, of a merge and its undoing: the master goes on as it did."""

ASK = "ask"
PROMISE_KEPT = "promise_kept"

WEIGHTY = frozenset({"extend", "hold", "refuse", "reclassify", PROMISE_KEPT, ASK})
"""Effects that others can stand in the way of although the state stays. Every other step that leaves the
state alone (a note, an urging, a milestone) says what is true, whoever says what else."""

_ONLY_AGAINST: Mapping[str, frozenset[str]] = {
    "refuse": frozenset({"extend", "hold", "refuse"}),
    "reclassify": frozenset({"reclassify"}),
    PROMISE_KEPT: frozenset({PROMISE_KEPT}),
    ASK: frozenset(),
    "add_co": frozenset({"add_co"}),
    "dispatch_on": frozenset({"dispatch_on"}),
}
"""Effects that leave the state and contend only with their like; where they no longer fit the case at all
is found out apart (app.domain.fitting)."""

_encoder = msgspec.msgpack.Encoder(order="deterministic")


class Touch(msgspec.Struct, frozen=True, gc=False):
    """What one fact does to one case: `scope` is an order's code, WHOLE or MASTER; `orders` are the codes it
    issues there; `closes`: it ends the case."""

    action: str
    effect: str
    scope: str
    orders: tuple[str, ...] = ()
    closes: bool = False


def touch_of(body: object, book: RuleBook, me: str) -> Touch | None:
    """How `body` touches the case `me`; None when nothing can stand in its way."""
    if not isinstance(body, Contending):
        return None
    transition = book.transitions.get(body.action)
    if transition is None:
        return None
    if isinstance(body, CaseMoved):
        if transition.to == SAME and transition.effect not in WEIGHTY:
            return None
        scope = body.order if transition.on == "order" else WHOLE
        return Touch(body.action, transition.effect, scope, (), _closes(transition, book))
    return _touch_of_more(body, transition, book, me)


def _touch_of_more(
    body: OrdersIssued | CaseMerged | CaseUnmerged | CaseSplit,
    transition: Transition,
    book: RuleBook,
    me: str,
) -> Touch:
    action, effect = body.action, transition.effect
    if isinstance(body, OrdersIssued):
        return Touch(action, effect, body.order, _codes(body.orders))
    if isinstance(body, CaseMerged):
        if me == body.master:
            return Touch(action, effect, MASTER, _codes(body.carried))
        return Touch(action, effect, WHOLE, (), _closes(transition, book))
    if isinstance(body, CaseUnmerged):
        if me == body.master:
            return Touch(action, effect, MASTER)
        return Touch(action, effect, WHOLE, _codes(body.reissued))
    return Touch(action, effect, WHOLE)


def _codes(issues: tuple[OrderIssue, ...]) -> tuple[str, ...]:
    return tuple(issue.code for issue in issues)


def _closes(transition: Transition, book: RuleBook) -> bool:
    state = book.states.get(transition.to)
    return state is not None and state.kind in ("done", "final")


def move_of(fact: Fact, touch: Touch, book: RuleBook) -> Move:
    """The move as the case keeps it."""
    return Move(
        fact.gseq, fact.origin, touch.scope, touch.action, fact.eid, outcome(fact.body, book), touch.orders
    )


def outcome(body: object, book: RuleBook) -> str:
    """A short hash of what a fact brings about: equal when two desks did the very same.

    Two ways to the same state with the same form are one: signed by the unit and signed by time-out. A
    promised call was made, whatever was said in it.
    """
    told: object = body
    if isinstance(body, CaseMoved):
        transition = book.transitions[body.action]
        form = {} if transition.effect == PROMISE_KEPT else body.form
        way = body.action if transition.to == SAME else transition.to
        told = (way, transition.effect, transition.result, body.order, form)
    return hashlib.blake2b(_encoder.encode(told), digest_size=8).hexdigest()


def meets(move: Move, touch: Touch, book: RuleBook) -> bool:
    """Whether `move` stands in the way of what touches the same case as `touch` says."""
    if move.scope == MASTER:
        # A case that another was merged into goes on; but whoever ends it must know what it took over.
        return touch.closes
    if move.scope and touch.scope and move.scope != touch.scope:
        return False
    known = book.transitions.get(move.action)
    return _rivals(known.effect if known is not None else "", touch.effect)


def builds_on(earlier: str, later: str) -> bool:
    """Whether a later effect of the same desk stands on an earlier one: on a dispatch everything does, on
    another class nothing but the next class."""
    return earlier not in _ONLY_AGAINST or _rivals(earlier, later)


def _rivals(one: str, other: str) -> bool:
    first, second = _ONLY_AGAINST.get(one), _ONLY_AGAINST.get(other)
    return (first is None or other in first) and (second is None or one in second)
