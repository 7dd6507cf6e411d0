"""A hub's disk is lost: backup while it runs, restore, and a desk brings back what came after it."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.base import paths
from app.base.clock import SystemClock
from app.base.language import load_language
from app.bootstrap.desk.opening import OpenDesk, hub_of, open_desk
from app.commands.command import Done, NewReport
from app.domain.actor import Actor
from app.log.replica import Replica
from tests.helpers.programs import muster, running

WAIT_S = 60

pytestmark = pytest.mark.slow


@contextmanager
def hub(environment: Mapping[str, str], data: Path, *words: str) -> Iterator[tuple[str, list[str]]]:
    """Its URL and the lines it said before that, while it runs; stopped as a service is."""
    with running(
        environment, "hub", "--data", str(data), "--listen", "127.0.0.1:0", "--lang", "en", *words
    ) as program:
        said: list[str] = []
        assert program.stdout is not None
        for line in program.stdout:
            if line.startswith("listening on "):
                break
            said.append(line.strip())
        else:
            raise AssertionError(program.stderr.read() if program.stderr else "")
        yield line.split()[-1], said
        program.terminate()
        program.wait(WAIT_S)


def until(true: Callable[[], bool], what: object = "") -> None:
    deadline = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def seat(data: Path, url: str, code: str | None = None) -> OpenDesk:
    language = load_language("en", paths.languages())
    failures: list[BaseException] = []
    return open_desk(
        data,
        SystemClock(),
        lambda origin: hub_of(data, url, code, origin, language),
        failures.append,
        language=language,
    )


def settled(desk: OpenDesk) -> bool:
    status, store = desk.link.status(), desk.hall.store
    assert isinstance(store, Replica)
    if store.pending_count():
        # The status is up to half a second old.
        return False
    return (status.phase, status.pending) == ("live", 0) and status.gseq == status.hub_gseq > 0


def report(desk: OpenDesk, what: str) -> str:
    hall = desk.hall.projector.hall
    operator = next(o for o in hall.operators.values() if "intake" in o.roles)
    given = Actor(operator.operator, "intake", operator.unit, "B1", "s1")
    made = desk.hall.commander.register(
        NewReport(channel="phone", what=what, area=hall.areas.all()[-1].code), given
    )
    assert isinstance(made, Done), made
    return made.incident


def ok(run: subprocess.CompletedProcess[str]) -> str:
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_a_hall_survives_the_loss_of_its_hub(tmp_path: Path) -> None:
    environment = dict(os.environ)
    data, desk_data, backup = tmp_path / "hub", tmp_path / "desk", tmp_path / "h.musterbackup"
    (tmp_path / "words").write_text("twelve zebras jump\n")
    words = ("--passphrase-file", str(tmp_path / "words"), "--lang", "en")
    with hub(environment, data) as (url, _):
        code = ok(
            muster(environment, "enrol", "--data", str(data), "--label", "Seat 1", "--lang", "en")
        ).split()[-1]
        with seat(desk_data, url, code) as desk:
            until(lambda: settled(desk), desk.link.status())
            report(desk, "before")
            until(lambda: settled(desk))
            assert "up to entry" in ok(
                muster(environment, "backup", "--data", str(data), "--to", str(backup), *words)
            )
            after = report(desk, "after")
            until(lambda: settled(desk))
            head = desk.hall.store.head()
    shutil.rmtree(data)
    assert "proved whole" in ok(muster(environment, "restore", str(backup), "--data", str(data), *words))
    with hub(environment, data, "--reclaim-seconds", "50") as (url, said):
        assert any("takes back" in line for line in said), said
        with seat(desk_data, url) as desk:
            until(lambda: settled(desk), desk.link.status())
            again = report(desk, "in the new epoch")
            until(lambda: settled(desk))
            lines = desk.hall.store.read_after(0, 1_000)
            assert lines[head.gseq - 1].hash == head.hash
            assert lines[-1].epoch == 2
            assert {after, again} <= {
                subject.partition(":")[2] for n in lines for subject in n.entry.subjects
            }
    proof = ok(muster(environment, "verify", "--data", str(data), "--lang", "en"))
    assert lines[-1].hash in proof
