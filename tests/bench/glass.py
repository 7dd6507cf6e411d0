"""From a report at the hub to its row on the glass of another desk."""

from __future__ import annotations

import os
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import msgspec

from tests.bench.figure import Figure, quantile
from tests.bench.filling import filled_hall
from tests.bench.hub_program import RunningHub, running_hub
from tests.bench.posting import Posted
from tests.bench.programs import Program, load, program
from tests.helpers.xvfb import display

DESKS = 50
LINES_PER_PROGRAM = 25
REPORTS_PER_S = 50
WARMING_S, SECONDS = 2, 20

SCREEN = "1920x1080x24"
OPERATOR = "op-intake-ZZZX"

INCIDENTS = 2_000
LIVED_SHARE = 0.05

QUIET_S = 2.0
"""After the last answer; what is not on the glass by then counts as late as this."""

P99_MS_MAX = 150.0


def bench(rows: int | None) -> list[Figure]:
    """A hub with N cases (2,000), 50 desks on TLS, and a machine client that posts 50 reports a second for
    20 s by HTTPS. One desk is whole: replica, windows, the console's board, newest first, under Xvfb. The
    other 49 are lines only, in two processes: they take and decode every frame and fold nothing.

    Measured from the instant at which a report's turn to be sent is, to the end of the paint that shows its
    row on the whole desk. Included: HTTP, deciding, the hub's disk, the line, the desk's disk, folding, the
    beat of the glass. Not included: a network, a real screen. All of it shares one machine, which a hall does
    not: hub and desks stand in each other's way here.
    """
    with tempfile.TemporaryDirectory() as folder, display(SCREEN) as screen:
        data, size = Path(folder), rows or INCIDENTS
        environment = {**os.environ, "DISPLAY": screen, "QT_QPA_PLATFORM": "xcb"}
        lived = int(size * LIVED_SHARE)
        filled_hall(data / "hub", lived, size - lived)
        return [*_measure(data, environment), load()]


def _measure(data: Path, environment: dict[str, str]) -> list[Figure]:
    with ExitStack() as held:
        hub = held.enter_context(running_hub(data / "hub"))
        words = (str(data / "desk"), hub.url, hub.code("desk"), hub.password(OPERATOR))
        desk = held.enter_context(program("-m", "tests.bench.glass_child", *words, environment=environment))
        lines = _lines(held, hub, data, DESKS - 1)
        desk.hear("ready")
        token = hub.token("gateway", "intake")
        _post(held, hub, token, WARMING_S)
        used = [one.cpu_s() for one in (hub.program, desk)]
        posted = _post(held, hub, token, SECONDS)
        time.sleep(QUIET_S)
        shares = [(one.cpu_s() - was) / SECONDS for one, was in zip((hub.program, desk), used, strict=True)]
        cases = {one.incident for one in posted}
        painted = {case: at for case, at in _painted(desk).items() if case in cases}
        heard = [at for line in lines for at in _heard(line)]
    shown = _on_glass(posted, painted)
    to_glass = [(at - one.sent) * 1_000 for one, at in zip(posted, shown, strict=True)]
    to_disk = [(one.answered - one.sent) * 1_000 for one in posted]
    sent = {one.gseq: one.sent for one in posted}
    to_lines = [(at - sent[gseq]) * 1_000 for of_desk in heard for gseq, at in of_desk if gseq in sent]
    return [
        Figure("posted to painted on another desk, median", quantile(to_glass, 0.5), "ms"),
        Figure("posted to painted on another desk, p99", quantile(to_glass, 0.99), "ms", P99_MS_MAX),
        Figure("rows that newer ones pushed out of sight unpainted", len(posted) - len(painted), "rows"),
        Figure("posted to answered (on the hub's disk), p99", quantile(to_disk, 0.99), "ms"),
        Figure("posted to decoded on 49 lines, median", quantile(to_lines, 0.5), "ms"),
        Figure("posted to decoded on 49 lines, p99", quantile(to_lines, 0.99), "ms"),
        Figure(
            "entries that some line still lacked 2 s later", len(posted) * len(heard) - len(to_lines), "", 0
        ),
        Figure("hub: share of a core", shares[0], "cores"),
        Figure("whole desk: share of a core", shares[1], "cores"),
    ]


def _lines(held: ExitStack, hub: RunningHub, data: Path, count: int) -> list[Program]:
    """`count` desks that are lines only, all welcomed."""
    programs = []
    for first in range(0, count, LINES_PER_PROGRAM):
        folder = str(data / f"lines-{first}")
        lines = held.enter_context(program("-m", "tests.bench.line_desks", folder, hub.url))
        labels = range(first, min(first + LINES_PER_PROGRAM, count))
        lines.say(" ".join(hub.code(f"line-{number}").replace(" ", "") for number in labels))
        programs.append(lines)
    for lines in programs:
        lines.hear("joined")
    head = msgspec.json.encode(hub.head()).decode()
    for lines in programs:
        lines.say(head)
    for lines in programs:
        lines.hear("ready")
    return programs


def _post(held: ExitStack, hub: RunningHub, token: str, seconds: int) -> list[Posted]:
    words = ("-m", "tests.bench.posting", hub.url, token, str(REPORTS_PER_S), str(seconds))
    posting = held.enter_context(program(*words))
    return msgspec.json.decode(posting.hear("posted"), type=list[Posted])


def _painted(desk: Program) -> dict[str, float]:
    """When each case was first on the glass."""
    desk.say("end")
    painted: dict[str, float] = {}
    for line in desk.hear_until("end"):
        word, *more = line.split()
        if word == "painted":
            painted[more[0]] = float(more[1])
    return painted


def _on_glass(posted: list[Posted], painted: dict[str, float]) -> list[float]:
    """When the glass had each report: its row was painted, or that of a newer one, for then the rows between
    did not fit on the screen. What is not there at the end counts from there."""
    at = max(one.answered for one in posted) + QUIET_S
    shown: dict[str, float] = {}
    for one in sorted(posted, key=lambda one: one.gseq, reverse=True):
        at = shown[one.incident] = min(at, painted.get(one.incident, at))
    return [shown[one.incident] for one in posted]


def _heard(lines: Program) -> list[list[tuple[int, float]]]:
    """Of each desk of the program, when which number came."""
    lines.say("end")
    return msgspec.json.decode(lines.hear("heard"), type=list[list[tuple[int, float]]])
