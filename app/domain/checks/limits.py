"""Limits: texts that are none, clocks without their limit, classes that miss a clock, and the ladder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from app.domain.checks.names import unknown
from app.domain.finding import Finding
from app.domain.limits import check_limit
from app.domain.rules import Rules
from app.domain.sla import CLOCK_ROLE, MilestoneId, SlaClass

CLASS_CLOCKS = ("sign", "respond", "handle", "arrive", "make_safe", "restore")
"""The limits of a class that a clock may name as `class.X`."""

CLASS_LIMITS = (*CLASS_CLOCKS, "return_window", "extend_limit")
MILESTONES: tuple[str, ...] = get_args(MilestoneId)


def check_limits(rules: Rules) -> Iterator[Finding]:
    """Every limit text and every place that names a limit."""
    sla = rules.sla
    for name, text in sla.stages.items():
        yield from check_limit(f"stages.{name}", text)
    for item in sla.classes:
        for name in CLASS_LIMITS:
            yield from check_limit(f"classes.{item.id}.{name}", getattr(item, name))
        yield from _clocks_of(item, rules)
    yield from check_limit("rework.min", sla.rework.min)
    yield from check_limit("rework.min_urgent", sla.rework.min_urgent)
    for key, share in (("light.share", sla.light.share), ("rework.share", sla.rework.share)):
        if not 0 < share < 1:
            yield Finding(key, "share.out_of_range", {"share": str(share)})
    yield from _limit_keys(rules)
    roles = {role.id for role in rules.workflow.roles}
    for step in sla.ladder:
        yield from unknown(
            f"ladder.{step.id}.role", "role.unknown", "role", (step.role,), {*roles, CLOCK_ROLE}
        )
    for clock in rules.workflow.clocks:
        if clock.limit or clock.answers:
            yield from unknown(f"clocks.{clock.id}.answers", "role.unknown", "role", (clock.answers,), roles)


def _limit_keys(rules: Rules) -> Iterator[Finding]:
    known = {"", *(f"stage.{name}" for name in rules.sla.stages), *(f"class.{name}" for name in CLASS_CLOCKS)}
    for clock in rules.workflow.clocks:
        for name in ("limit", "limit_urgent"):
            text = getattr(clock, name)
            yield from unknown(f"clocks.{clock.id}.{name}", "clock.limit_unknown", "limit", (text,), known)


def _clocks_of(item: SlaClass, rules: Rules) -> Iterator[Finding]:
    """Urgent classes have the three milestones, all others handle; the rows of the matrix may stand in."""
    key = f"classes.{item.id}"
    if item.urgent and item.handle:
        yield Finding(f"{key}.handle", "class.urgent_with_handle", {"class": item.id})
    if not item.urgent and not item.handle:
        yield Finding(key, "class.handle_missing", {"class": item.id})
    for name in MILESTONES:
        if item.urgent and not getattr(item, name) and not _overridden(item.id, name, rules):
            yield Finding(key, "class.milestone_missing", {"class": item.id, "milestone": name})
        if not item.urgent and getattr(item, name):
            yield Finding(
                f"{key}.{name}", "class.milestone_not_urgent", {"class": item.id, "milestone": name}
            )


def _overridden(class_id: str, clock: str, rules: Rules) -> bool:
    rows = [row for row in rules.responsibility if row.sla_class == class_id]
    return bool(rows) and all(clock in row.overrides for row in rows)
