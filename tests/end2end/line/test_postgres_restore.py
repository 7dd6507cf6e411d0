"""A hall's database is restored from an old backup: what sets it going again, and a desk's part in that."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end2end.line.test_restore import hub, ok, report, seat, settled, until
from tests.helpers.postgres import Cluster, cluster
from tests.helpers.programs import muster

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    with cluster() as running:
        yield running


def test_a_hall_survives_the_loss_of_its_database(tmp_path: Path, server: Cluster) -> None:
    environment = dict(os.environ)
    data, desk_data, url = tmp_path / "hub", tmp_path / "desk", server.make_database()
    on_it = ("--data", str(data), "--db", url)
    with hub(environment, data, "--db", url) as (at, _):
        code = ok(muster(environment, "enrol", *on_it, "--label", "Seat 1", "--lang", "en")).split()[-1]
        with seat(desk_data, at, code) as desk:
            until(lambda: settled(desk), desk.link.status())
            report(desk, "before")
            until(lambda: settled(desk))
    restored = server.make_database(f"TEMPLATE {url.rpartition('/')[2]}")
    with hub(environment, data, "--db", url) as (at, _):
        with seat(desk_data, at) as desk:
            until(lambda: settled(desk), desk.link.status())
            after = report(desk, "after")
            until(lambda: settled(desk))
        running = muster(environment, "restore", *on_it, "--lang", "en")
        assert (running.returncode, running.stdout) == (1, "")
    assert "lies on the server is whole" in ok(muster(environment, "verify", *on_it, "--lang", "en"))

    # The hub's own directory is lost with the server's disk; its key was kept elsewhere.
    shutil.copy(data / "muster.key", tmp_path)
    shutil.rmtree(data)
    data.mkdir()
    shutil.move(tmp_path / "muster.key", data)
    on_it = ("--data", str(data), "--db", restored)
    said = ok(muster(environment, "restore", *on_it, "--lang", "en"))
    assert "Epoch 2 begins" in said
    with hub(environment, data, "--db", restored) as (at, _), seat(desk_data, at) as desk:
        until(lambda: settled(desk), desk.link.status())
        again = report(desk, "in the new epoch")
        until(lambda: settled(desk))
        lines = desk.hall.store.read_after(0, 1_000)
    assert lines[-1].epoch == 2
    assert {after, again} <= {subject.partition(":")[2] for n in lines for subject in n.entry.subjects}
    proof = ok(muster(environment, "verify", *on_it, "--lang", "en"))
    assert proof.count(lines[-1].hash) == 2
    wrong = muster(environment, "restore", "--data", str(data), "--lang", "en")
    assert (wrong.returncode, wrong.stdout) == (2, "")
