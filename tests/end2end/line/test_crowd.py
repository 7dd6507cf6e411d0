"""Twenty desks that come back at once, each with work of its own: all catch up, and the hub goes on."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.helpers.line_programs import Desks, Hub, status
from tests.helpers.proving import same

PROGRAMS, EACH = 2, 10

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL"),
]


def test_twenty_desks_return_at_once(tmp_path: Path) -> None:
    hub = Hub(tmp_path / "hub", tls=True)
    programs: list[Desks] = []
    try:
        hub.start()
        for program in range(PROGRAMS):
            folders = [tmp_path / f"desk-{program}-{n}" for n in range(EACH)]
            programs.append(Desks(folders, hub.url, [hub.invite() for _ in folders]))
        for desks in programs:
            desks.start(ready=False)
        for desks in programs:
            desks.ready()
        hub.kill()
        for desks in programs:
            for n in range(EACH):
                desks.ask("register", desk=n, n=5)
        hub.start()
        for desks in programs:
            for n in range(EACH):
                desks.ask("call", desk=n)
        for desks in programs:
            for n in range(EACH):
                assert status(desks.ask("wait", desk=n, pending=0, phase="live", s=60)).pending == 0
        head = max(status(d.ask("status", desk=n)).hub_gseq for d in programs for n in range(EACH))
        for desks in programs:
            for n in range(EACH):
                assert status(desks.ask("wait", desk=n, gseq=head)).gseq == head
        there = same(hub.data, [folder for desks in programs for folder in desks.data])
        for desks in programs:
            assert len(desks.said) == 5 * EACH
            assert desks.said <= there.numbered.keys()
        assert hub.alive
    finally:
        for desks in programs:
            desks.kill()
        hub.kill()
