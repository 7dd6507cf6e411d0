"""One case in finished words at one moment: what the case panel paints."""

from __future__ import annotations

import msgspec

from app.viewmodels.explaining import ExplainedDeadline
from app.viewmodels.timeline import LifeLine

AGREE, TURN_DOWN = "agree", "turn_down"
"""Key names of a second person's two answers; every other action goes by its own id."""


class Fact(msgspec.Struct, frozen=True):
    """A label and its value; `ref` leads to the vault when there is more to see for a reason. `open` while it
    stands there in clear, `wide` for values that take a line of their own."""

    label: str
    value: str
    ref: str = ""
    field: str = ""
    open: bool = False
    wide: bool = False


class OrderLine(msgspec.Struct, frozen=True):
    """One order: who, as what, how it stands, and whether it reached them; `call` when nobody has it yet."""

    code: str
    unit: str
    role: str
    light: str
    text: str
    ended: bool
    reached: str = ""
    call: bool = False


class ActionLine(msgspec.Struct, frozen=True):
    """Something that may be done now, or `why_not`. `confirms` and `refuses` name another person's request.

    `key_id` is the name under which the keys know it; empty where another line has that key already.
    """

    id: str
    label: str
    key_id: str = ""
    order: str = ""
    why_not: str = ""
    confirms: str = ""
    refuses: str = ""


class WaitLine(msgspec.Struct, frozen=True):
    """A request that waits for a second person."""

    text: str
    note: str


class CaseView(msgspec.Struct, frozen=True):
    """The case in finished words. `status` is its state with its flags; `light` a name or `none`. `life_note`
    counts the lines of its life, and says how safe they all are where none waits."""

    incident: str
    code: str
    title: str
    urgency: str
    status: str
    light: str
    facts: tuple[Fact, ...]
    waits: tuple[WaitLine, ...]
    deadlines: tuple[ExplainedDeadline, ...]
    orders: tuple[OrderLine, ...]
    life: tuple[LifeLine, ...]
    actions: tuple[ActionLine, ...]
    life_note: str = ""
