"""Steps of the workflow over HTTP: the rules decide, a refusal is named, a repeat is harmless."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.helpers.halls import actor
from tests.unit.hub.serving import Served


def path(case: Any, action: str) -> str:
    return f"/api/v1/incidents/{case.code}/actions/{action}"


ACCEPT = {"category": "0602", "place_confirmed": True}


async def test_a_step_is_taken_and_answered_with_the_state(hub: Served) -> None:
    case = hub.hall.register()
    status, answer = await hub.ask("POST", path(case, "accept"), "intake", ACCEPT)
    assert status == 200
    assert (answer["state"], answer["incident"], answer["asked"]) == ("accepted", case.id, False)
    (numbered,) = hub.hall.store.read_after(answer["gseq"] - 1, 1)
    assert (numbered.entry.eid, numbered.entry.actor) == (answer["entry"], "token:t-intake")


async def test_the_state_is_that_after_the_consequences(hub: Served) -> None:
    """An urgent case is filed in the same instant as a person accepts it; the answer is the same for ever."""
    case = hub.hall.register(category="0501", urgent=True)
    body = {"category": "0501", "place_confirmed": True}
    first = await hub.ask("POST", path(case, "accept"), "intake", body, Idempotency_Key="k")
    assert (first[0], first[1]["state"]) == (200, "filed")
    hub.hall.do(
        case, "dispatch", actor("dispatcher"), lead_department="CG", co_departments=[], rule_or_reason="r"
    )
    assert await hub.ask("POST", path(case, "accept"), "intake", body, Idempotency_Key="k") == first


async def test_a_request_for_a_second_person(hub: Served) -> None:
    case = hub.hall.register()
    hub.hall.do(case, "accept", actor("intake"), **ACCEPT)
    book = hub.hall.commander.desk.book()
    action = next(
        t.action
        for t in book.transitions.values()
        if t.confirm == "confirm_reject" and {"reported", "accepted"} & set(t.sources)
    )
    fresh = hub.hall.register()
    body = hub.hall.fill(action, fresh)
    who = "intake" if "intake" in book.transitions[action].by else "dispatcher"
    status, asked = await hub.ask("POST", path(fresh, action), who, body)
    assert (status, asked["asked"], asked["state"]) == (200, True, "reported")
    status, same = await hub.ask("POST", path(fresh, action), who, {"confirms": asked["entry"]})
    assert (status, same["code"]) in ((409, "same_person"), (403, "role_may_not"))
    status, done = await hub.ask("POST", path(fresh, action), "lead", {"confirms": asked["entry"]})
    assert (status, done["asked"]) == (200, False)


REFUSALS: list[Any] = [
    ("intake", "dispatch", {}, 403, "role_may_not", ""),
    ("dispatcher", "dispatch", {}, 409, "wrong_state", ""),
    ("intake", "accept", {"category": "0602"}, 422, "field_missing", "place_confirmed"),
    ("intake", "accept", {**ACCEPT, "colour": 1}, 422, "unknown_field", "colour"),
    ("intake", "accept", {**ACCEPT, "category": "9999"}, 422, "field_category", "category"),
    ("intake", "accept", {**ACCEPT, "category": 10**400}, 422, "field", "category"),
    ("intake", "accept", {**ACCEPT, "order": 7}, 422, "field", "order"),
    ("intake", "accept", {**ACCEPT, "base": "x"}, 422, "field", "base"),
    ("intake", "fly", {}, 404, "unknown_action", "action"),
    ("intake", "accept", [], 422, "field", ""),
]


async def test_refusals(hub: Served) -> None:
    for who, action, body, status, code, field in REFUSALS:
        case = hub.hall.register()
        before = hub.hall.store.head().gseq
        found, problem = await hub.ask("POST", path(case, action), who, body)
        assert (found, problem["code"], problem["field"]) == (status, code, field), problem
        assert hub.hall.store.head().gseq == before


async def test_a_case_outside_does_not_exist(hub: Served) -> None:
    case = hub.hall.dispatched(lead="CG")
    for who, status in (("unit", 200), ("police", 404), ("area", 404)):
        found, answer = await hub.ask("POST", path(case, "sign"), who, {})
        assert found == status, answer


async def test_a_caller_that_decided_on_old_news_is_told(hub: Served) -> None:
    case = hub.hall.register()
    seen = (await hub.ask("GET", f"/api/v1/incidents/{case.id}"))[1]["seen"]
    hub.hall.do(case, "accept", actor("intake"), **ACCEPT)
    status, problem = await hub.ask("POST", path(case, "file"), "dispatcher", {"base": seen})
    assert (status, problem["code"]) == (409, "moved_on")
    newer = (await hub.ask("GET", f"/api/v1/incidents/{case.id}"))[1]["seen"]
    body = {**hub.hall.fill("file", hub.hall.case(case.id)), "base": newer}
    assert (await hub.ask("POST", path(case, "file"), "dispatcher", body))[0] == 200


async def test_one_key_on_two_steps_is_refused(hub: Served) -> None:
    case, other = hub.hall.register(), hub.hall.register()
    assert (await hub.ask("POST", path(case, "accept"), "intake", ACCEPT, Idempotency_Key="k"))[0] == 200
    for again, action in ((other, "accept"), (case, "file")):
        status, problem = await hub.ask("POST", path(again, action), "intake", ACCEPT, Idempotency_Key="k")
        assert (status, problem["code"]) == (409, "key_used")


async def test_many_at_once_are_one_entry(hub: Served) -> None:
    case = hub.hall.register()
    answers = await asyncio.gather(
        *(hub.ask("POST", path(case, "accept"), "intake", ACCEPT, Idempotency_Key="k") for _ in range(10))
    )
    assert {status for status, _ in answers} == {200}
    assert len({answer["gseq"] for _, answer in answers}) == 1
