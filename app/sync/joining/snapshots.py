"""What a hub and a new desk say to each other about a snapshot of the log."""

from __future__ import annotations

from typing import Literal

import msgspec

from app.log.backup.snapshots import Point

SNAPSHOT_PATH = "/api/v1/snapshot"
"""GET: SnapshotOffer; with `always=1` also of a short log, with `least` one that goes up to this number."""

SNAPSHOT_FILE_PATH = "/api/v1/snapshot/file"
"""GET with `sha256`: the file itself, or the range of it that is asked for."""


class SnapshotClaim(msgspec.Struct, frozen=True):
    """What the hub signs: where the snapshot stands, and which file it is."""

    point: Point
    bytes: int
    sha256: str


class SnapshotOffer(msgspec.Struct, frozen=True):
    """`none`: the log is short enough to be taken line by line. `making`: ask again soon; `done` of `total`.
    `ready`: `claim` is a SnapshotClaim as JSON, `signature` the hub's over these bytes with the key in the
    certificate `signer` (PEM), `key` that of the file. Without TLS there is no signer. `head` is where the
    log stands."""

    state: Literal["none", "making", "ready"]
    done: int = 0
    total: int = 0
    claim: bytes = b""
    signature: bytes = b""
    signer: str = ""
    key: bytes = b""
    head: int = 0
