"""An upper hub by HTTP: which hubs are below, what is asked of them, and cases that can only be read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.domain.incident import Incident
from tests.helpers.halls import hall
from tests.helpers.levels import pass_up, stream_of
from tests.unit.hub.serving import Served, served


class Above(Served):
    """A served hub with a case of a lower one, and that one's stream."""

    below: str
    theirs: Incident


@pytest.fixture
async def above(tmp_path: Path) -> AsyncIterator[Above]:
    async with served(tmp_path / "upper") as hub:
        with hall(tmp_path / "lower") as lower:
            theirs = lower.register()
            pass_up(lower, hub.hall)
            made = Above(hub.hall, hub.front, hub.url, hub.client)
            made.below, made.theirs = stream_of(lower), theirs
        yield made


async def test_who_is_below_and_what_can_be_asked_of_them(above: Above) -> None:
    status, answer = await above.ask("GET", "/api/v1/hubs", "lead")
    assert (status, [hub["stream"] for hub in answer["hubs"]]) == (200, [above.below])
    assert answer["hubs"][0]["gseq"] > 0
    wish = {"to": above.below, "title": "核查", "incident": above.theirs.id}
    status, first = await above.ask("POST", "/api/v1/requests", "lead", wish, Idempotency_Key="k1")
    assert status == 201
    assert (await above.ask("POST", "/api/v1/requests", "lead", wish, Idempotency_Key="k1")) == (200, first)
    for who, wrong, code, problem in (
        ("dispatcher", wish, 403, "role_may_not"),
        ("lead", {**wish, "to": "nobody"}, 422, "no_such_hub"),
        ("lead", {**wish, "incident": "nothing"}, 404, "no_incident"),
        ("lead", {**wish, "title": ""}, 422, "field"),
    ):
        status, answer = await above.ask("POST", "/api/v1/requests", who, wrong)
        assert (status, answer["code"]) == (code, problem)


async def test_a_lower_hubs_case_is_listed_and_read_and_left_alone(above: Above) -> None:
    above.hall.register()
    for home, count in (("", 2), ("own", 1), (above.below, 1), ("nobody", 0)):
        status, page = await above.ask("GET", f"/api/v1/incidents?home={home}", "lead")
        assert (status, len(page["incidents"])) == (200, count)
    path = f"/api/v1/incidents/{above.theirs.id}"
    status, case = await above.ask("GET", path, "lead")
    assert (status, case["home"], case["actions"]) == (200, above.below, [])
    status, problem = await above.ask("POST", f"{path}/actions/mark_urgent", "lead", {"reason": "x"})
    assert (status, problem["code"]) == (409, "owned_elsewhere")
    ref = case["personal"][0]["ref"]
    status, problem = await above.ask("GET", f"{path}/personal/{ref}?reason=call_back", "dispatcher")
    assert (status, problem["code"]) == (409, "at_home")
