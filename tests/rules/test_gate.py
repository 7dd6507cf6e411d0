"""The gate itself: a failing step fails the whole, is named, and the counts are pytest's own."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests import gate

GOOD = gate.Step("good", ("platform",))
BAD = gate.Step("bad", ("no_such_module",))


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ("2 passed in 0.23s", {"passed": 2}),
        (
            "==== 3 failed, 120 passed, 1 skipped in 62.10s (0:01:02) ====",
            {"failed": 3, "passed": 120, "skipped": 1},
        ),
        ("FAILED tests/unit/test_main.py::test_it - assert 2 == 3", {}),
        ("All checks passed!", {}),
    ],
)
def test_counts_come_from_the_last_line(line: str, counts: dict[str, int]) -> None:
    assert gate.count(line) == counts


def test_a_failing_step_fails_the_gate_and_the_rest_still_runs(capfd: pytest.CaptureFixture[str]) -> None:
    outcomes = gate.run_all([BAD, GOOD], stop_early=False)
    assert [outcome.passed for outcome in outcomes] == [False, True]
    assert gate.report(outcomes, planned=2) == 1
    assert capfd.readouterr().out.rstrip().endswith("FAILED: bad")


def test_a_fast_gate_stops_at_the_first_failure(capfd: pytest.CaptureFixture[str]) -> None:
    outcomes = gate.run_all([GOOD, BAD, GOOD], stop_early=True)
    assert [outcome.step for outcome in outcomes] == [GOOD, BAD]
    assert gate.report(outcomes, planned=3) == 1
    assert capfd.readouterr().out.rstrip().endswith("FAILED: bad (1 steps not run)")


def test_a_clean_gate_passes(capfd: pytest.CaptureFixture[str]) -> None:
    assert gate.report(gate.run_all([GOOD], stop_early=False), planned=1) == 0
    assert "all steps ok" in capfd.readouterr().out


def test_failing_tests_fail_their_step_with_their_counts(tmp_path: Path) -> None:
    lines = "def test_a(): pass\ndef test_b(): assert False\n"
    (tmp_path / "test_it.py").write_text(lines, encoding="utf-8")
    step = gate.Step(
        "it", ("pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir=.", "test_it.py")
    )
    outcome = gate.run_step(step, os.environ, tmp_path)
    assert not outcome.passed
    assert outcome.counts == {"failed": 1, "passed": 1}


def test_the_simulation_joins_when_it_exists(tmp_path: Path) -> None:
    assert "simulation" not in {step.name for step in gate.steps(tmp_path)}
    (tmp_path / "tests" / "sim").mkdir(parents=True)
    assert gate.steps(tmp_path)[-1].name == "simulation"


def test_every_folder_of_tests_is_in_the_gate() -> None:
    asked = {word for step in gate.steps() for word in step.words}
    folders = {path.parent.relative_to(gate.ROOT) for path in (gate.ROOT / "tests").rglob("test_*.py")}
    assert {f"{folder.parts[0]}/{folder.parts[1]}" for folder in folders} <= asked


@pytest.mark.skipif(shutil.which("Xvfb") is None and "CI" not in os.environ, reason="Xvfb is not installed")
def test_the_gate_brings_its_own_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    with gate.screen() as environment:
        socket = Path("/tmp/.X11-unix") / environment["DISPLAY"].replace(":", "X")
        assert socket.exists()
    assert not socket.exists()


def test_a_screen_at_hand_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":77")
    with gate.screen() as environment:
        assert environment["DISPLAY"] == ":77"
