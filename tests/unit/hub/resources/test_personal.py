"""Personal data in clear: with a reason, by who may, of this very case, and never without an entry."""

from __future__ import annotations

from typing import Any

from app.domain.incident import Incident
from tests.helpers.halls import actor
from tests.unit.hub.serving import Served

PHONE = "13800001234"


def path(case: Incident, reason: str = "call_back") -> str:
    assert case.reporter.phone is not None
    return f"/api/v1/incidents/{case.code}/personal/{case.reporter.phone.ref}?reason={reason}"


async def test_a_reveal_is_an_entry_first(hub: Served) -> None:
    case = hub.hall.register()
    before = hub.hall.store.head().gseq
    status, answer = await hub.ask("GET", path(case), "intake")
    assert (status, answer["value"], answer["field"]) == (200, PHONE, "phone")
    (entry,) = hub.hall.store.read_after(before, 10)
    assert (entry.entry.kind, entry.entry.actor) == ("personal_data_revealed", "token:t-intake")


NOBODY_ELSE_SEES_ANYTHING: list[Any] = [
    ("admin", "call_back", 403, "role_not_allowed"),
    ("auditor", "call_back", 403, "role_not_allowed"),
    ("unit", "call_back", 404, "not_found"),
    ("intake", "curious", 422, "field_choice"),
    ("intake", "", 422, "field"),
]


async def test_nobody_else_sees_anything(hub: Served) -> None:
    for who, reason, status, code in NOBODY_ELSE_SEES_ANYTHING:
        case = hub.hall.register()
        before = hub.hall.store.head().gseq
        async with hub.send("GET", path(case, reason), who) as response:
            text = await response.text()
            assert response.status == status
            assert f'"code":"{code}"' in text
            assert PHONE not in text
        assert hub.hall.store.head().gseq == before


async def test_a_reference_opens_in_its_own_case_only(hub: Served) -> None:
    """A unit that works on one case must not read another's reporter through it."""
    mine = hub.hall.dispatched(lead="CG")
    other = hub.hall.register()
    assert other.reporter.phone is not None
    assert (await hub.ask("GET", path(mine), "unit"))[0] == 200
    crossed = f"/api/v1/incidents/{mine.code}/personal/{other.reporter.phone.ref}?reason=call_back"
    for who in ("unit", "intake"):
        status, problem = await hub.ask("GET", crossed, who)
        assert (status, problem["code"]) == (404, "not_found")


async def test_what_a_form_hid_can_be_shown_too(hub: Served) -> None:
    case = hub.hall.register()
    case = hub.hall.do(case, "accept", actor("intake"), category="0602", place_confirmed=True)
    hub.hall.do(case, "file", actor("dispatcher"), **hub.hall.fill("file", case))
    hub.hall.do(
        case,
        "dispatch",
        actor("dispatcher"),
        lead_department="CG",
        co_departments=[],
        rule_or_reason="请联系13987654321",
    )
    _, answer = await hub.ask("GET", f"/api/v1/incidents/{case.id}")
    (hidden,) = [p for p in answer["personal"] if p["field"] == "rule_or_reason"]
    assert "13987654321" not in hidden["mask"]
    where = f"/api/v1/incidents/{case.id}/personal/{hidden['ref']}?reason=complaint"
    status, shown = await hub.ask("GET", where, "lead")
    assert (status, shown["value"]) == (200, "请联系13987654321")


async def test_what_was_erased_is_gone(hub: Served) -> None:
    case = hub.hall.register()
    hub.hall.store.vault.erase(case.id).result()
    status, problem = await hub.ask("GET", path(case), "intake")
    assert (status, problem["code"]) == (404, "erased")
