"""PCs whose clocks are ten years off show the due times of the hub, cut off and after a restart too."""

from __future__ import annotations

import json
import ssl
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from app.base.clock import DAY_MS, SECOND_MS
from app.sync.joining.tls import pinned_context
from tests.helpers.desk_child import BOOT, CLOCK_OFF
from tests.helpers.line_programs import Desks, Hub, status
from tests.helpers.proving import same

TEN_YEARS_MS = 3_652 * DAY_MS

NEAR_MS = 5 * SECOND_MS
"""What the line and a loaded machine may add; the clocks are off by sixty million times as much."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL"),
]


def hubs_due(hub: Hub, token: str, incident: str) -> list[list[Any]]:
    """What the hub answers a machine that asks for the case: (clock, order, due at)."""
    context: ssl.SSLContext = pinned_context((hub.data / "ca" / "ca.pem").read_text())
    asked = urllib.request.Request(
        f"{hub.url}/api/v1/incidents/{incident}", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(asked, context=context, timeout=30) as answer:
        found = json.load(answer)
    return sorted([d["clock"], d["order"], d["due_at"]] for d in found["deadlines"])


def true_now() -> int:
    return time.time_ns() // 1_000_000


@pytest.mark.parametrize("off_ms", [TEN_YEARS_MS, -TEN_YEARS_MS])
def test_a_clock_ten_years_off_shows_the_hubs_due_times(tmp_path: Path, off_ms: int) -> None:
    hub = Hub(tmp_path / "hub", tls=True)
    desk = Desks([tmp_path / "desk"], hub.url)
    wrong = {CLOCK_OFF: str(off_ms)}
    try:
        hub.start()
        desk.codes = [hub.invite()]
        desk.start(**wrong)
        told = status(desk.ask("wait", phase="live", pending=0))
        assert abs(told.clock_off_ms + off_ms) < NEAR_MS
        assert told.clock_verified
        cases = [desk.ask("register")["incident"]]
        hub.stop()
        assert status(desk.ask("wait", phase="cut_off")).phase == "cut_off"
        cases.append(desk.ask("register")["incident"])
        # The program is started anew while cut off, then the machine too, when nobody can vouch for the time:
        # it goes on from what was kept.
        for more, verified in (({}, True), ({BOOT: "another"}, False)):
            desk.stop()
            desk.start(**wrong, **more)
            assert status(desk.ask("status")).clock_verified == verified
            assert abs(desk.ask("now") - true_now()) < NEAR_MS
            cases.append(desk.ask("register")["incident"])
        shown = [desk.ask("due", incident=case) for case in cases]
        hub.start()
        token = hub.token("dispatcher")
        desk.ask("call")
        assert status(desk.ask("wait", pending=0, phase="live")).pending == 0
        for case, before in zip(cases, shown, strict=True):
            due = desk.ask("due", incident=case)
            assert due
            assert due == hubs_due(hub, token, case)
            # And what was shown while cut off was right to some seconds already.
            assert [row[:2] for row in before] == [row[:2] for row in due]
            assert all(abs(b[2] - d[2]) < NEAR_MS for b, d in zip(before, due, strict=True))
        # The token is an entry too.
        head = status(desk.ask("status")).hub_gseq
        desk.ask("wait", gseq=head)
        same(hub.data, desk.data)
    finally:
        desk.kill()
        hub.kill()
