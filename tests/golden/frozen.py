"""The frozen log: how its lines are written and read, and folded anew."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.log.entries import Numbered, read_entry
from app.log.upcast import upcast

FOLDER = Path(__file__).parent
LOG = FOLDER / "log.jsonl"
DIGEST = FOLDER / "digest.txt"

_PLACE = ("gseq", "stream", "epoch", "hub_time", "at", "prev_hash", "hash")


def lines(entries: Iterable[Numbered]) -> Iterator[str]:
    """One line an entry: its place, and its bytes as a string, to the letter."""
    for numbered in entries:
        row = {name: getattr(numbered, name) for name in _PLACE}
        yield json.dumps({**row, "raw": numbered.raw.decode()}, ensure_ascii=False)


def read(path: Path = LOG) -> list[Numbered]:
    """The entries of a frozen log, as the program of today reads them from its own."""
    return [_numbered(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def _numbered(row: dict[str, object]) -> Numbered:
    raw = str(row.pop("raw")).encode()
    return Numbered(raw=raw, entry=upcast(read_entry(raw)), **row)  # type: ignore[arg-type]
