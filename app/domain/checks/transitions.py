"""The references of transitions and roles: guards, effects, clocks, permissions, lists, overlays, results."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.checks.known import Known
from app.domain.checks.names import unknown
from app.domain.finding import Finding
from app.domain.rules import Rules
from app.domain.workflow import ALL_CLOCKS, Field, Transition

REASON_LISTS = ("return_reasons", "hold_reasons")
"""Sources of choices that stand in tables of their own."""

OVERLAY_EFFECT = "overlay"
"""The effect that sets an overlay, and so needs one named."""


def check_transitions(rules: Rules, known: Known) -> Iterator[Finding]:
    """Everything a transition names, against what the rules and the program have."""
    for transition in rules.workflow.transitions:
        key = f"transitions.{transition.action}"
        yield from _who(key, transition, rules)
        yield from _how(key, transition, rules, known)
        for field in transition.fields:
            yield from _choices(f"{key}.fields.{field.id}", field, rules)
        yield from _confirm_words(f"{key}.confirm_when", transition, rules)


def _who(key: str, transition: Transition, rules: Rules) -> Iterator[Finding]:
    workflow = rules.workflow
    if not transition.by:
        yield Finding(f"{key}.by", "transition.nobody", {"action": transition.action})
    yield from unknown(f"{key}.by", "role.unknown", "role", transition.by, {r.id for r in workflow.roles})
    if not transition.confirm:
        return
    permissions = {p.id for p in workflow.permissions}
    yield from unknown(
        f"{key}.confirm", "permission.unknown", "permission", (transition.confirm,), permissions
    )
    held = {permission for role in workflow.roles for permission in role.permissions}
    if transition.confirm in permissions - held:
        yield Finding(f"{key}.confirm", "permission.nobody", {"permission": transition.confirm})


def _how(key: str, transition: Transition, rules: Rules, known: Known) -> Iterator[Finding]:
    workflow = rules.workflow
    guards = {guard.id for guard in workflow.guards}
    yield from unknown(f"{key}.guards", "guard.unknown", "guard", transition.guards, guards)
    clocks = {ALL_CLOCKS, *(clock.id for clock in workflow.clocks)}
    for step in ("stop", "start", "pause", "resume"):
        named = getattr(transition.clock, step)
        yield from unknown(f"{key}.clock.{step}", "clock.unknown", "clock", named, clocks)
    if transition.effect:
        yield from unknown(f"{key}.effect", "effect.unknown", "effect", (transition.effect,), known.effects)
    if transition.overlay:
        overlays = {overlay.id for overlay in workflow.overlays}
        yield from unknown(f"{key}.overlay", "overlay.unknown", "overlay", (transition.overlay,), overlays)
    elif transition.effect == OVERLAY_EFFECT:
        yield Finding(f"{key}.overlay", "overlay.not_named", {"action": transition.action})
    if transition.result:
        results = {result.id for result in workflow.results}
        yield from unknown(f"{key}.result", "result.unknown", "result", (transition.result,), results)


def _choices(key: str, field: Field, rules: Rules) -> Iterator[Finding]:
    if field.type not in ("choice", "choices"):
        return
    if field.source:
        lists = {*rules.lists, *REASON_LISTS}
        yield from unknown(f"{key}.source", "list.unknown", "list", (field.source,), lists)
    elif not field.choices:
        yield Finding(key, "field.no_choices", {"field": field.id})


def _confirm_words(key: str, transition: Transition, rules: Rules) -> Iterator[Finding]:
    """The words of `confirm_when`: `not_urgent`, or `class:`, `overlay:`, `field:` with an id."""
    names = {
        "class": {c.id for c in rules.sla.classes},
        "overlay": {o.id for o in rules.workflow.overlays},
        "field": {f.id for f in transition.fields},
    }
    for word in transition.confirm_when.split():
        scope, _, name = word.partition(":")
        if word != "not_urgent" and name not in names.get(scope, ()):
            yield Finding(key, "condition.unknown", {"condition": word})


def check_workflow(rules: Rules, known: Known) -> Iterator[Finding]:
    """What states, clocks, guards and roles name, and roles that nobody could use."""
    workflow = rules.workflow
    clocks = {clock.id for clock in workflow.clocks}
    for state in workflow.states:
        if state.clock:
            key = f"states.{state.id}.clock"
            yield from unknown(key, "clock.unknown", "clock", (state.clock,), clocks)
    for guard in workflow.guards:
        yield from unknown(f"guards.{guard.id}", "guard.not_built", "guard", (guard.id,), known.guards)
    permissions = {p.id for p in workflow.permissions}
    acting = {role for transition in workflow.transitions for role in transition.by}
    for role in workflow.roles:
        key = f"roles.{role.id}"
        yield from unknown(
            f"{key}.permissions", "permission.unknown", "permission", role.permissions, permissions
        )
        if role.id not in acting and not role.permissions:
            yield Finding(key, "role.idle", {"role": role.id})
