"""Terminals that move, and everybody who follows them."""

from __future__ import annotations

import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import msgspec

from app.base.clock import SystemClock
from tests.bench.figure import Figure, quantile
from tests.bench.hub_program import RunningHub, running_hub
from tests.bench.programs import load, program
from tests.bench.terminals import Sent
from tests.helpers.halls import hall

TERMINALS = 3_154
FOLLOWERS = 50
WARMING_S, SECONDS = 2, 20

QUIET_S = 1.0
"""After the last answer; what a follower has not by then counts as missing."""

CORES_MAX = 0.5
P99_MS_MAX = 500.0


def bench(rows: int | None) -> list[Figure]:
    """A hub, N terminals (3,154) whose positions ten gateways post once a second for 20 s, and 50 followers
    of the live feed, all by TLS; posts, followers and hub are a process each.

    Measured: the hub's CPU time by the time that passes, and the age of each position when it reaches each
    follower, decoded: HTTP, the hub's beat and the feed are in it. Not included: a network, painting.
    """
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "hub"
        with hall(data, SystemClock()):
            pass
        with running_hub(data) as hub:
            return [*_measure(hub, rows or TERMINALS), load()]


def _measure(hub: RunningHub, terminals: int) -> list[Figure]:
    with ExitStack() as held:
        token = hub.token("followers", "dispatcher")
        words = (hub.url, token, str(FOLLOWERS))
        followers = held.enter_context(program("-m", "tests.bench.live_followers", *words))
        followers.hear("ready")
        _post(held, hub, terminals, "warming", WARMING_S)
        # What the last of these bring to the feed must not be counted.
        time.sleep(QUIET_S)
        followers.say("count")
        used = hub.program.cpu_s()
        sent = _post(held, hub, terminals, "gateways", SECONDS)
        cores = (hub.program.cpu_s() - used) / SECONDS
        time.sleep(QUIET_S)
        followers.say("end")
        ages = msgspec.json.decode(followers.hear("ages"), type=list[list[float]])
    every = [ms for one in ages for ms in one]
    missing = sent.taken - min(len(one) for one in ages)
    return [
        Figure(
            f"{terminals} terminals, {FOLLOWERS} followers: hub's share of a core", cores, "cores", CORES_MAX
        ),
        Figure("posted to a follower, median", quantile(every, 0.5), "ms"),
        Figure("posted to a follower, p99", quantile(every, 0.99), "ms", P99_MS_MAX),
        Figure("posted to answered, p99", quantile(sent.answered_ms, 0.99), "ms"),
        Figure("values taken", sent.taken / SECONDS, "values/s"),
        Figure("values that some follower lacked at the end", missing, "", 0),
    ]


def _post(held: ExitStack, hub: RunningHub, terminals: int, name: str, seconds: int) -> Sent:
    words = (hub.url, hub.token(name, "dispatcher"), str(terminals), str(seconds))
    posting = held.enter_context(program("-m", "tests.bench.terminals", *words))
    return msgspec.json.decode(posting.hear("sent"), type=Sent)
