"""What class a category's matters have by the rules, and how they press."""

from __future__ import annotations

from typing import Literal

from app.domain.rulebook import RuleBook
from app.domain.timing import HANDLE

Haste = Literal["urgent", "short", "ordinary"]
"""How a case presses: urgent, a limit in working hours, or days."""


def class_of(book: RuleBook, category: str) -> str:
    """The SLA class of a category: its row of the matrix, else its own."""
    row, known = book.matrix.get(category), book.categories.get(category)
    return (row.sla_class if row is not None else "") or (known.sla_class if known is not None else "")


def haste_of(book: RuleBook, category: str) -> Haste:
    """How a matter of this category presses."""
    sla_class = class_of(book, category)
    if book.urgent(sla_class):
        return "urgent"
    limit = book.limit(HANDLE, sla_class, category)
    return "short" if limit is not None and limit.unit == "wh" else "ordinary"
