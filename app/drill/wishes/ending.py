"""How a case ends: the check by another person than the dispatcher, the call-back, reopening."""

from __future__ import annotations

from collections.abc import Iterator

from app.drill.life import Scene, Wish
from app.drill.wishes.intake import CASE

ANSWERS = {
    "": ("yes", "yes", "yes"),
    "unreachable": ("unreachable", "", ""),
    "unsolved": ("yes", "no", "no"),
    "sent_back": ("yes", "no", "no"),
    "dissatisfied": ("no", "partly", "no"),
}
"""What the reporter says, by fate: contacted, resolved, satisfied."""


def wishes(scene: Scene) -> Iterator[Wish]:
    """The next step after the units' work."""
    state = scene.incident.state
    if state == "check":
        yield from _check(scene)
    elif state == "callback":
        yield from _callback(scene)
    elif state == "closed" and scene.fate.reopens and not scene.took("reopen"):
        head = scene.cast.centre("centre_lead")
        if head is not None:
            yield Wish(CASE, "reopen", head, "reopen")


def _check(scene: Scene) -> Iterator[Wish]:
    incident = scene.incident
    checker = scene.cast.centre("dispatcher", scene.life.serial, but=incident.dispatched_by)
    if checker is None:
        return
    pace = "check_urgent" if incident.urgent else "check"
    if scene.fate.check_fails and incident.reworks == 0:
        yield Wish(CASE, "check_fail", checker, pace)
    elif any(report.wants_answer for report in incident.reports):
        yield Wish(CASE, "check_pass", checker, pace)
    else:
        form = {"no_callback_reason": "no_reporter"}
        yield Wish(CASE, "close_without_callback", checker, pace, form=form)


def _callback(scene: Scene) -> Iterator[Wish]:
    caller = scene.cast.centre("callback", scene.life.serial)
    if caller is None or scene.incident.pending:
        return
    had_lead = any(o.role == "lead" and o.in_force for o in scene.incident.orders)
    if scene.fate.callback == "sent_back" and had_lead and not scene.took("send_back"):
        yield Wish(CASE, "send_back", caller, "callback")
        return
    again = scene.took("send_back")
    contacted, resolved, satisfied = ANSWERS["" if again else scene.fate.callback]
    form = {"contacted": contacted, "resolved": resolved, "satisfied": satisfied}
    yield Wish(CASE, "callback_done", caller, "callback", form={k: v for k, v in form.items() if v})
