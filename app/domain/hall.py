"""The hall itself: its founding, the rules it adopts and the operators it knows."""

from __future__ import annotations

from typing import Literal

import msgspec

from app.domain.label import Label
from app.domain.rules import Rules

HallMark = Literal["", "demo", "drill"]


class HallFounded(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first entry of a log: whose hall it is. A marked hall never passes for a real one."""

    label: Label
    district: str
    mark: HallMark = ""


class RulesAdopted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From here on these rules are in force; the whole content stands here, so no fold reads a file."""

    digest: str
    rules: Rules


class OperatorGranted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An operator may act in these roles for this unit. `post` is the seat's name, not a person's."""

    operator: str
    post: Label
    roles: tuple[str, ...]
    unit: str


class OperatorRevoked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The operator may act no more."""

    operator: str
    reason: str
