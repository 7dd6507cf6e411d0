"""The kernel's own bad network between two network namespaces: a cable out without a word, loss, delay."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.sync.desk.link import HEARD_MAX_MS
from tests.helpers.line_programs import Desks, Hub, status
from tests.helpers.network_room import NetworkRoom, network_room
from tests.helpers.proving import same

SLACK_S = 10

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="no network namespaces"),
]


class Rooms:
    """A hub and a desk in one room, another desk outside, and the cable between."""

    def __init__(self, folder: Path, room: NetworkRoom) -> None:
        self.room = room
        self.hub = Hub(folder / "hub", tls=True, host=room.address, before=room.enter).start()
        self.far, self.near = (Desks([folder / name], self.hub.url) for name in ("far", "near"))
        for desk, before in ((self.far, ()), (self.near, room.enter)):
            desk.codes = [self.hub.invite()]
            desk.start(before=before)

    def healed(self) -> None:
        self.far.ask("call")
        for desk in (self.far, self.near):
            told = status(desk.ask("wait", pending=0, phase="live", s=60))
            assert (told.pending, told.phase) == (0, "live")
        head = max(status(desk.ask("status")).hub_gseq for desk in (self.far, self.near))
        for desk in (self.far, self.near):
            assert status(desk.ask("wait", gseq=head)).gseq == head
        there = same(self.hub.data, [self.far.data[0], self.near.data[0]])
        assert self.far.said | self.near.said <= there.numbered.keys()

    def close(self) -> None:
        self.far.kill()
        self.near.kill()
        self.hub.kill()


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rooms]:
    with network_room() as room:
        rooms = Rooms(tmp_path_factory.mktemp("network"), room)
        try:
            yield rooms
        finally:
            rooms.close()


def test_a_cable_out_without_a_word_is_found_out_by_both_sides(rooms: Rooms) -> None:
    rooms.healed()
    rooms.room.pull()
    began = time.monotonic()
    rooms.far.ask("register", n=5)
    rooms.near.ask("register", n=5)
    cut = status(rooms.far.ask("wait", phase="cut_off", s=HEARD_MAX_MS / 1_000 + SLACK_S))
    assert (cut.phase, cut.pending) == ("cut_off", 5)
    # Not before the silence was long enough to tell it from a slow line.
    assert time.monotonic() - began > HEARD_MAX_MS / 1_000 - 6
    rooms.room.plug()
    rooms.healed()


def test_loss_delay_and_duplicates(rooms: Rooms) -> None:
    rooms.healed()
    rooms.room.worsen("delay", "100ms", "40ms", "loss", "10%", "duplicate", "5%")
    rooms.far.ask("register", n=60)
    rooms.near.ask("register", n=60)
    rooms.healed()
    rooms.room.mend()


def test_a_cable_that_is_pulled_again_and_again(rooms: Rooms) -> None:
    rooms.healed()
    for _ in range(6):
        rooms.room.pull()
        rooms.far.ask("register", n=2)
        rooms.near.ask("register", n=2)
        time.sleep(0.3)
        rooms.room.plug()
        time.sleep(0.3)
    rooms.healed()
