"""What every figure says of itself: the period it counts, the log it comes from, how old it is."""

from __future__ import annotations

from app.viewmodels.context import Context


def sourced(context: Context, *said: str) -> str:
    """The note of a panel with figures: what is said of them, then source and age."""
    age = context.text("figure.age", clock=context.formats.clock(context.pulse.beat_at))
    return context.text("list.dot").join([*(words for words in said if words), age])
