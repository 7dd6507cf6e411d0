"""Incidents as callers see them: pages that stay true, rows limited by unit and area, data masked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.hub.answers import listing
from tests.helpers.halls import actor
from tests.helpers.two_desks import two_desks
from tests.unit.commands.test_privacy import NAME, SAID, SEEDS, traces
from tests.unit.hub.serving import Served, serving

LIST = "/api/v1/incidents"


async def ids(hub: Served, query: str = "", who: str = "dispatcher") -> list[str]:
    status, answer = await hub.ask("GET", f"{LIST}{query}", who)
    assert status == 200, answer
    return [line["id"] for line in answer["incidents"]]


async def every(hub: Served, query: str, who: str) -> list[str]:
    found, cursor = [], ""
    while True:
        status, answer = await hub.ask("GET", f"{LIST}?{query}&cursor={cursor}", who)
        assert status == 200, answer
        found += [line["id"] for line in answer["incidents"]]
        cursor = answer["next"]
        if not cursor:
            return found


async def test_pages_stay_true_while_cases_come_and_change(hub: Served) -> None:
    cases = [hub.hall.register(what=f"路灯不亮{n}").id for n in range(7)]
    status, first = await hub.ask("GET", f"{LIST}?limit=3")
    assert status == 200
    assert [line["id"] for line in first["incidents"]] == cases[:3:-1]
    # New ones come, one of the next page moves on: neither repeats nor hides anything that was there.
    hub.hall.register()
    hub.hall.do(cases[1], "accept", actor("intake"), category="0602", place_confirmed=True)
    _, second = await hub.ask("GET", f"{LIST}?limit=3&cursor={first['next']}")
    _, third = await hub.ask("GET", f"{LIST}?limit=3&cursor={second['next']}")
    assert [line["id"] for line in second["incidents"] + third["incidents"]] == cases[3::-1]
    assert third["next"] == ""


async def test_filters(hub: Served) -> None:
    lamp = hub.hall.register(what="滨河路路灯不亮", area="990101001001001").id
    hole = hub.hall.register(what="江畔路井盖丢失", area="990101002", category="0501")
    hub.hall.do(hole, "accept", actor("intake"), category="0501", place_confirmed=True)
    assert await ids(hub, "?q=路灯") == [lamp]
    assert await ids(hub, f"?q={hole.code}") == [hole.id]
    assert await ids(hub, "?area=990101001") == [lamp]
    assert await ids(hub, "?area=990101") == [hole.id, lamp]
    assert await ids(hub, "?state=reported") == [lamp]
    assert await ids(hub, "?q=路灯&area=990101002") == []
    assert await ids(hub, "?q=%22%20OR%20*") == []


A_QUERY_THAT_MEANS_NOTHING_IS_REFUSED: list[Any] = [
    ("?state=nowhere", "state"),
    ("?area=1", "area"),
    ("?limit=0", "limit"),
    ("?limit=201", "limit"),
    ("?cursor=zzzz", "cursor"),
    ("?cursor=MTotMQ", "cursor"),
    ("?colour=red", "colour"),
    ("?q=a&q=b", "q"),
]


async def test_a_query_that_means_nothing_is_refused(hub: Served) -> None:
    for query, field in A_QUERY_THAT_MEANS_NOTHING_IS_REFUSED:
        status, problem = await hub.ask("GET", f"{LIST}{query}")
        assert (status, problem["field"]) == (422, field), query


async def test_units_see_their_own_and_nothing_else(hub: Served) -> None:
    hall = hub.hall
    theirs = hall.dispatched(lead="CG")
    others = hall.dispatched(lead="GA")
    ended = hall.do(theirs, "sign", actor("handler", "CG"), order=theirs.orders[0].code)
    fresh = hall.register(area="990101002")
    assert await ids(hub, who="unit") == [ended.id]
    assert await ids(hub, who="street") == [fresh.id]
    assert await ids(hub, who="area") == [fresh.id]
    assert sorted(await ids(hub, who="lead")) == sorted([theirs.id, others.id, fresh.id])
    for who, seen in (("unit", theirs), ("police", others), ("street", fresh), ("area", fresh)):
        for case in (theirs, others, fresh):
            for name in (case.id, case.code):
                status, answer = await hub.ask("GET", f"{LIST}/{name}", who)
                assert status == (200 if case is seen else 404), (who, case.code)
                assert status == 200 or answer["code"] == "not_found"


async def test_an_order_that_ended_still_shows_its_case(hub: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """The columns name orders in force only: what has ended is looked up, a few cases at a time."""
    hall = hub.hall
    ended = []
    for _ in range(5):
        case = hall.dispatched(lead="CG")
        hall.do(case, "recall", actor("dispatcher"), **hall.fill("recall", case), order=case.orders[0].code)
        hall.do(case, "ack_recall", actor("handler", "CG"), order=case.orders[0].code)
        ended.append(case.id)
        hall.dispatched(lead="GA")
    assert await every(hub, "limit=2", "unit") == ended[::-1]
    monkeypatch.setattr(listing, "SCAN_MAX", 1)
    monkeypatch.setattr(listing, "WINDOW", 3)
    assert await every(hub, "limit=2", "unit") == ended[::-1]


async def test_administrators_see_no_case(hub: Served) -> None:
    case = hub.hall.register()
    for path in (LIST, f"{LIST}/{case.id}"):
        for who in ("admin", "auditor"):
            status, problem = await hub.ask("GET", path, who, Accept_Language="en")
            assert (status, problem["code"]) == (403, "role_not_allowed")
            assert ("administrator" in problem["detail"]) or ("Auditor" in problem["detail"])


async def test_a_case_with_its_life_and_its_deadlines(hub: Served) -> None:
    case = hub.hall.dispatched(lead="CG")
    status, answer = await hub.ask("GET", f"{LIST}/{case.code}", Accept_Language="en")
    assert status == 200
    assert answer["id"] == case.id
    assert answer["state_label"] == "To be signed for"
    assert [line["kind"] for line in answer["timeline"]][:2] == ["report_received", "case_moved"]
    assert answer["timeline"][-1]["kind"] == "orders_issued"
    assert answer["timeline"][0]["post"] == "Intake officer"
    assert answer["seen"] == answer["timeline"][-1]["gseq"]
    (sign,) = [due for due in answer["deadlines"] if due["clock"] == "sign"]
    assert sign["order"] == answer["orders"][0]["code"]
    assert sign["lines"][0]["kind"] == "start"
    assert sign["lines"][-1] == {
        "kind": "due",
        "at": sign["due_at"],
        "until": None,
        "amount_ms": None,
        "due_at": sign["due_at"],
        "params": {},
        "text": "Due",
    }
    assert {action["action"] for action in answer["actions"]} >= {"recall", "add_co"}


async def test_no_answer_holds_personal_data(hub: Served) -> None:
    case = hub.hall.register(
        what=SAID, address=f"滨河路118号{SEEDS['flat']}", flat=SEEDS["room"], reporter_name=NAME,
        reporter_phone=SEEDS["mobile"],
    )  # fmt: skip
    case = hub.hall.do(case, "accept", actor("intake"), category="0602", place_confirmed=True)
    hub.hall.do(case, "file", actor("dispatcher"), **hub.hall.fill("file", case))
    hub.hall.do(
        case,
        "dispatch",
        actor("dispatcher"),
        lead_department="CG",
        co_departments=[],
        rule_or_reason=SAID,
    )
    asked: list[tuple[str, str, str, Any]] = [
        ("GET", LIST, "dispatcher", None),
        ("GET", f"{LIST}/{case.id}", "dispatcher", None),
        ("GET", "/api/v1/log?limit=1000", "auditor", None),
        ("POST", "/api/v1/triage", "dispatcher", {"text": SAID}),
        ("GET", "/metrics", "", None),
    ]
    for method, path, who, body in asked:
        async with hub.send(method, path, who, body) as response:
            text = await response.text()
            assert response.status == 200, text
            assert traces(text) == set(), path
    _, answer = await hub.ask("GET", f"{LIST}/{case.id}")
    assert {p["field"] for p in answer["personal"]} >= {"person_name", "phone", "address_flat", "free_text"}
    assert all(p["mask"] and p["ref"] for p in answer["personal"])
    assert b"hash" not in msgspec.json.encode(answer["timeline"])


async def test_two_desks_that_disagree_show(tmp_path: Path) -> None:
    """What was withheld because another desk was first stands on the case until a person decides."""
    with two_desks(tmp_path) as desks:
        case = desks.hub.register()
        case = desks.hub.do(case, "accept", actor("intake"), category="0602", place_confirmed=True)
        desks.hub.do(case, "file", actor("dispatcher"), **desks.hub.fill("file", case))
        desks.meet()
        for desk, unit in ((desks.first, "SZ"), (desks.second, "CG")):
            desk.do(
                case.id,
                "dispatch",
                actor("dispatcher"),
                lead_department=unit,
                co_departments=[],
                rule_or_reason="r",
            )
        desks.meet()
        async with serving(desks.hub) as hub:
            _, answer = await hub.ask("GET", f"{LIST}/{case.code}")
        assert [order["unit"] for order in answer["orders"]] == ["SZ"]
        (contested,) = answer["contested"]
        issued = [line["entry"] for line in answer["timeline"] if line["kind"] == "orders_issued"]
        assert [contested["against"], contested["entry"]] == issued
        assert contested["action"] == "dispatch"
