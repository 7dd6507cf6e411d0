"""A replica whose disk is full refuses holds and takes, loses nothing, and goes on with room again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.log.proving.verify import verify
from tests.helpers.replicas import Tally

PROGRAM = """
import json, resource, sys
from pathlib import Path
from tests.helpers.counting import counted, write
from tests.helpers.replicas import hold, hub_in, join, pull, replica_in, settle, shown
BIG = "x" * 20_000
folder = Path(sys.argv[1])
unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
with hub_in(folder / "hub") as hub, replica_in(folder / "desk") as replica:
    join(hub, replica)
    write(hub, *[counted(f"h {number} {BIG}") for number in range(30)])
    lines = hub.read_after(0, 30)
    resource.setrlimit(resource.RLIMIT_FSIZE, (700_000, resource.RLIM_INFINITY))
    held, refused = [], None
    while refused is None:
        draft = counted(f"{len(held)} {BIG}")
        refused = replica.append([draft]).exception(30)
        if refused is None:
            held.append(draft.eid)
    taking = replica.take(lines).exception(30)
    standing = (replica.head().gseq, replica.pending_count(), replica.sealed(), len(shown(replica)))
    resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    held.append(hold(replica, counted("after"))[0].entry.eid)
    pull(replica, hub)
    settle(hub, replica)
    numbered = [e.entry.eid for e in hub.read_after(30, 1_000)]
    print(json.dumps([refused.key, taking.key, standing, len(held), numbered == held,
        shown(hub) == shown(replica)]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit")
def test_a_file_that_may_not_grow_refuses_and_heals(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    refused, taking, standing, held, same, alike = json.loads(done.stdout)
    assert (refused, taking, same, alike) == ("disk_failed", "disk_failed", True, True)
    assert held > 5
    assert standing == [0, held - 1, held - 1, held - 1]
    assert verify(tmp_path / "desk", Tally).whole
