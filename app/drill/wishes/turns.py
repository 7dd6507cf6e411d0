"""What takes a dispatched case off its plain way, and what is said about it on the way."""

from __future__ import annotations

from collections.abc import Iterator

from app.base.clock import DAY_MS, HOUR_MS
from app.domain import clockwork
from app.drill.life import Scene, Wish
from app.drill.wishes.dispatching import another_lead

ON_THE_WAY = ("dispatched", "handling")
PROMISED_MS = 2 * HOUR_MS
"""A promised call-back lies so far ahead."""

ANSWER_DUE_MS = 2 * DAY_MS
"""A supervised unit answers in writing within so long."""


def wishes(scene: Scene) -> Iterator[Wish]:
    """The turn the case is fated to, promises, and being watched when it is late."""
    if scene.incident.state in ON_THE_WAY:
        yield from _turn(scene)
    yield from _promise(scene)
    yield from _watch(scene)


def _turn(scene: Scene) -> Iterator[Wish]:
    incident, turn = scene.incident, scene.fate.turn
    lead = incident.lead
    dispatcher = scene.cast.centre("dispatcher", scene.life.serial)
    if lead is None or dispatcher is None or scene.took(turn):
        return
    if turn == "recall":
        yield Wish("turn", "recall", dispatcher, "recall", lead.code)
    elif turn == "redispatch":
        form = {"lead_department": another_lead(scene), "fault": "centre"}
        yield Wish("turn", "redispatch", dispatcher, "redispatch", form=form)
    elif turn == "withdraw" and not incident.urgent and incident.reporter.wants_answer:
        desk = scene.cast.centre("intake", scene.life.serial)
        if desk is not None:
            yield Wish("turn", "withdraw", desk, "withdraw")
    elif turn == "false_alarm" and _looked_at(scene):
        yield Wish("turn", "false_alarm", dispatcher, "false_alarm")
    elif turn == "advice" and incident.state == "handling" and not _asked_advice(scene):
        yield Wish("turn", "close_with_advice", dispatcher, "advice")


def _asked_advice(scene: Scene) -> bool:
    """Asked already and waiting for the second person, or out of the question: a hazard is handled on."""
    waiting = any(pending.action == "close_with_advice" for pending in scene.incident.pending)
    return waiting or scene.incident.urgent or scene.took("close_with_advice")


def _looked_at(scene: Scene) -> bool:
    """Urgent: somebody has arrived, or there is nothing to arrive at."""
    if not scene.incident.urgent:
        return scene.incident.state == "handling"
    arrived = clockwork.first_run(scene.incident.clocks, "arrive")
    return arrived is not None and arrived.stopped_at is not None


def _promise(scene: Scene) -> Iterator[Wish]:
    incident = scene.incident
    desk = scene.cast.centre("intake", scene.life.serial)
    if desk is None:
        return
    if incident.promises:
        yield Wish("promise", "promise_kept", desk, "promise_kept", form={"reached": "reached"})
    elif scene.fate.promised and incident.state == "handling" and not scene.took("promise_callback"):
        form = {"when": scene.now + PROMISED_MS, "by_role": "intake"}
        yield Wish("promise", "promise_callback", desk, "promise", form=form)


def _watch(scene: Scene) -> Iterator[Wish]:
    """Late cases are urged or supervised; a few cases a leader has read about."""
    action = scene.fate.watched
    if not action or scene.incident.state not in ("dispatched", "handling", "rework") or scene.took(action):
        return
    role = "leader" if action == "instruct" else "supervisor"
    desk = scene.cast.centre(role)
    if desk is not None:
        form = {} if action == "urge" else {"due": scene.now + ANSWER_DUE_MS}
        yield Wish("watch", action, desk, action, form=form)
