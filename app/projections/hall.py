"""The hall as the log says: its founding, rules, areas and operators; small, and held whole in memory."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec
from msgspec.structs import replace

from app.domain.area import AreasAdopted, AreaTree
from app.domain.hall import HallFounded, OperatorGranted, OperatorRevoked, RulesAdopted
from app.domain.rulebook import RuleBook, RuleHistory

HALL_KINDS = frozenset(
    {"hall_founded", "rules_adopted", "areas_adopted", "operator_granted", "operator_revoked"}
)

_NO_OPERATORS: Mapping[str, OperatorGranted] = MappingProxyType({})


class Hall(msgspec.Struct, frozen=True):
    """A snapshot; the next entry of a hall kind makes another."""

    founded: HallFounded | None = None
    history: RuleHistory = RuleHistory()
    areas: AreaTree = AreaTree()
    operators: Mapping[str, OperatorGranted] = _NO_OPERATORS

    @property
    def book(self) -> RuleBook | None:
        """The rules in force now; None in a log that has adopted none."""
        return self.history.latest


def take(hall: Hall, gseq: int, body: msgspec.Struct | None) -> Hall:
    """The hall after one entry; an entry of another kind leaves it as it is."""
    if isinstance(body, HallFounded):
        return replace(hall, founded=body)
    if isinstance(body, RulesAdopted):
        return replace(hall, history=hall.history.adopted(gseq, RuleBook(body.rules)))
    if isinstance(body, AreasAdopted):
        return replace(hall, areas=AreaTree(body.areas))
    if isinstance(body, OperatorGranted):
        return replace(hall, operators=MappingProxyType({**hall.operators, body.operator: body}))
    if isinstance(body, OperatorRevoked):
        left = {key: value for key, value in hall.operators.items() if key != body.operator}
        return replace(hall, operators=MappingProxyType(left))
    return hall
