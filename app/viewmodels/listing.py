"""What a list holds, in words: the queue and everything that narrows it."""

from __future__ import annotations

from app.projections.selecting import OWN, Filter
from app.viewmodels.context import Context
from app.viewmodels.queues import queue_words
from app.viewmodels.request_words import hall_words

OVERDUE = Filter("overdue")
"""What a supervisor looks at first."""

__all__ = ["OVERDUE", "Filter", "list_words"]


def list_words(context: Context, wanted: Filter) -> str:
    """E.g. `在办 · 超期 · 鹤麓街道`; a list of rows picked by hand names only its queue."""
    parts = [queue_words(context, wanted.queue)]
    if wanted.home:
        parts.append(
            hall_words(context, "" if wanted.home == OWN else wanted.home) or context.text("filter.own_hall")
        )
    if wanted.light:
        parts.append(context.text(f"light.{wanted.light}"))
    if wanted.urgent:
        parts.append(context.text("filter.urgent"))
    if wanted.street:
        parts.append(context.area(wanted.street))
    if wanted.family:
        parts.append(context.category(wanted.family))
    if wanted.unit:
        parts.append(context.unit(wanted.unit))
    return context.text("list.dot").join(parts)
