"""Two desks that were cut off from one another: whose fact leads, which is withheld, and what both agree on.

A fact says which number of the case its decider had seen. Whatever another origin moved behind that number
was not known to them. The lower number leads; the other fact has no effect and is laid before a person.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from app.domain.contested import Contested, Move
from app.domain.fact import Fact
from app.domain.fitting import fits
from app.domain.incident import Incident
from app.domain.kinds import INCIDENT
from app.domain.moves import CaseMerged, CaseSplit, CaseUnmerged
from app.domain.rulebook import RuleBook
from app.domain.touch import ASK, Contending, Touch, builds_on, meets, move_of, outcome, touch_of

TWO_SIDED = frozenset({CaseMerged, CaseUnmerged})
"""Bodies about two cases at once."""

MASTER_FIELD = "master_id"
"""Of a merge's form: what the master does afterwards is not built on the merge."""

Beside = Callable[[str], Incident | None]
"""Finds another case that the same entry is about, as it stood before that entry; None where nothing of it is
known or nothing happened that the decider had not seen."""


def nobody(_incident: str) -> Incident | None:
    """For a fact about one case only."""
    return None


class Idle(msgspec.Struct, frozen=True, gc=False):
    """The fact has no effect and nothing needs deciding: the same was done before (`outcome`), or what caused
    it has no effect."""

    outcome: str = ""


class Withheld(msgspec.Struct, frozen=True, gc=False):
    """The fact has no effect until a person decides. `against` leads; `joins` is the item of the same desk
    that it belongs to, where there is one."""

    against: Move
    joins: str = ""


Ruling = Idle | Withheld


class _Side(msgspec.Struct, frozen=True, gc=False):
    """One of the cases a fact is about: how the fact touches it, and what its decider did not know of."""

    case: Incident
    touch: Touch | None
    unseen: tuple[Move, ...]


def is_sure(incident: Incident, fact: Fact, me: str) -> bool:
    """The quick answer for nearly every fact: its decider had seen all of the case, and nothing of it is
    contested."""
    if incident.contested or incident.idle:
        return False
    base = fact.base
    if not base:
        return fact.cause is None
    if type(fact.body) in TWO_SIDED:
        return False
    return base.get(INCIDENT + me, incident.seen) >= incident.seen


def rule(incident: Incident, fact: Fact, book: RuleBook, me: str, beside: Beside = nobody) -> Ruling | None:
    """What stands in the way of `fact` about the case `me`; None when it takes effect.

    A fact about two cases is ruled upon with both in view, so that both fold it alike.
    """
    body = fact.body
    if not isinstance(body, Contending):
        return None
    caused = _by_cause(incident, fact)
    if caused is not None:
        return caused
    if not fact.base:
        # It would have followed from the case as its desk saw it; from this one it does not.
        return None if fits(body, incident, book, ()) else Idle()
    sides = _sides(incident, fact, body, book, me, beside)
    if not sides:
        return None
    done = ""
    for side in sides:
        if side.touch is not None and any(meets(move, side.touch, book) for move in side.unseen):
            done = done or outcome(body, book)
            if any(move.outcome == done and move.scope == side.touch.scope for move in side.unseen):
                return Idle(done)
    # A merge is an item of its own on both cases, so that both name it alike; a split stands by itself.
    alone = type(body) in TWO_SIDED or takes_effect(fact)
    before = None if alone else _built_upon(incident, fact, me)
    against = _against(body, book, sides)
    if against is None and before is not None and _same_matter(before, sides[0].touch, book):
        against = before.against
    if against is None:
        return None
    return Withheld(against, before.eid if before is not None else "")


def put_aside(incident: Incident, fact: Fact, ruling: Ruling) -> Incident:
    """The case with `fact` ruled out: kept as idle, or laid before a person."""
    if isinstance(ruling, Idle):
        moves = incident.moves
        if ruling.outcome:
            moves = tuple(_agreed(move, fact.origin, ruling.outcome) for move in moves)
        return replace(incident, idle=(*incident.idle, fact.eid), moves=moves)
    if ruling.joins:
        items = tuple(
            replace(item, withheld=(*item.withheld, fact.eid)) if item.eid == ruling.joins else item
            for item in incident.contested
        )
        return replace(incident, contested=items)
    return replace(incident, contested=(*incident.contested, _item(fact, ruling.against)))


