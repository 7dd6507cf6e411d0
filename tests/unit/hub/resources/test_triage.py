"""Proposals: near duplicates the caller may see, categories with their reasons, and nothing stored."""

from __future__ import annotations

from tests.unit.hub.serving import Served

WHERE = {"area": "990101001001"}


async def test_near_duplicates_speak_for_their_category(hub: Served) -> None:
    near = hub.hall.register(what="滨河路118号门前路灯不亮", category="0602")
    hub.hall.register(what="某处施工噪声扰民", category="0102")
    before = hub.hall.store.head().gseq
    status, answer = await hub.ask(
        "POST",
        "/api/v1/triage",
        body={"text": "滨河路118号门口路灯不亮了", "place": WHERE},
        Accept_Language="en",
    )
    assert status == 200
    assert [one["incident"] for one in answer["duplicates"]] == [near.id]
    (proposal,) = answer["proposals"]
    row = hub.hall.commander.desk.book().matrix["0602"]
    assert proposal["category"] == "0602"
    assert proposal["lead"].partition("@")[0] == row.lead
    assert [reason["code"] for reason in proposal["reasons"]] == ["near", "matrix"]
    assert near.code in proposal["reasons"][0]["text"]
    assert hub.hall.store.head().gseq == before


async def test_a_category_that_is_named_brings_its_departments(hub: Served) -> None:
    status, answer = await hub.ask(
        "POST", "/api/v1/triage", body={"text": "井盖丢失", "place": WHERE, "category": "0501"}
    )
    assert status == 200
    assert answer["duplicates"] == []
    assert [reason["code"] for reason in answer["proposals"][0]["reasons"]] == ["asked", "matrix"]


async def test_a_text_like_no_other_gets_no_category(hub: Served) -> None:
    assert await hub.ask("POST", "/api/v1/triage", body={"text": "什么都没有"}) == (
        200,
        {"proposals": [], "duplicates": []},
    )


async def test_what_a_caller_may_not_see_is_no_duplicate(hub: Served) -> None:
    hub.hall.register(what="滨河路118号门前路灯不亮")
    body = {"text": "滨河路118号门前路灯不亮", "place": WHERE}
    assert (await hub.ask("POST", "/api/v1/triage", "lead", body))[1]["duplicates"]
    for who in ("unit", "area"):
        assert (await hub.ask("POST", "/api/v1/triage", who, body))[1] == {"proposals": [], "duplicates": []}
