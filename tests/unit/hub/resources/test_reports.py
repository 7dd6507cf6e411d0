"""Reports from outside: taken once, durable when answered, masked ever after."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.helpers.halls import actor
from tests.unit.hub.serving import Served

REPORTS = "/api/v1/reports"


def report(**more: Any) -> dict[str, Any]:
    return {"channel": "phone", "text": "滨河路118号门前路灯不亮", **more}


async def test_a_report_is_a_case_on_disk(hub: Served) -> None:
    place = {"lon": 104.066, "lat": 30.573, "crs": "gcj02", "address": "滨河路118号", "area": "990101001001"}
    asked = report(
        place=place,
        category="0602",
        occurred_at="2026-03-09T08:58:00+08:00",
        reporter={"name": "欧阳某某", "phone": "13812345678"},
    )
    status, answer = await hub.ask("POST", REPORTS, "intake", asked)
    assert status == 201
    case = hub.hall.case(answer["incident"])
    assert case.code == answer["code"]
    assert case.place.point is not None
    # Brought back from the shifted system: some 300 m west and north.
    assert 0.002 < 104.066 - case.place.point.lon < 0.003
    (numbered,) = hub.hall.store.read_after(answer["gseq"] - 1, 1)
    assert numbered.entry.eid == answer["entry"]
    assert numbered.entry.actor == "token:t-intake"
    assert numbered.entry.occurred_at == 1_773_017_880_000
    assert b"13812345678" not in numbered.raw


async def test_a_key_makes_a_repeat_harmless(hub: Served) -> None:
    first = await hub.ask("POST", REPORTS, "intake", report(), Idempotency_Key="k-1")
    again = await hub.ask("POST", REPORTS, "intake", report(), Idempotency_Key="k-1")
    assert (first[0], again[0]) == (201, 200)
    assert first[1] == again[1]
    # Another client may use the same key for a report of its own.
    other = await hub.ask("POST", REPORTS, "window", report(), Idempotency_Key="k-1")
    assert other[0] == 201
    assert other[1]["incident"] != first[1]["incident"]


async def test_many_at_once_with_one_key_are_one_case(hub: Served) -> None:
    answers = await asyncio.gather(
        *(hub.ask("POST", REPORTS, "intake", report(), Idempotency_Key="same") for _ in range(12))
    )
    assert sorted(status for status, _ in answers) == [200] * 11 + [201]
    assert len({answer["incident"] for _, answer in answers}) == 1


async def test_the_answer_is_the_same_after_the_case_went_on(hub: Served) -> None:
    _, first = await hub.ask("POST", REPORTS, "intake", report(urgent=True), Idempotency_Key="u")
    case = hub.hall.case(first["incident"])
    hub.hall.do(case, "accept", actor("intake"), category="0501", place_confirmed=True)
    assert (await hub.ask("POST", REPORTS, "intake", report(), Idempotency_Key="u")) == (200, first)


async def test_the_source_s_own_number_counts_once(hub: Served) -> None:
    asked = report(channel="hotline", external_id="2026-000123")
    first = await hub.ask("POST", REPORTS, "intake", asked)
    again = await hub.ask("POST", REPORTS, "window", asked)
    assert (first[0], again[0]) == (201, 200)
    assert first[1]["incident"] == again[1]["incident"]
    assert hub.hall.store.by_unique("ext:hotline:2026-000123") == first[1]["gseq"]


WHAT_THE_RULES_FORBID: list[Any] = [
    ("dispatcher", report(), 403, "role_may_not", ""),
    ("admin", report(), 403, "role_may_not", ""),
    ("intake", report(category="9999"), 422, "field_category", "category"),
    ("intake", report(place={"area": "000000"}), 422, "field_area", "area"),
    ("intake", report(place={"lon": 104.0}), 422, "field", "place.lat"),
    ("intake", report(text="  "), 422, "field_missing", "what"),
    ("intake", report(occurred_at="1999-01-01T00:00:00Z"), 422, "field", "occurred_at"),
    ("intake", report(photos=[]), 422, "field", "photos"),
    ("intake", report(attachments=["../../muster.key"]), 422, "field", "attachments[0]"),
    ("intake", report(attachments=["0" * 64]), 422, "attachment_not_here", "attachments"),
]


async def test_what_the_rules_forbid(hub: Served) -> None:
    for who, body, status, code, field in WHAT_THE_RULES_FORBID:
        before = hub.hall.store.head().gseq
        found, problem = await hub.ask("POST", REPORTS, who, body)
        assert (found, problem["status"], problem["code"], problem["field"]) == (
            status,
            status,
            code,
            field,
        ), body
        assert problem["detail"]
        assert hub.hall.store.head().gseq == before


async def test_a_key_of_something_else_is_no_answer(hub: Served) -> None:
    """The key stands in the log on a step of the workflow: answering that to a report would be a lie."""
    case = hub.hall.register()
    path = f"/api/v1/incidents/{case.id}/actions/accept"
    body = {"category": "0602", "place_confirmed": True}
    assert (await hub.ask("POST", path, "intake", body, Idempotency_Key="k"))[0] == 200
    status, problem = await hub.ask("POST", REPORTS, "intake", report(), Idempotency_Key="k")
    assert (status, problem["code"]) == (409, "key_used")


A_KEY_MUST_BE_A_KEY: list[Any] = ["", "x" * 121, "a b", "钥匙"]


async def test_a_key_must_be_a_key(hub: Served) -> None:
    for key in A_KEY_MUST_BE_A_KEY:
        async with hub.send("POST", REPORTS, "intake", report(), Idempotency_Key=key) as response:
            assert response.status == 422
            assert (await response.json(content_type=None))["field"] == "Idempotency-Key"
