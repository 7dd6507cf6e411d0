"""The board asked on a filled hall, in a process of its own: its memory is the replica's. Prints JSON."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

from app.base.clock import SystemClock
from app.projections.selecting import Filter
from app.viewmodels.board import BoardModel
from tests.bench.filling import WHAT, WHERE
from tests.helpers.glass import glass
from tests.helpers.halls import hall

PAGE = 40
ROUNDS = 12


Wish = Callable[[], None]


def wishes(model: BoardModel) -> dict[str, tuple[Wish, Wish]]:
    """What a person may want of the board, by name: what is on the screen before, and the wish itself."""

    def show(wanted: Filter, search: str = "") -> Wish:
        return lambda: model.show(wanted, search)

    everything, still_open = show(Filter("all")), show(Filter("open"))
    return {
        "open": (everything, still_open),
        "all": (still_open, everything),
        "overdue": (still_open, show(Filter("overdue"))),
        "all of a street and family": (still_open, show(Filter("all", street="990101001", family="06"))),
        "all urgent": (still_open, show(Filter("all", urgent=True))),
        "all by receipt": (everything, lambda: model.sort("received_at", True)),
        "open by due time": (still_open, lambda: model.sort("due_at", False)),
        "two characters": (still_open, show(Filter("open"), WHAT[3][:2])),
        "a street and number": (still_open, show(Filter("open"), WHERE[4] + "118")),
        "nothing there": (still_open, show(Filter("open"), "龘靐")),
    }


def main() -> None:
    begun = time.perf_counter()
    with hall(Path(sys.argv[1]), SystemClock()) as test:
        model = BoardModel(glass(test))
        opened_s = time.perf_counter() - begun
        times_ms: dict[str, list[float]] = {}
        for _ in range(ROUNDS):
            for name, (before, wish) in wishes(model).items():
                before()
                begun = time.perf_counter()
                wish()
                for place in range(min(PAGE, model.count())):
                    model.line(place)
                times_ms.setdefault(name, []).append((time.perf_counter() - begun) * 1000)
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"opened_s": opened_s, "memory_mb": memory_mb, "times_ms": times_ms}))


if __name__ == "__main__":
    main()
