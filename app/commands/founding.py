"""What a hall is made of before its first case: its founding, rules, areas and operators, as entries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from app.base.errors import WorldError
from app.commands.desk import Desk
from app.domain.actor import SYSTEM, Actor
from app.domain.area import AreasAdopted
from app.domain.hall import HallFounded, OperatorGranted, RulesAdopted
from app.domain.rules import Rules
from app.domain.rules_digest import rules_digest
from app.log.port import Written

HALL = "hall"
"""The subject of all entries about the hall itself."""


def found(
    desk: Desk,
    founded: HallFounded,
    rules: Rules,
    areas: AreasAdopted | None = None,
    operators: Sequence[OperatorGranted] = (),
) -> None:
    """Write a new hall's first entries in one transaction; WorldError when the log has a hall already."""
    if desk.hall.founded is not None:
        raise WorldError("hall_founded_already")
    bodies: list[msgspec.Struct] = [founded, RulesAdopted(rules_digest(rules), rules)]
    if areas is not None:
        bodies.append(areas)
    _write(desk, [*bodies, *operators], SYSTEM)


def adopt_rules(desk: Desk, rules: Rules, actor: Actor = SYSTEM) -> bool:
    """Put `rules` in force; False when they are in force already and nothing was written."""
    digest = rules_digest(rules)
    book = desk.hall.book
    if book is not None and rules_digest(book.rules) == digest:
        return False
    _write(desk, [RulesAdopted(digest, rules)], actor)
    return True


def _write(desk: Desk, bodies: Iterable[msgspec.Struct], actor: Actor) -> None:
    now = desk.clock.now()
    appended = desk.log.append([desk.draft(body, (HALL,), actor, now) for body in bodies]).result()
    assert isinstance(appended, Written)
