"""The hub's snapshot for new desks: made when one asks, kept for some time, signed; one at a time."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
from pathlib import Path
from typing import Protocol

import msgspec

from app.base.clock import HOUR_MS
from app.base.errors import WorldError
from app.base.logs import Logger
from app.log.backup.snapshots import Point
from app.log.proving.rebuild import Progress
from app.sync.joining.snapshots import SnapshotClaim, SnapshotOffer

SNAPSHOT_FROM = 20_000
"""Entries from which on a snapshot is quicker than the log line by line: below it is seconds either way."""

KEEP_MS = HOUR_MS
"""A morning on which all desks are set up needs one snapshot; what came after it they take from the line."""

_KEY_BYTES = 32

_log = Logger(__name__)


class SnapshotSource(Protocol):
    """Where snapshots come from, and who signs them."""

    @property
    def folder(self) -> Path:
        """The hub's data directory."""
        ...

    def head(self) -> int:
        """The log's last number."""
        ...

    def take(self, target: Path, key: bytes, told: Progress) -> Point:
        """Write one; on a thread of its own."""
        ...

    def sign(self, claim: bytes) -> tuple[bytes, str]:
        """The signature and the certificate of the key that made it (PEM); empty without a CA."""
        ...


class _Kept(msgspec.Struct, frozen=True):
    path: Path
    key: bytes
    claim: SnapshotClaim
    made_at: int


class Snapshots:
    """Belongs to the service's thread. Times are of the boot clock, in ms. The keys live in memory only: what
    an earlier run left is of no use and goes."""

    def __init__(self, source: SnapshotSource) -> None:
        self._source = source
        self._folder = source.folder / "snapshots"
        self._kept: list[_Kept] = []
        self._making: asyncio.Task[None] | None = None
        self._far = (0, 1)
        shutil.rmtree(self._folder, ignore_errors=True)

    def offer(self, now: int, *, always: bool, least: int) -> SnapshotOffer:
        """What a desk is told that asks; begins to make one when there is none of late up to `least`."""
        head = self._source.head()
        if head < SNAPSHOT_FROM and not always:
            return SnapshotOffer("none", head=head)
        least = min(least, head)
        newest = self._kept[-1] if self._kept else None
        recent = newest is not None and now - newest.made_at < KEEP_MS
        if recent and newest is not None and newest.claim.point.gseq >= least:
            claim = msgspec.json.encode(newest.claim)
            signature, signer = self._source.sign(claim)
            return SnapshotOffer("ready", 0, 0, claim, signature, signer, newest.key, head)
        if self._making is not None and self._making.done():
            making, self._making = self._making, None
            if not making.cancelled() and (error := making.exception()) is not None:
                # Told to this one; the next who asks begins anew.
                raise error
        if self._making is None:
            self._far = (0, 1)
            self._making = asyncio.create_task(self._make(now))
        return SnapshotOffer("making", *self._far, head=head)

    def file(self, sha256: str) -> Path | None:
        """The file a desk fetches; None when it is gone."""
        return next((kept.path for kept in self._kept if kept.claim.sha256 == sha256), None)

    async def close(self) -> None:
        """Before the loop ends: the copying thread goes on to its end, what it wrote is of no use."""
        if self._making is not None:
            await asyncio.gather(self._making, return_exceptions=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _make(self, now: int) -> None:
        key = os.urandom(_KEY_BYTES)
        kept = await asyncio.to_thread(self._write, key, now)
        self._kept.append(kept)
        while len(self._kept) > 2:
            # Whoever still reads it keeps the open file; on Windows it stays until the next start.
            gone = self._kept.pop(0)
            try:
                gone.path.unlink(missing_ok=True)
            except OSError as error:
                _log.info("hub.snapshot_left", detail=type(error).__name__)
        _log.info("hub.snapshot", gseq=kept.claim.point.gseq, bytes=kept.claim.bytes)

    def _write(self, key: bytes, now: int) -> _Kept:
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise WorldError("folder_read_only", path=str(self._folder)) from error
        path = self._folder / f"{now}.db"
        point = self._source.take(path, key, self._told)
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return _Kept(path, key, SnapshotClaim(point, path.stat().st_size, sha256), now)

    def _told(self, done: int, total: int) -> None:
        self._far = (done, total)
