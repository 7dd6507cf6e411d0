"""The whole gate behind `muster test`: lint, types, import rules, then every test, the fast ones first."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# Room for ten HD monitors, two rows of five: tests plug them in and out as parts of this one screen.
SCREEN = "9600x2160x24"

# pytest's last line: "3 failed, 120 passed, 1 skipped in 4.56s".
SUMMARY = re.compile(r"(?P<counts>\d+ [a-z]+(?:, \d+ [a-z]+)*) in [\d.]+s")
NO_WORLD = 1


@dataclass(frozen=True)
class Step:
    """One tool run as `python -m words…` from the top of the checkout."""

    name: str
    words: tuple[str, ...]
    needs_screen: bool = False


@dataclass(frozen=True)
class Outcome:
    """What one step came to; `counts` is pytest's own, e.g. {"passed": 120, "skipped": 1}."""

    step: Step
    passed: bool
    seconds: float
    counts: Mapping[str, int]


def _pytest(folder: str, *words: str) -> tuple[str, ...]:
    return ("pytest", "-q", "--hypothesis-profile=gate", *words, f"tests/{folder}")


_APART = ("--ignore=tests/end2end/line", "--ignore=tests/end2end/store")


def steps(root: Path = ROOT) -> list[Step]:
    """All steps in order. The simulation joins when its folder exists; any other missing folder fails."""
    found = [
        Step("lint", ("ruff", "check", ".")),
        Step("format", ("ruff", "format", "--check", ".")),
        Step("types", ("mypy",)),
        Step("rules", _pytest("rules", "-n", "2")),
        Step("unit", _pytest("unit", "-n", "2")),
        Step("golden", _pytest("golden")),
        Step("gui", _pytest("gui"), needs_screen=True),
        Step("end to end", _pytest("end2end", *_APART), needs_screen=True),
        # Stores that are killed, and database servers: each in processes of its own.
        Step("stores", _pytest("end2end/store", "-n", "2")),
        # Whole halls of hub and desks, with time-outs of their own: one after the other.
        Step("line", _pytest("end2end/line")),
    ]
    if (root / "tests" / "sim").is_dir():
        found.append(Step("simulation", _pytest("sim", "-n", "2")))
    return found


@contextmanager
def screen() -> Iterator[dict[str, str]]:
    """The environment of programs that need a screen: the one at hand, otherwise an Xvfb of their own.

    Raises OSError when there is no Xvfb or it does not start.
    """
    if os.environ.get("DISPLAY"):
        yield dict(os.environ)
        return
    reader, writer = os.pipe()
    with tempfile.TemporaryFile("w+") as said:
        # -displayfd takes a free number and tells it; -noreset keeps the monitors when the last window goes.
        words = ["Xvfb", "-displayfd", str(writer), "-screen", "0", SCREEN, "-noreset", "-nolisten", "tcp"]
        server = subprocess.Popen(words, pass_fds=[writer], stdout=said, stderr=said)
        try:
            os.close(writer)
            with os.fdopen(reader) as numbers:
                number = numbers.readline().strip()
            if not number:
                said.seek(0)
                raise OSError(f"Xvfb did not start: {said.read().strip()}")
            yield {**os.environ, "DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
        finally:
            server.terminate()
            server.wait()


def count(line: str) -> dict[str, int]:
    """The figures in pytest's last line, none in any other line."""
    match = SUMMARY.search(line)
    if match is None:
        return {}
    return {what: int(number) for number, what in (part.split() for part in match["counts"].split(", "))}


def run_step(step: Step, environment: Mapping[str, str], root: Path = ROOT) -> Outcome:
    """Run one step, passing on what it says as it says it."""
    began = time.monotonic()
    counts: dict[str, int] = {}
    with subprocess.Popen(
        [sys.executable, "-m", *step.words],
        cwd=root,
        env={**environment, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            counts = count(line) or counts
    return Outcome(step, process.returncode == 0, time.monotonic() - began, counts)


def _run_on_screen(step: Step, root: Path) -> Outcome:
    try:
        with screen() as environment:
            return run_step(step, environment, root)
    except OSError as error:
        print(f"muster test: {error}; ./muster test installs what a screen needs", flush=True)
        return Outcome(step, passed=False, seconds=0.0, counts={})


def run_all(chosen: Sequence[Step], stop_early: bool, root: Path = ROOT) -> list[Outcome]:
    """Run the steps in order, to the end unless `stop_early`."""
    outcomes: list[Outcome] = []
    for number, step in enumerate(chosen, 1):
        print(f"\n== {number}/{len(chosen)} {step.name}: {' '.join(step.words)}", flush=True)
        outcome = _run_on_screen(step, root) if step.needs_screen else run_step(step, os.environ, root)
        outcomes.append(outcome)
        print(f"== {step.name}: {'ok' if outcome.passed else 'FAILED'}, {outcome.seconds:.1f} s", flush=True)
        if stop_early and not outcome.passed:
            break
    return outcomes


def report(outcomes: Sequence[Outcome], planned: int) -> int:
    """Print the steps, all counts and the failing steps' names; returns the exit code."""
    total: Counter[str] = Counter()
    print("\n== muster test")
    for outcome in outcomes:
        total.update(outcome.counts)
        counts = ", ".join(f"{number} {what}" for what, number in outcome.counts.items())
        mark = "ok" if outcome.passed else "FAILED"
        print(f"{mark:8}{outcome.step.name:12}{outcome.seconds:7.1f} s  {counts}".rstrip())
    seconds = sum(outcome.seconds for outcome in outcomes)
    counts = ", ".join(f"{number} {what}" for what, number in total.items()) or "no tests ran"
    failed = [outcome.step.name for outcome in outcomes if not outcome.passed]
    verdict = f"FAILED: {', '.join(failed)}" if failed else "all steps ok"
    left = f" ({planned - len(outcomes)} steps not run)" if planned > len(outcomes) else ""
    print(f"{counts} in {seconds:.1f}s; {verdict}{left}", flush=True)
    return NO_WORLD if failed else 0


def run(args: argparse.Namespace) -> int:
    """`muster test`: 0 when every step passed, 1 otherwise."""
    chosen = steps()
    return report(run_all(chosen, stop_early=args.fast), len(chosen))
