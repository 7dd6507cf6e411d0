"""The product's limits made small for a run, so that short lives reach them."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType

ROOMS = ("app.log.", "app.sync.", "app.projections.")


def limits(chance: random.Random) -> dict[str, int]:
    """Limits for one seed: some the product's own, most far below."""
    page = chance.choice((1, 2, 3, 5, 8, 500))
    return {
        "DIGEST_EVERY": chance.choice((3, 7, 10, 25)),
        "PAGE_ENTRIES_MAX": page,
        "WINDOW_ENTRIES": 2 * page,
        "WINDOW_FRAMES": chance.choice((1, 2, 4)),
        "RING_PAGES_MAX": chance.choice((1, 2, 6, 1_024)),
        "CACHE_MAX": chance.choice((1, 4, 20_000)),
        "HELD_MAX": chance.choice((1, 4_096)),
        "REFOLD_BATCH": chance.choice((4, 5_000)),
        "TAKES_MAX": chance.choice((1, 4)),
    }


@contextmanager
def tight(wanted: Mapping[str, int]) -> Iterator[None]:
    """Give every module of the log, the line and the read models that knows such a limit this one."""
    before: list[tuple[ModuleType, str, int]] = []
    for name, module in sorted(sys.modules.items()):
        if name.startswith(ROOMS):
            before += [
                (module, limit, value)
                for limit in wanted
                if isinstance(value := getattr(module, limit, None), int)
            ]
    for module, limit, _ in before:
        setattr(module, limit, wanted[limit])
    try:
        yield
    finally:
        for module, limit, value in before:
            setattr(module, limit, value)
