"""The directory of a demo: what it was made of, whether it can be used again, and room for another."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from app.base import paths
from app.base.clock import DAY_MS, SECOND_MS, Instant
from app.base.errors import WorldError
from app.base.version import VERSION
from app.domain.rules import Rules
from app.domain.rules_digest import rules_digest
from app.log.files.folder import DataFolder, write_atomically

KEPT_DAYS = 7
"""A demo that nobody opened for longer is made anew: catching up would take as long."""

DEMO_FILE = "demo.json"


class DemoFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a demo was made of; the same makes the same. `complete`: the making came to its end."""

    seed: int
    scale: str
    version: str
    content: str
    complete: bool = False


def demo_folder() -> Path:
    """Where a demo lies when nobody says."""
    return paths.user_data() / "demo"


def demo_file(seed: int, scale: str, rules: Rules, words: Path) -> DemoFile:
    """What a demo of this seed and scale is made of: this program, these rules, the files in `words`."""
    content = hashlib.sha256(rules_digest(rules).encode())
    for file in sorted(words.glob("*.toml")):
        content.update(file.read_bytes())
    return DemoFile(seed, scale, VERSION, content.hexdigest())


def is_kept(folder: Path, wanted: DemoFile, *, own: bool, now: Instant) -> bool:
    """Whether `folder` holds the demo wanted, whole and fresh; makes room for it where that is allowed.

    `own`: the folder is the program's own, so another demo in it gives way; WorldError in one that a person
    named. What is no demo at all is never touched.
    """
    place = DataFolder(folder)
    if not paths.is_there(place.database):
        return False
    found = _read(folder)
    if found is None:
        raise WorldError("demo_not_ours", path=str(folder))
    same = msgspec.structs.replace(found, complete=False) == wanted
    if same and found.complete and _last_used(place) > now - KEPT_DAYS * DAY_MS:
        return True
    if not (own or same):
        raise WorldError("demo_differs", path=str(folder), seed=found.seed, scale=found.scale)
    _clear(place)
    return False


def write_demo_file(folder: Path, file: DemoFile) -> None:
    """Say what the demo in `folder` is made of."""
    write_atomically(folder / DEMO_FILE, msgspec.json.format(msgspec.json.encode(file)) + b"\n", 0o644)


def _read(folder: Path) -> DemoFile | None:
    try:
        return msgspec.json.decode((folder / DEMO_FILE).read_bytes(), type=DemoFile)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def _last_used(place: DataFolder) -> Instant:
    newest = max(file.stat().st_mtime for file in (place.database, place.wal) if file.exists())
    return int(newest * SECOND_MS)


def _clear(place: DataFolder) -> None:
    """Take a demo's own files away, by name and under its lock: nothing else that lies there is touched."""
    with place.locked():
        (place.path / DEMO_FILE).unlink(missing_ok=True)
        for file in (place.database, place.unfinished):
            for suffix in ("", "-wal", "-shm"):
                file.with_name(file.name + suffix).unlink(missing_ok=True)
        place.sidecar.unlink(missing_ok=True)
        place.key.unlink(missing_ok=True)
