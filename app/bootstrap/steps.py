"""How far the opening of a hall has come, told while it lasts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from app.base.clock import Instant


class Step(msgspec.Struct, frozen=True):
    """How far opening has come: `done` of `total` of a stage, at hall time `at` where it has one."""

    stage: Literal["folding", "syncing", "past", "catching_up"]
    done: int
    total: int
    at: Instant = 0


Told = Callable[[Step], None]
"""Hears of each step; what it raises ends the opening."""
