"""The map of states: where each can be reached from, where it leads, and who owns it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from app.domain.checks.names import unknown
from app.domain.finding import Finding
from app.domain.workflow import PRIOR, SAME, Transition, Workflow

Edge = tuple[str, str]


def check_states(workflow: Workflow) -> Iterator[Finding]:
    """Transitions from or to nowhere, states that cannot be reached, left or owned, ways back that fail."""
    yield from _references(workflow)
    yield from _register(workflow)
    edges = [edge for transition in workflow.transitions for edge in _edges(transition)]
    edges += [(source, t.creates) for t in workflow.transitions if t.creates for source in t.sources]
    yield from _reach(workflow, edges)
    for state in workflow.states:
        if state.kind != "final" and not any(a == state.id and b != a for a, b in edges):
            yield Finding(f"states.{state.id}", "state.no_way_out", {"state": state.id})
        if state.kind in ("open", "paused") and state.owner == "none":
            yield Finding(f"states.{state.id}.owner", "state.no_owner", {"state": state.id})
    yield from _priors(workflow)


def _edges(transition: Transition) -> Iterator[Edge]:
    """From state to state; a way back leads to each state it may bring back."""
    targets = transition.prior if transition.to == PRIOR else (transition.to,)
    for source in transition.sources:
        for target in targets:
            yield source, source if target == SAME else target


def _references(workflow: Workflow) -> Iterator[Finding]:
    states = {state.id for state in workflow.states}
    for transition in workflow.transitions:
        key = f"transitions.{transition.action}"
        targets = states if not transition.sources else states | {SAME, PRIOR}
        yield from unknown(f"{key}.from", "state.unknown", "state", transition.sources, states)
        yield from unknown(f"{key}.to", "state.unknown", "state", (transition.to,), targets)
        yield from unknown(f"{key}.prior", "state.unknown", "state", transition.prior, states)
        if transition.creates:
            yield from unknown(f"{key}.creates", "state.unknown", "state", (transition.creates,), states)


def _register(workflow: Workflow) -> Iterator[Finding]:
    """A case begins in exactly one way: by the one transition that comes from no state."""
    beginnings = [t.action for t in workflow.transitions if not t.sources]
    if not beginnings:
        yield Finding("transitions", "register.missing", {})
    for action in beginnings[1:]:
        yield Finding(
            f"transitions.{action}.from", "register.twice", {"action": action, "first": beginnings[0]}
        )


def _reach(workflow: Workflow, edges: list[Edge]) -> Iterator[Finding]:
    following: defaultdict[str, set[str]] = defaultdict(set)
    for source, target in edges:
        following[source].add(target)
    beginnings = {t.to for t in workflow.transitions if not t.sources}
    if not beginnings:
        return  # already said, and it would be said again of every state
    reached: set[str] = set()
    waiting = list(beginnings)
    while waiting:
        place = waiting.pop()
        if place not in reached:
            reached.add(place)
            waiting.extend(following[place])
    for state in workflow.states:
        if state.id not in reached:
            yield Finding(f"states.{state.id}", "state.unreachable", {"state": state.id})


def _priors(workflow: Workflow) -> Iterator[Finding]:
    """`@prior` needs the list of what may have been before, and that list must be just what leads in."""
    states = {state.id for state in workflow.states}
    entered: defaultdict[str, set[str]] = defaultdict(set)
    for transition in workflow.transitions:
        if transition.to != PRIOR:
            for source, target in _edges(transition):
                if source != target:
                    entered[target].add(source)
    for transition in workflow.transitions:
        key = f"transitions.{transition.action}.prior"
        if transition.to != PRIOR:
            if transition.prior:
                yield Finding(key, "prior.unused", {"action": transition.action})
            continue
        if not transition.prior:
            yield Finding(key, "prior.missing", {"action": transition.action})
            continue
        possible = {before for source in transition.sources for before in entered[source]}
        for state in transition.prior:
            if state in states and state not in possible:
                yield Finding(key, "prior.impossible", {"state": state})
        for state in sorted(possible - set(transition.prior)):
            yield Finding(key, "prior.incomplete", {"state": state})
