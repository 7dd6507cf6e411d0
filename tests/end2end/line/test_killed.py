"""Hub and desks killed at every point around writing, sending and acknowledging: nothing said to be safe is
lost, nothing stands twice, and both end with the same log and the same state."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end2end.test_cli import muster
from tests.helpers.line_programs import Desks, Hub, status
from tests.helpers.proving import proved, same

AT_A_DESK = (
    "before_hold",
    "after_hold_write",
    "after_hold_commit",
    "before_ack",
    "after_ack",
    "before_push_sent",
    "after_push_sent",
    "before_take",
    "after_take_write",
    "after_take_fold",
    "after_take_commit",
)

AT_THE_HUB = (
    "before_push_write",
    "after_write",
    "after_fold",
    "before_commit",
    "after_commit",
    "after_push_commit",
    "before_ack",
    "after_ack",
    "before_push_acked",
    "before_frame_sent:4",
    "after_frame_sent:4",
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL"),
]


class World:
    """A hub and two desks on plain loopback, each a program of its own."""

    def __init__(self, folder: Path) -> None:
        self.hub = Hub(folder / "hub")
        with self.hub as hub:
            codes = [hub.invite(name) for name in "ab"]
            self.desks = [
                Desks([folder / name], hub.url, [code]).start()
                for name, code in zip("ab", codes, strict=True)
            ]
            hub.stop()

    def healed(self) -> None:
        """Hub and desks find together again; then everything that was said is there, once, everywhere."""
        for desk in self.desks:
            desk.tell("call")
        wait(*self.desks)
        there = same(self.hub.data, [desk.data[0] for desk in self.desks])
        for desk in self.desks:
            assert desk.said <= there.numbered.keys()

    def close(self) -> None:
        self.hub.kill()
        for desk in self.desks:
            desk.kill()


def wait(*desks: Desks) -> None:
    """Until all of them are up to date with one another."""
    for desk in desks:
        desk.answered()
        assert status(desk.ask("wait", pending=0, phase="live")).pending == 0
    head = max(status(desk.ask("status")).hub_gseq for desk in desks)
    for desk in desks:
        assert status(desk.ask("wait", gseq=head)).gseq >= head


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("killed"))
    try:
        yield world
    finally:
        world.close()


@pytest.mark.parametrize("point", AT_THE_HUB)
def test_the_hub_is_killed(world: World, point: str) -> None:
    first, second = world.desks
    name, _, hits = point.partition(":")
    world.hub.start(f"{name}:{hits or 1}")
    for desk in world.desks:
        desk.tell("call")
        desk.tell("register", n=6)
    world.hub.wait_killed()
    left = proved(world.hub.data)
    assert (first.safe | second.safe) <= left.numbered.keys()
    world.hub.start()
    world.healed()
    world.hub.stop()


@pytest.fixture(scope="module")
def with_hub(world: World) -> World:
    world.hub.start()
    world.healed()
    return world


@pytest.mark.parametrize("point", AT_A_DESK)
def test_a_desk_is_killed(with_hub: World, point: str) -> None:
    world = with_hub
    first, second = world.desks
    first.ask("arm", name=point, hits=2)
    first.tell("register", n=3)
    second.ask("register", n=3)
    first.tell("register", n=3)
    second.ask("wait", pending=0)
    second.ask("register", n=3)
    first.wait_killed()
    left = proved(first.data[0])
    assert first.said <= left.numbered.keys() | set(left.waiting)
    assert first.safe <= left.numbered.keys()
    first.start()
    world.healed()


def test_all_three_are_killed_at_any_moment_with_tls(tmp_path: Path) -> None:
    chance = random.Random(3)
    hub = Hub(tmp_path / "hub", tls=True)
    desks = [Desks([tmp_path / name], hub.url) for name in "ab"]
    try:
        hub.start()
        for desk in desks:
            done = muster("enrol", "--data", hub.data, "--label", desk.data[0].name)
            assert done.returncode == 0, done.stderr
            desk.codes = [done.stdout.strip()]
            desk.start()
        for _ in range(3):
            for desk in desks:
                desk.tell("register", n=100)
            time.sleep(chance.random())
            victims = [program for program in (hub, *desks) if chance.random() < 0.7] or [hub, *desks]
            for victim in victims:
                victim.kill()
            for victim in victims:
                victim.start()
        for desk in desks:
            desk.tell("call")
        wait(*desks)
        there = same(hub.data, [desk.data[0] for desk in desks])
        for desk in desks:
            assert len(desk.said) > 10
            assert desk.safe <= desk.said <= there.numbered.keys()
    finally:
        for program in (hub, *desks):
            program.kill()
