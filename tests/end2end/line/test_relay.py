"""Two hubs as processes: the lower one's log goes up and is shown there; requests come down."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.base.clock import SystemClock
from app.log.store import open_store
from app.projections.projector import HallProjector
from tests.helpers.hubs import HubProcess, until

pytestmark = pytest.mark.slow

PHONE = "13800001234"


@pytest.fixture
def hubs(tmp_path: Path) -> Iterator[tuple[HubProcess, HubProcess]]:
    """An upper hub and one below it, on the line."""
    environment = {**os.environ, "LANG": "en_GB.UTF-8", "PYTHONUTF8": "1", "XDG_DATA_HOME": str(tmp_path)}
    upper, lower = HubProcess(tmp_path / "city", environment), HubProcess(tmp_path / "district", environment)
    try:
        upper.start()
        lower.start("--upstream", upper.url, "--code", upper.command("enrol", "--label", "district"))
        yield upper, lower
    finally:
        lower.close()
        upper.close()


def report(hub: HubProcess, text: str) -> Any:
    return hub.made(
        "intake", "/reports", {"channel": "phone", "text": text, "reporter": {"name": "王某", "phone": PHONE}}
    )


def shown(hub: HubProcess, incident: str) -> Any:
    """The case as the hub shows it, as soon as it does."""

    def look() -> Any:
        status, answer = hub.ask("shift_lead", "GET", f"/incidents/{incident}")
        return answer if status == 200 else None

    return until(look)


def stream_of(hub: HubProcess) -> str:
    return str(hub.got("shift_lead", "/head")["stream"])


def test_the_log_goes_up_and_requests_come_down_through_every_cut(
    hubs: tuple[HubProcess, HubProcess],
) -> None:
    upper, lower = hubs
    below = stream_of(lower)
    taken = report(lower, f"滨河路路灯不亮，请回电{PHONE}")

    # Shown above as it is below, masked, and worked on only at home.
    case = shown(upper, taken["incident"])
    at_home = shown(lower, taken["incident"])
    assert (case["home"], at_home["home"], case["code"]) == (below, "", taken["code"])
    assert case["deadlines"] == at_home["deadlines"]
    assert [line["entry"] for line in case["timeline"]] == [line["entry"] for line in at_home["timeline"]]
    assert PHONE not in str(case)
    assert case["actions"] == []
    assert at_home["actions"] != []
    (hall,) = upper.got("shift_lead", "/hubs")["hubs"]
    assert hall["stream"] == below
    assert [line["id"] for line in upper.got("shift_lead", f"/incidents?home={below}")["incidents"]] == [
        taken["incident"]
    ]
    assert upper.got("shift_lead", "/incidents?home=own")["incidents"] == []
    urgent = f"/incidents/{taken['incident']}/actions/mark_urgent"
    status, problem = upper.ask("shift_lead", "POST", urgent, {"reason": "x"})
    assert (status, problem["code"]) == (409, "owned_elsewhere")
    ref = case["personal"][0]["ref"]
    status, problem = upper.ask(
        "dispatcher", "GET", f"/incidents/{taken['incident']}/personal/{ref}?reason=call_back"
    )
    assert (status, problem["code"]) == (409, "at_home")
    assert hall["hall"] in problem["detail"]

    # A new matter from above becomes a report below, to be accepted by a person.
    made = upper.made("shift_lead", "/requests", {"to": below, "title": "核查沿河堆放物", "what": "汛前完成"})
    fresh = until(lambda: lower.got("shift_lead", "/incidents")["incidents"][:-1])[0]
    assert (fresh["channel"], fresh["state"]) == ("department", "reported")
    assert "核查沿河堆放物" in fresh["what"]

    # One about a case stands there for a person to answer; what the owner then does is seen above.
    upper.made("shift_lead", "/requests", {"to": below, "title": "今日修复", "incident": taken["incident"]})
    lines = len(at_home["timeline"])
    until(lambda: len(shown(lower, taken["incident"])["timeline"]) == lines + 1)
    assert "instructed" not in shown(lower, taken["incident"])["overlays"]
    lower.made("shift_lead", urgent, {"reason": "夜间无照明"})
    until(lambda: shown(upper, taken["incident"])["urgent"])

    # The upper hub loses power; the lower one goes on, and everything is there when it is back.
    upper.kill()
    late = [report(lower, f"断线期间第{number}件") for number in range(5)]
    upper.start()
    for one in late:
        shown(upper, one["incident"])
    # The lower hub loses power too; it knows by itself where it belongs.
    lower.kill()
    lower.start()
    last = report(lower, "恢复之后")
    shown(upper, last["incident"])
    second = upper.made("shift_lead", "/requests", {"to": below, "title": "再查一次"})
    assert second["request"] != made["request"]
    until(lambda: len(lower.got("shift_lead", "/incidents")["incidents"]) == 9)

    assert (lower.stop(), upper.stop()) == (0, 0)
    for hub in hubs:
        hub.command("verify")
    _compare(upper.data, lower.data, below)


def _compare(upper: Path, lower: Path, below: str) -> None:
    """Every line of the lower log stands above once, with its bytes, time and verdict; every case alike."""
    projectors = HallProjector(), HallProjector()
    with (
        open_store(upper, SystemClock(), projectors[0]) as above,
        open_store(lower, SystemClock(), projectors[1]) as at_home,
    ):
        here = [n for n in above.read_after(0, 10_000) if n.home]
        mine = at_home.read_after(0, 10_000)
        assert {n.home for n in here} == {below}
        assert [(n.home_gseq, n.raw, n.at, n.verdict) for n in here] == [
            (n.gseq, n.raw, n.at, n.verdict) for n in mine[: len(here)]
        ]
        # What a stopping hub writes last may not have gone up any more.
        assert len(mine) - len(here) <= 3
        assert above.secrets([r for (r,) in at_home.reader().exec_driver_sql("SELECT ref FROM vault")]) == []
        states = "SELECT incident, state FROM case_state WHERE home = ? ORDER BY incident"
        theirs = at_home.reader().exec_driver_sql(states, ("",)).all()
        assert above.reader().exec_driver_sql(states, (below,)).all() == theirs
        requests = [n for n in above.read_after(0, 10_000) if n.entry.kind == "request_received"]
        assert len(requests) == 3
