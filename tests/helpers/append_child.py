"""A program to be killed: appends entries with known ids and says which were acknowledged, line by line."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from app.base.clock import ManualClock
from app.log.entries import Draft
from app.log.port import Written
from app.log.proving import rebuild
from app.log.store import Store, open_store
from app.log.vault import Sealer
from tests.helpers.counting import NOON, Counting, counted

CALLERS = 3
"""Threads that append at once, so that groups are formed."""


def planned(round_: str, caller: int, call: int) -> list[Draft]:
    """What a caller appends in its n-th call: one to three entries, the first with personal data."""
    eids = [f"{round_}-{caller}-{call}-{index}" for index in range(1 + call % 3)]
    _, secret = Sealer().seal(f"case-{caller}", "phone", eids[0], "***")
    drafts = [counted("abc"[index], eid=eid) for index, eid in enumerate(eids)]
    return [counted("a", eid=eids[0], subjects=(f"idem:{eids[0]}",), secrets=(secret,)), *drafts[1:]]


def append_all(store: Store, round_: str, caller: int, calls: int) -> None:
    for call in range(calls):
        outcome = store.append(planned(round_, caller, call)).result(30)
        assert isinstance(outcome, Written), outcome
        for entry in outcome.entries:
            sys.stdout.write(f"{entry.entry.eid} {entry.gseq}\n")
        sys.stdout.flush()


def main() -> None:
    """FOLDER ROUND CALLS VERSION: open with the projection's VERSION and let each caller make CALLS calls."""
    folder, round_, calls, version = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    rebuild.REFOLD_BATCH = 10
    store = open_store(folder, ManualClock(NOON), Counting(version), mark="demo")
    callers = [
        threading.Thread(target=append_all, args=(store, round_, caller, calls)) for caller in range(CALLERS)
    ]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    store.close()
    sys.stdout.write("done\n")


if __name__ == "__main__":
    main()
