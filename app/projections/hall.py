"""The hall as the log says: its founding, rules, areas, operators, PCs and programs; small, and held whole in
memory."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from app.domain.area import AreasAdopted, AreaTree
from app.domain.devices import DeviceEnrolled, DeviceRevoked, TokenIssued, TokenRevoked
from app.domain.hall import HallFounded, OperatorGranted, OperatorRevoked, RulesAdopted
from app.domain.rulebook import RuleBook, RuleHistory

HALL_KINDS = frozenset(
    {
        "hall_founded",
        "rules_adopted",
        "areas_adopted",
        "operator_granted",
        "operator_revoked",
        "device_enrolled",
        "device_revoked",
        "token_issued",
        "token_revoked",
    }
)

T = TypeVar("T")

_NO_OPERATORS: Mapping[str, OperatorGranted] = MappingProxyType({})
_NO_DEVICES: Mapping[str, DeviceEnrolled] = MappingProxyType({})
_NO_TOKENS: Mapping[str, TokenIssued] = MappingProxyType({})


class Hall(msgspec.Struct, frozen=True):
    """A snapshot; the next entry of a hall kind makes another. `operators`, `devices` and `tokens` are those
    not revoked, by id."""

    founded: HallFounded | None = None
    history: RuleHistory = RuleHistory()
    areas: AreaTree = AreaTree()
    operators: Mapping[str, OperatorGranted] = _NO_OPERATORS
    devices: Mapping[str, DeviceEnrolled] = _NO_DEVICES
    tokens: Mapping[str, TokenIssued] = _NO_TOKENS

    @property
    def book(self) -> RuleBook | None:
        """The rules in force now; None in a log that has adopted none."""
        return self.history.latest


def take(hall: Hall, gseq: int, body: msgspec.Struct | None) -> Hall:
    """The hall after one entry; an entry of another kind leaves it as it is."""
    match body:
        case HallFounded():
            return replace(hall, founded=body)
        case RulesAdopted():
            return replace(hall, history=hall.history.adopted(gseq, RuleBook(body.rules)))
        case AreasAdopted():
            return replace(hall, areas=AreaTree(body.areas))
        case OperatorGranted():
            return replace(hall, operators=_with(hall.operators, body.operator, body))
        case OperatorRevoked():
            return replace(hall, operators=_without(hall.operators, body.operator))
        case DeviceEnrolled():
            return replace(hall, devices=_with(hall.devices, body.device, body))
        case DeviceRevoked():
            return replace(hall, devices=_without(hall.devices, body.device))
        case TokenIssued():
            return replace(hall, tokens=_with(hall.tokens, body.token, body))
        case TokenRevoked():
            return replace(hall, tokens=_without(hall.tokens, body.token))
    return hall


def _with(before: Mapping[str, T], key: str, value: T) -> Mapping[str, T]:
    return MappingProxyType({**before, key: value})


def _without(before: Mapping[str, T], key: str) -> Mapping[str, T]:
    return MappingProxyType({k: value for k, value in before.items() if k != key})