def takes_effect(fact: Fact) -> bool:
    """A split made new cases that have codes and are worked on: it is looked at by a person and stands."""
    return isinstance(fact.body, CaseSplit)


def moves_after(after: Incident, fact: Fact, book: RuleBook, me: str) -> tuple[Move, ...]:
    """The moves the case keeps after `fact` took effect on it. Of a case that is archived the last one is
    enough: nothing but a reopening is behind it."""
    touch = touch_of(fact.body, book, me)
    if touch is None or touch.effect == ASK:
        return after.moves
    move = move_of(fact, touch, book)
    state = book.states.get(after.state)
    return (move,) if state is not None and state.kind == "final" else (*after.moves, move)


def _by_cause(incident: Incident, fact: Fact) -> Ruling | None:
    """What an entry brought about by itself goes the way of that entry."""
    if fact.cause is None:
        return None
    for item in incident.contested:
        if not item.applied and (fact.cause == item.eid or fact.cause in item.withheld):
            return Withheld(item.against, item.eid)
    return Idle() if fact.cause in incident.idle else None


def _sides(
    incident: Incident, fact: Fact, body: Contending, book: RuleBook, me: str, beside: Beside
) -> tuple[_Side, ...]:
    """The cases the fact is about and says to have seen, in the same order whichever of them is folded."""
    names = (body.incident, body.master) if isinstance(body, CaseMerged | CaseUnmerged) else (me,)
    sides = []
    for name in names:
        case = incident if name == me else beside(name)
        seen = fact.base.get(INCIDENT + name)
        if case is None or seen is None or seen >= case.seen:
            continue
        unseen = _unseen(case.moves, seen, fact.origin) if case.moves else ()
        sides.append(_Side(case, touch_of(body, book, name), unseen))
    return tuple(sides)


def _unseen(moves: tuple[Move, ...], seen: int, origin: str) -> tuple[Move, ...]:
    """What others moved behind the number `seen`, and did not do alike on their own."""
    return tuple([m for m in moves if m.gseq > seen and m.origin != origin and origin not in m.agreed])


def _against(body: Contending, book: RuleBook, sides: tuple[_Side, ...]) -> Move | None:
    """The move that stands in the way: of those that meet the fact the one of the same action, else the
    first; where none does and yet the case no longer fits, the last thing that moved it."""
    rivals = [m for s in sides if s.touch is not None for m in s.unseen if meets(m, s.touch, book)]
    if rivals:
        return next((move for move in rivals if move.action == body.action), rivals[0])
    for side in sides:
        if not fits(body, side.case, book, side.unseen):
            found = side.unseen or side.case.moves
            if found:
                return found[-1]
    return None


def _built_upon(incident: Incident, fact: Fact, me: str) -> Contested | None:
    """The open item of the same origin that this fact came after, unaware that it is contested."""
    if not incident.contested:
        return None
    seen = fact.base.get(INCIDENT + me)
    if seen is None:
        return None
    own = (item for item in incident.contested if item.origin == fact.origin and item.gseq > seen)
    return next((item for item in own if item.form.get(MASTER_FIELD) != me), None)


def _same_matter(item: Contested, touch: Touch | None, book: RuleBook) -> bool:
    """Whether a fact that would stand by itself was built upon the withheld one: it moves the same order or
    the whole case, and the withheld one is no question of its own, as a class or a request is."""
    if touch is None or (item.order and touch.scope and item.order != touch.scope):
        return False
    known = book.transitions.get(item.action)
    return builds_on(known.effect if known is not None else "", touch.effect)


def _item(fact: Fact, against: Move) -> Contested:
    body = fact.body
    assert isinstance(body, Contending)
    return Contested(
        eid=fact.eid,
        gseq=fact.gseq,
        origin=fact.origin,
        actor=fact.actor,
        desk=fact.desk,
        action=body.action,
        order=getattr(body, "order", ""),
        form=body.form,
        at=fact.at,
        against=against,
        applied=isinstance(body, CaseSplit),
    )


def _agreed(move: Move, origin: str, done: str) -> Move:
    if move.outcome != done or move.origin == origin or origin in move.agreed:
        return move
    return replace(move, agreed=(*move.agreed, origin))
