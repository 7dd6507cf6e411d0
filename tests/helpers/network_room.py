"""A network namespace with a cable into it: a hub in it is as far away as another machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

HERE, THERE = "10.213.77.1", "10.213.77.2"


class NetworkRoom:
    """`address` is where programs in it listen; `enter` comes before their command."""

    address = THERE

    def __init__(self, name: str) -> None:
        self._name = name
        self._cable = f"{name}-c"
        self.enter = ("ip", "netns", "exec", name)

    def lay(self) -> None:
        far = f"{self._name}-f"
        run("ip", "netns", "add", self._name)
        run("ip", "link", "add", self._cable, "type", "veth", "peer", "name", far)
        run("ip", "link", "set", far, "netns", self._name)
        run("ip", "address", "add", f"{HERE}/30", "dev", self._cable)
        run("ip", "link", "set", self._cable, "up")
        run(*self.enter, "ip", "address", "add", f"{THERE}/30", "dev", far)
        run(*self.enter, "ip", "link", "set", far, "up")
        run(*self.enter, "ip", "link", "set", "lo", "up")

    def take_away(self) -> None:
        subprocess.run(["ip", "link", "delete", self._cable], capture_output=True, check=False)
        subprocess.run(["ip", "netns", "delete", self._name], capture_output=True, check=False)

    def pull(self) -> None:
        """The cable is out at this end: nobody is told, nothing is refused, nothing arrives."""
        run("ip", "link", "set", self._cable, "down")

    def plug(self) -> None:
        run("ip", "link", "set", self._cable, "up")

    def worsen(self, *how: str) -> None:
        """What `tc netem` makes of each packet on its way there; skips where the kernel has none."""
        try:
            run("tc", "qdisc", "replace", "dev", self._cable, "root", "netem", *how)
        except OSError as error:
            pytest.skip(f"no netem here: {error}")

    def mend(self) -> None:
        run("tc", "qdisc", "delete", "dev", self._cable, "root")


def run(*words: str) -> None:
    """OSError with what the command said when it failed."""
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(done.stderr.strip())


@contextmanager
def network_room() -> Iterator[NetworkRoom]:
    """For the block; the test is skipped where it cannot be had."""
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("only root on Linux with iproute2 may lay a network")
    # The kernel's names of interfaces end at 15 characters.
    room = NetworkRoom(f"mu{os.getpid() % 100_000}")
    try:
        room.lay()
    except OSError as error:
        room.take_away()
        pytest.skip(f"no network namespaces here: {error}")
    try:
        yield room
    finally:
        room.take_away()
