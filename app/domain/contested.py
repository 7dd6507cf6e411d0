"""Two desks wanted different things of one case: what moved it, what is withheld, how a person ended it."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from app.base.clock import Instant

Choice = Literal["first", "second"]
"""Whose word stands: the one with the lower number, or the one that was withheld."""


class Move(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A fact that moved the case, kept so that one decided without knowing of it is found out.

    `scope` is the code of the one order it moved, empty for the whole case (app.domain.contest). `outcome` is
    a short hash of what it brought about, `orders` are the codes it issued, `agreed` the other origins that
    had done the very same on their own.
    """

    gseq: int
    origin: str
    scope: str
    action: str
    eid: str
    outcome: str = ""
    orders: tuple[str, ...] = ()
    agreed: tuple[str, ...] = ()


class Contested(msgspec.Struct, frozen=True, gc=False):
    """A fact that another one stood in the way of: it stays in the log and a person decides.

    It is named by its entry `eid`. `against` is the fact that leads, having the lower number. `withheld` are
    the further entries of the same origin that built on this one. `applied` marks what cannot be withheld
    because it made new cases: it took effect, and a person is to look at it.
    """

    eid: str
    gseq: int
    origin: str
    actor: str
    desk: str
    action: str
    order: str
    form: dict[str, Any]
    at: Instant
    against: Move
    withheld: tuple[str, ...] = ()
    applied: bool = False


class ContestSettled(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person decided between two desks: `first` leaves all as it stands, `second` has the withheld fact
    carried out anew by the entry that follows. `contested` is the entry that was withheld."""

    incident: str
    contested: str
    choice: Choice
    reason: str
