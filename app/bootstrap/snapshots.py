"""Snapshots of an open store, signed by its hall's CA where it is served with one."""

from __future__ import annotations

import threading
from pathlib import Path

from app.base.errors import WorldError
from app.bootstrap.opening import NumberingHall
from app.hub.safety.checkpoints import Checkpoints
from app.hub.safety.safety import Safety
from app.log.backup.snapshots import Point, take_snapshot
from app.log.files.folder import DataFolder
from app.log.files.keys import FileKeys
from app.log.proving.rebuild import Progress
from app.projections.projector import HallProjector


class StoreSnapshots:
    """Implements SnapshotSource. Without TLS there is no CA: then nothing is signed."""

    def __init__(self, hall: NumberingHall, safety: Safety, *, tls: bool) -> None:
        self._hall = hall
        self._safety = safety
        self._tls = tls
        self._lock = threading.Lock()
        self._checkpoints: Checkpoints | None = None

    @property
    def folder(self) -> Path:
        return self._hall.store.folder

    def head(self) -> int:
        return self._hall.store.head().gseq

    def take(self, target: Path, key: bytes, told: Progress) -> Point:
        own = FileKeys(DataFolder(self.folder).key).load()
        if own is None:
            raise WorldError("key_missing", path=str(self.folder))
        return take_snapshot(self.folder, own, target, key, HallProjector().state_digest, told)

    def sign(self, claim: bytes) -> tuple[bytes, str]:
        if not self._tls:
            return b"", ""
        with self._lock:
            if self._checkpoints is None:
                now = self._hall.clock.now()
                self._checkpoints = Checkpoints(self.folder, self._safety.ca, now)
        return self._checkpoints.sign(claim), self._checkpoints.certificate
