"""A line that is cut, slow, torn, half open or flapping: what was written arrives once, and the desk says
truly how it stands."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.sync.desk.link import HEARD_MAX_MS
from tests.helpers.line_programs import Desks, Hub, Status, status
from tests.helpers.proving import same
from tests.helpers.proxy import Proxy

SLACK_S = 10
"""What a loaded machine may add to a time-out before a test calls it late."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL"),
]


class Line:
    """A hub, one desk behind the bad line, one on a sound one; all with TLS."""

    def __init__(self, folder: Path) -> None:
        self.hub = Hub(folder / "hub", tls=True).start()
        self.proxy = Proxy(self.hub.port)
        self.desk = Desks([folder / "far"], f"https://127.0.0.1:{self.proxy.port}", [self.hub.invite("far")])
        self.near = Desks([folder / "near"], self.hub.url, [self.hub.invite("near")])
        self.desk.start()
        self.near.start()

    def status(self, **until: object) -> Status:
        return status(self.desk.ask("wait", **until))

    def healed(self) -> None:
        """Sound again: everything written by either desk, on all three, once."""
        self.proxy.plug()
        self.desk.ask("call")
        assert self.status(pending=0, phase="live").phase == "live"
        self.near.ask("wait", pending=0)
        head = max(status(d.ask("status")).hub_gseq for d in (self.desk, self.near))
        for desk in (self.desk, self.near):
            assert status(desk.ask("wait", gseq=head)).gseq == head
        there = same(self.hub.data, [self.desk.data[0], self.near.data[0]])
        for desk in (self.desk, self.near):
            assert desk.said <= there.numbered.keys()

    def close(self) -> None:
        self.desk.kill()
        self.near.kill()
        self.hub.kill()
        self.proxy.close()


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    line = Line(tmp_path_factory.mktemp("cable"))
    try:
        yield line
    finally:
        line.close()


def test_cut_off_the_desk_writes_on_and_counts_what_waits(line: Line) -> None:
    assert line.status(pending=0, phase="live").phase == "live"
    line.proxy.cut()
    cut = line.status(phase="cut_off", s=5)
    assert (cut.phase, cut.pending) == ("cut_off", 0)
    line.desk.ask("register", n=7)
    line.near.ask("register", n=2)
    assert line.status(pending=7, s=5).pending == 7
    # The hub went on meanwhile, and the desk does not pretend to know how far.
    assert status(line.near.ask("wait", pending=0)).hub_gseq > line.status().hub_gseq
    line.healed()
    assert line.status(phase="live", pending=0, trouble="").trouble == ""


def test_a_slow_line_is_only_slow(line: Line) -> None:
    line.proxy.delay(0.5)
    line.desk.ask("register", n=20)
    line.near.ask("register", n=20)
    slow = line.status(pending=0, s=30)
    assert (slow.phase, slow.pending) == ("live", 0)
    deadline = time.monotonic() + 20
    while line.status().rtt_ms < 500:
        assert time.monotonic() < deadline, "the round trip is not told as slow as it is"
        time.sleep(0.2)
    assert line.status().phase == "live"
    line.healed()


def test_frames_torn_to_bytes_arrive_whole(line: Line) -> None:
    line.proxy.cut()
    line.status(phase="cut_off", s=5)
    line.desk.ask("register", n=3)
    line.near.ask("register", n=3)
    line.proxy.plug()
    line.proxy.halve(7)
    line.desk.ask("call")
    assert line.status(pending=0, phase="live").pending == 0
    line.healed()


@pytest.mark.parametrize("most", [1, 700, 2_500, 6_000])
def test_cut_in_the_middle_of_a_frame(line: Line, most: int) -> None:
    line.proxy.cut()
    line.status(phase="cut_off", s=5)
    line.desk.ask("register", n=12)
    line.near.ask("register", n=12)
    before = line.proxy.cuts
    line.proxy.plug()
    line.proxy.cut_after(most)
    line.desk.ask("call")
    deadline = time.monotonic() + 30
    while line.proxy.cuts == before:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    line.healed()


def test_a_half_open_line_is_found_out_within_the_time_out(line: Line) -> None:
    assert line.status(phase="live").phase == "live"
    line.proxy.swallow()
    began = time.monotonic()
    line.desk.ask("register", n=4)
    silent = line.status(phase="cut_off", s=HEARD_MAX_MS / 1_000 + SLACK_S)
    assert silent.phase == "cut_off"
    # Not before the silence was long enough to tell it from a slow line.
    assert time.monotonic() - began > HEARD_MAX_MS / 1_000 - 6
    assert silent.pending == 4
    line.healed()


def test_a_line_that_flaps_every_300_ms_still_carries(line: Line) -> None:
    line.proxy.flap()
    until = time.monotonic() + 4
    while time.monotonic() < until:
        line.desk.ask("register")
        line.near.ask("register")
        line.desk.ask("call")
        time.sleep(0.1)
    assert line.proxy.cuts > 5
    line.healed()
