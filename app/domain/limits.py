"""Limits as the rules write them, `4 wh` or `3 wd`: an amount and the unit that says how it is counted."""

from __future__ import annotations

import math
import re
from typing import Literal, get_args

import msgspec

from app.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from app.domain.finding import Finding, RuleError
from app.domain.sla import Rework

Unit = Literal["min_natural", "h_natural", "wh", "wd", "nd"]
UNITS: tuple[Unit, ...] = get_args(Unit)
NATURAL_UNITS: frozenset[Unit] = frozenset({"min_natural", "h_natural"})
UNIT_MS: dict[Unit, int] = {
    "min_natural": MINUTE_MS,
    "h_natural": HOUR_MS,
    "wh": HOUR_MS,
    "wd": DAY_MS,
    "nd": DAY_MS,
}

# Four years: longer than any procedure, so a figure beyond it is a slip of the pen, and due times stay
# inside the calendar.
LIMIT_MAX_MS = 1461 * DAY_MS

_LIMIT = re.compile(r"([0-9]{1,7}(?:\.[0-9]{1,3})?) ([a-z_]+)")


class Limit(msgspec.Struct, frozen=True):
    """A time limit.

    `min_natural` and `h_natural` run round the clock, `wh` only in the hours of the unit's calendar, `wd`
    counts working days and `nd` natural days from the day after the start. Natural days are whole, since
    they end at 24:00; working days come in halves at the finest, and half of one ends when half of its
    office hours are over (12:00 in most offices).
    """

    amount: float
    unit: Unit

    @property
    def ms(self) -> int:
        """The amount in ms of its own kind of time; a day is taken as 24 hours."""
        return round(self.amount * UNIT_MS[self.unit])


def parse_limit(text: str) -> Limit | None:
    """Read `4 wh`; `none` and the empty text are no limit. RuleError names the rule that is broken."""
    if text in ("", "none"):
        return None
    match = _LIMIT.fullmatch(text)
    if match is None:
        raise RuleError("limit.unreadable", limit=text)
    amount = float(match[1])
    unit = next((known for known in UNITS if known == match[2]), None)
    if unit is None:
        raise RuleError("limit.unit_unknown", limit=text, units=" ".join(UNITS))
    if unit not in NATURAL_UNITS and amount == 0:
        raise RuleError("limit.zero", limit=text)  # only a natural clock can be due at its start
    if unit == "wd" and not (amount * 2).is_integer():
        raise RuleError("limit.half_days", limit=text)
    if unit == "nd" and not amount.is_integer():
        raise RuleError("limit.whole_days", limit=text)
    limit = Limit(amount, unit)
    if limit.ms > LIMIT_MAX_MS:
        raise RuleError("limit.too_long", limit=text)
    return limit


def check_limit(key: str, text: str) -> tuple[Finding, ...]:
    """What is wrong with the limit written at `key`; empty when nothing is."""
    try:
        parse_limit(text)
    except RuleError as error:
        return (error.at(key),)
    return ()


def rework_limit(original: Limit, rework: Rework) -> Limit:
    """The limit of a rework: the rule's share of the original, days rounded up, not under the rule's floor.

    A floor (`min` or `min_urgent`) holds for originals counted in its own kind of time; half a working day
    is over any floor of a few hours. For urgent cases this is the limit of restore: arrive and make_safe are
    set anew in full. Source: sla.toml [stage] rework_share.
    """
    amount = original.amount * rework.share
    if original.unit == "wd":
        return Limit(math.ceil(amount * 2) / 2, "wd")
    if original.unit == "nd":
        return Limit(float(math.ceil(amount)), "nd")
    least_ms = 0
    for floor in (parse_limit(rework.min), parse_limit(rework.min_urgent)):
        if floor is not None and (floor.unit == "wh") == (original.unit == "wh"):
            least_ms = max(least_ms, floor.ms)
    return Limit(max(amount, least_ms / UNIT_MS[original.unit]), original.unit)
