"""How far an entry is safe, in words: saved here, at the hub, at the upper hub; never more than is known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from app.log.entries import Numbered
from app.viewmodels.context import Context

Level = Literal["here", "hub", "upper"]
"""The three levels of acknowledgement, each worth more than the one before."""


def level_of(context: Context, numbered: Numbered) -> Level:
    """The level an entry has reached, as far as this PC has heard."""
    status = context.link()
    if numbered.pending or status.phase == "alone":
        return "here"
    return "upper" if numbered.gseq <= status.upper_gseq else "hub"


def level_words(context: Context, numbered: Numbered) -> str:
    """What a line of the timeline says of its entry; a PC that stands alone has one level, said once."""
    if context.link().phase == "alone":
        return ""
    level = level_of(context, numbered)
    return context.text("level.waits" if level == "here" else f"level.{level}")


def waits(entries: Iterable[Numbered]) -> bool:
    """Whether any of these is durable on this PC only."""
    return any(numbered.pending for numbered in entries)


def saved_words(context: Context, entries: Iterable[Numbered]) -> str:
    """How safely a command was written, for the message that says it is done."""
    if not waits(entries):
        return context.text("link.level1" if context.link().phase == "alone" else "level.hub")
    return context.text("level.waiting_live" if context.link().phase == "live" else "level.waiting")
