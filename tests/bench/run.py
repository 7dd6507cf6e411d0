"""Runs the benches: one line a figure, all of them as JSON where asked."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import msgspec

from tests.bench import append, board, fold, glass, hub, sim, start, sync, telemetry
from tests.bench import map as map_bench
from tests.bench.figure import Bench, Figure

BENCHES: dict[str, Bench] = {
    "append": append.bench,
    "fold": fold.bench,
    "board": board.bench,
    "start": start.bench,
    "hub": hub.bench,
    "sync": sync.bench,
    "glass": glass.bench,
    "map": map_bench.bench,
    "telemetry": telemetry.bench,
    "sim": sim.bench,
}


def run(args: argparse.Namespace) -> int:
    """Entry of `./muster bench [NAME] [--json FILE] [--rows N] [--seeds N] [--seed S]`: 1 when an invariant
    broke in the simulation."""
    names = [args.name] if args.name else list(BENCHES)
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"muster: no bench {unknown[0]}; there are {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    figures: list[Figure] = []
    for name in names:
        bench = BENCHES[name]
        print(f"== {name}\n{(bench.__doc__ or '').strip()}")
        of_seeds = {"seeds": args.seeds, "seed": args.seed} if bench is sim.bench else {}
        for figure in bench(args.rows, **of_seeds):
            print(figure.line(), flush=True)
            figures.append(figure)
    if args.json:
        found = json.dumps(msgspec.to_builtins(figures), indent=2)
        Path(args.json).write_text(found + "\n", encoding="utf-8")
    return 1 if any(figure.name == sim.BROKEN and figure.value for figure in figures) else 0
