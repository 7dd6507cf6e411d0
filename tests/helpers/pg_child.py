"""A hub process to be killed: appends entries with known ids and says which were acknowledged."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from app.log.port import Duplicate, Written
from app.log.postgres.hub import PgHub
from tests.helpers.append_child import CALLERS, planned
from tests.helpers.pg_hubs import pg_hub


def append_all(hub: PgHub, round_: str, caller: int, calls: int) -> None:
    for call in range(calls):
        outcome = hub.append(planned(round_, caller, call)).result(30)
        assert isinstance(outcome, Written | Duplicate), outcome
        if isinstance(outcome, Written):
            for entry in outcome.entries:
                sys.stdout.write(f"{entry.entry.eid} {entry.gseq}\n")
            sys.stdout.flush()


def main() -> None:
    """FOLDER URL ROUND CALLS: open a hub process and let each caller make CALLS calls."""
    folder, url, round_, calls = Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
    hub = pg_hub(folder, url)
    sys.stdout.write("open\n")
    sys.stdout.flush()
    callers = [
        threading.Thread(target=append_all, args=(hub, round_, caller, calls)) for caller in range(CALLERS)
    ]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    hub.close()
    sys.stdout.write("done\n")


if __name__ == "__main__":
    main()
