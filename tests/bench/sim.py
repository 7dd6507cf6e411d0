"""Simulated faulty hours: a hub and its desks under every trouble there is, and what then is not as it must
be."""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

from tests.bench.figure import Figure
from tests.sim.run import Lived, live

SEEDS = 200
TRACE_LINES = 60
"""What is shown of the end of a single run that broke."""

BROKEN = "seeds in which an invariant broke"

SEEDS_A_TASK = 4


def bench(_rows: int | None, *, seeds: int | None = None, seed: int | None = None) -> list[Figure]:
    """One hub and two or three desks a seed: real logs, folds, commands, protocol in one thread, on made-up
    clocks, network and disks; then healed, and every invariant looked at. Not included: threads, sockets,
    TLS, PostgreSQL. `--seed S` lives through one seed again, `--seeds N` through N of them from S on."""
    first = seed or 0
    count = seeds or (1 if seed is not None else SEEDS)
    begun = time.perf_counter()
    lived = list(_told(_live_all(range(first, first + count))))
    took = time.perf_counter() - begun
    if count == 1:
        _tell_all(lived[0])
    return [
        Figure("seeds lived through", len(lived), "seeds"),
        Figure(BROKEN, sum(1 for one in lived if one.broken), "seeds", 0.0),
        Figure("simulated", sum(one.hours for one in lived), "h"),
        Figure("entries acknowledged", sum(one.entries for one in lived), "entries"),
        Figure("programs that died", sum(one.counts.get("deaths", 0) for one in lived), "deaths"),
        Figure("contested between desks", sum(one.counts.get("contested", 0) for one in lived), "items"),
        Figure("seeds a second and core", len(lived) / max(sum(one.seconds for one in lived), 1e-9), "1/s"),
        Figure("seeds a second", len(lived) / took, "1/s"),
    ]


def _live_all(seeds: range) -> Iterator[Lived]:
    if len(seeds) == 1:
        yield live(seeds[0], keep_trace=True)
        return
    # Fresh processes: a run changes names of modules, and a copy of this one might be in the midst of it.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=context) as pool:
        yield from pool.map(live, seeds, chunksize=SEEDS_A_TASK)


def _told(lived: Iterator[Lived]) -> Iterator[Lived]:
    for one in lived:
        if one.broken:
            print(f"seed {one.seed}: {one.broken.strip()}\n    again: {one.again}", flush=True)
        yield one


def _tell_all(one: Lived) -> None:
    if one.broken and one.lines is not None:
        sys.stdout.write("\n".join(one.lines[-TRACE_LINES:]) + "\n")
    print(f"trace {one.trace}")
