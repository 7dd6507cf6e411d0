"""A program to be killed: a replica that holds, pushes, takes, is cut back, and says what stands."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.helpers.counting import counted, write
from tests.helpers.replicas import hold, hub_in, join, pull, push, replica_in


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def main() -> None:
    """FOLDER ROUND CUT: open hub and desk in FOLDER and let them live; with CUT the desk is cut back."""
    folder, round_, cuts = Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "cut"
    with hub_in(folder / "hub") as hub, replica_in(folder / "desk") as replica:
        join(hub, replica)
        for turn in range(6):
            eids = [f"{round_}-{turn}-{index}" for index in range(1 + turn % 3)]
            hold(replica, *[counted("abc"[turn % 3], eid=eid) for eid in eids])
            for eid in eids:
                say("held", eid)
            write(hub, counted("h", eid=f"{round_}-hub-{turn}"))
            if turn % 2:
                push(replica, hub, 2)
            pull(replica, hub, 3)
            say("taken", replica.head().gseq)
        if cuts:
            replica.cut(2).result(30)
            say("taken", 2)
    say("done")


if __name__ == "__main__":
    main()
