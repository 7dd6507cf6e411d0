"""To whom a case goes: lead and co-departments by the responsibility matrix, another lead after a return."""

from __future__ import annotations

from typing import Any

from app.domain.responsibility import unit_department
from app.drill.classing import class_of
from app.drill.life import Scene

FALLBACK = "JD"
"""The street leads what nobody else leads."""


def true_class(scene: Scene) -> str:
    """The class the category asks for; an urgent case is not lowered on the way."""
    found = class_of(scene.book, scene.category)
    keeps = scene.incident.urgent and not scene.book.urgent(found)
    return scene.incident.sla_class if keeps else found


def dispatch_form(scene: Scene) -> dict[str, Any]:
    """Lead and co-departments: the row's, or after a return, recall or re-dispatch the next one's."""
    row = scene.book.matrix.get(scene.category)
    if row is None:
        return {"lead_department": FALLBACK}
    lead = row.lead if not was_lead(scene, row.lead) else another_lead(scene)
    co = [unit for unit in row.co if unit != lead][: scene.fate.co_count]
    form: dict[str, Any] = {"lead_department": lead}
    return {**form, "co_departments": co} if co else form


def another_lead(scene: Scene) -> str:
    """The first unit of the row that has not led the case yet; the row's own again when all have."""
    row = scene.book.matrix.get(scene.category)
    if row is None:
        return FALLBACK
    for code in (*row.co, FALLBACK):
        if not was_lead(scene, code) and code in scene.book.departments:
            return code
    return row.lead


def another_unit(scene: Scene) -> str:
    """A unit that could help and has no part in the case yet, or empty."""
    row = scene.book.matrix.get(scene.category)
    busy = {unit_department(order.unit) for order in scene.incident.orders if order.in_force}
    helpers = (*row.co, FALLBACK) if row is not None else (FALLBACK,)
    return next((code for code in helpers if code not in busy), "")


def was_lead(scene: Scene, code: str) -> bool:
    """Whether a department has led this case before and left it."""
    return any(
        order.role == "lead" and not order.in_force and unit_department(order.unit) == unit_department(code)
        for order in scene.incident.orders
    )


def plain_category(scene: Scene) -> str:
    """A category that a unit leads and that is not urgent, for what nobody could classify at first."""
    rows = [
        row.category
        for row in scene.book.rules.responsibility
        if row.self_handle and not scene.book.urgent(row.sla_class) and row.category != scene.category
    ]
    return rows[scene.life.serial % len(rows)]
