"""Steps of the workflow: POST /incidents/{incident}/actions/{action}."""

from __future__ import annotations

from typing import Any

import msgspec

from app.commands.command import AlreadyDone, Command
from app.domain.refusal import Refusal
from app.hub.answers.finding import case_named
from app.hub.limits import ID_MAX
from app.hub.requests.bodies import check_form
from app.hub.requests.problems import ProblemError, RefusalError
from app.hub.requests.repeats import stood
from app.hub.requests.routes import API, Answer, Call, Route

OWN_FIELDS = ("order", "base", "confirms", "refuses")
"""What a request says beside the fields of the transition's form; no form has fields of these names."""


class ActionDone(msgspec.Struct, frozen=True):
    """Durable at the hub: the entry, its number, and the state of the case right after it. `asked`: nothing
    has changed yet, a second person must agree first."""

    entry: str
    gseq: int
    state: str
    incident: str
    code: str
    asked: bool


class ActionOwn(msgspec.Struct, frozen=True):
    """`order` is the code of the order that is meant; `base` the number of the last entry the caller has seen
    of the case; `confirms` or `refuses` the entry of another person's request."""

    order: str = ""
    base: int | None = None
    confirms: str = ""
    refuses: str = ""


async def take_action(call: Call) -> Answer:
    """Take a transition of the workflow.

    The body holds what the transition's form needs, and beside it order, base, confirms or refuses. 409 with
    the refusal's code when the rules forbid it, or when the case has moved on since `base`.
    """
    action = call.path("action")
    if action not in call.front.book.transitions:
        raise RefusalError(Refusal("unknown_action", "action", {"action": action[:ID_MAX]}), action)
    case = case_named(call, call.path("incident"))
    own, form = _parted(call.body)
    if own.base is not None:
        _check_base(call, case.id, own.base)
    command = Command(
        action=action,
        incident=case.id,
        id=call.repeat,
        order=own.order,
        form=form,
        confirms=own.confirms,
        refuses=own.refuses,
    )
    acting = call.front.hall.acting
    outcome = await call.front.appending.do(lambda: acting.submit(command, call.grant.actor))
    if isinstance(outcome, Refusal):
        raise RefusalError(outcome, action)
    gseq = outcome.gseq if isinstance(outcome, AlreadyDone) else outcome.entries[0].gseq
    known = stood(call.front, gseq)
    entry = known.numbered.entry
    if known.incident != case.id or not _same_step(entry.kind, entry.body, action):
        raise ProblemError("key_used")
    asked = entry.kind == "confirmation_asked"
    return Answer(ActionDone(entry.eid, gseq, known.state, known.incident, known.code, asked))


def _parted(body: dict[str, Any]) -> tuple[ActionOwn, dict[str, Any]]:
    check_form(body)
    form = {name: value for name, value in body.items() if name not in OWN_FIELDS}
    try:
        own = msgspec.convert({name: body[name] for name in OWN_FIELDS if name in body}, ActionOwn)
    except msgspec.ValidationError as error:
        named = next((name for name in OWN_FIELDS if f"`$.{name}" in str(error)), "")
        raise ProblemError("field", field=named, rule="value.wrong_type") from None
    for name in ("order", "confirms", "refuses"):
        if len(getattr(own, name)) > ID_MAX:
            raise ProblemError("field", field=name, rule="field_long")
    return own, form


def _check_base(call: Call, incident: str, base: int) -> None:
    """Asked before the command is given: what moves the case in the ms between, the rules alone judge."""
    entries = call.front.hall.reading.entries(incident)
    if entries and entries[-1].gseq > base:
        raise RefusalError(Refusal("moved_on"))


def _same_step(kind: str, body: msgspec.Raw, action: str) -> bool:
    """Whether an entry may be that of this action: a refused request names what was asked, not an action."""
    if kind == "confirmation_refused":
        return True
    told = msgspec.json.decode(body, type=_Step)
    return told.action == action


class _Step(msgspec.Struct):
    action: str = ""


ROUTES = (
    Route(
        "POST",
        f"{API}/incidents/{{incident}}/actions/{{action}}",
        "incidents.act",
        take_action,
        {200: ActionDone},
        body=dict[str, Any],
        repeatable=True,
        conflicts=True,
        path_fields={"incident": "id or code", "action": "a transition of the rules"},
    ),
)
