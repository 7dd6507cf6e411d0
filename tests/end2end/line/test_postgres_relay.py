"""A hall on PostgreSQL below another hub: one process passes the log up, and another when that one dies."""

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
from tests.helpers.pg_programs import Pair
from tests.helpers.postgres import Cluster, cluster

pytestmark = pytest.mark.slow

OFFICE = "uplink.office_taken"


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    with cluster() as running:
        yield running


@pytest.fixture
def hubs(tmp_path: Path, server: Cluster) -> Iterator[tuple[HubProcess, Pair]]:
    environment = {**os.environ, "LANG": "en_GB.UTF-8", "PYTHONUTF8": "1", "XDG_DATA_HOME": str(tmp_path)}
    upper = HubProcess(tmp_path / "city", environment)
    upper.start()
    code = upper.command("enrol", "--label", "district")
    # The first joins for both: the second is told nothing of a hub above.
    below = Pair(tmp_path, server.make_database(), environment, "--upstream", upper.url, "--code", code)
    try:
        yield upper, below
    finally:
        below.close()
        upper.close()


def report(hub: HubProcess, text: str) -> str:
    return str(hub.made("intake", "/reports", {"channel": "phone", "text": text})["incident"])


def shown(hub: HubProcess, incident: str) -> Any:
    def look() -> Any:
        status, answer = hub.ask("shift_lead", "GET", f"/incidents/{incident}")
        return answer if status == 200 else None

    return until(look)


def holds_office(hub: HubProcess) -> bool:
    log = hub.data / "logs" / "muster.log"
    told = [line for line in log.read_text().splitlines() if "uplink.office_" in line]
    return bool(told) and OFFICE in told[-1]


def test_one_process_relays_and_the_other_when_it_is_killed(hubs: tuple[HubProcess, Pair]) -> None:
    upper, below = hubs
    one, two = below.one, below.two
    below.know("shift_lead", "intake")
    below_stream = str(one.got("shift_lead", "/head")["stream"])
    taken = [report(one, "滨河路路灯不亮"), report(two, "井盖松动")]
    for incident in taken:
        assert shown(upper, incident)["home"] == below_stream
    assert until(lambda: holds_office(one) or holds_office(two))
    assert holds_office(one) != holds_office(two)

    first, second = (one, two) if holds_office(one) else (two, one)
    first.kill()
    late = [report(second, f"第{number}件") for number in range(3)]
    for incident in late:
        shown(upper, incident)
    # What is asked from above comes down by the line that the other has taken over, once.
    upper.made("shift_lead", "/requests", {"to": below_stream, "title": "核查沿河堆放物"})
    until(lambda: len(second.got("shift_lead", "/incidents")["incidents"]) == 6)

    # The one that was killed comes back without a word of the hub above; then the other dies.
    first.start("--db", below.url)
    shown(first, late[-1])
    second.kill()
    last = report(first, "恢复之后")
    shown(upper, last)
    upper.made("shift_lead", "/requests", {"to": below_stream, "title": "再查一次"})
    until(lambda: len(first.got("shift_lead", "/incidents")["incidents"]) == 8)
    assert (first.stop(), upper.stop()) == (0, 0)
    upper.command("verify")
    with open_store(upper.data, SystemClock(), HallProjector()) as above:
        lines = [n for n in above.read_after(0, 10_000) if n.home]
    assert [n.home_gseq for n in lines] == list(range(1, len(lines) + 1))
    assert len({n.entry.eid for n in lines}) == len(lines)
