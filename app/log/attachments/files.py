"""Contents as files in the data directory: attachments/<first two characters>/<sha256>, or unfinished/."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from app.base.errors import WorldError
from app.domain.refusal import Refusal
from app.log.attachments.asked import unfit_content, unfit_piece
from app.log.attachments.content_file import ContentFile
from app.log.attachments.outgoing import Outgoing
from app.log.attachments.port import Standing, is_sha256
from app.log.attachments.quota import Quota
from app.log.attachments.record import forget, remember
from app.log.files.database import disk_errors_told
from app.log.files.failpoints import hit
from app.log.files.folder import sync_folder

UNFINISHED, OUTGOING = "unfinished", "outgoing"

_STRIPES = 64

Record = Callable[[Callable[[Connection], int]], Future[int]]


class FileAttachments:
    """Implements Attachments; its folder has one owner, as the whole data directory.

    `record` writes to the database that a content is whole, so that a file that vanished is missed; a desk,
    whose contents come and go, has none and remembers instead which of them its hub must get. `wall` is the
    system's clock in seconds, which is what files are dated by.
    """

    def __init__(
        self,
        folder: Path,
        key: bytes,
        quota: Quota | None = None,
        *,
        record: Record | None = None,
        random_bytes: Callable[[int], bytes] = os.urandom,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._folder = folder
        self._key = key
        self._quota = quota or Quota()
        self._record = record
        self._random_bytes = random_bytes
        self._wall = wall
        # Two who bring pieces of one content take turns; of different contents hardly ever.
        self._locks = tuple(threading.Lock() for _ in range(_STRIPES))
        self._room = threading.Lock()
        self._outgoing = Outgoing(folder / OUTGOING)

    def begin(self, sha256: str, size: int) -> Standing | Refusal:
        """See Attachments."""
        unfit = unfit_content(sha256, size)
        if unfit is not None:
            return unfit
        with self._alone(sha256):
            known = self._standing(sha256)
            if known is not None and known.bytes != size:
                return Refusal("attachment_size_differs", "bytes")
            if known is not None:
                # All pieces, and yet not whole: whoever brought the last one was killed before it was proved.
                return known if known.whole or known.lacking() else self._finish(self._part(sha256), known)
            with self._room:
                if not self._has_room(size):
                    return Refusal("attachment_no_room")
                part = self._part(sha256)
                try:
                    part.make(size)
                except OSError:
                    part.path.unlink(missing_ok=True)
                    raise
            return part.standing(whole=False)

    def standing(self, sha256: str) -> Standing | None:
        """See Attachments."""
        if not is_sha256(sha256):
            return None
        with self._alone(sha256):
            return self._standing(sha256)

    def put(self, sha256: str, index: int, piece: bytes) -> Standing | Refusal:
        """See Attachments."""
        if not is_sha256(sha256):
            return Refusal("attachment_hash_form", "sha256")
        with self._alone(sha256):
            known = self._standing(sha256)
            if known is None:
                return Refusal("attachment_not_begun", "sha256")
            unfit = unfit_piece(known.bytes, index, piece)
            if unfit is not None:
                return unfit
            if known.whole:
                return known
            if shutil.disk_usage(self._folder).free < self._quota.left_bytes:
                return Refusal("attachment_no_room")
            part = self._part(sha256)
            part.put(index, piece)
            now = part.standing(whole=False)
            return now if now.lacking() else self._finish(part, now)

    def piece(self, sha256: str, index: int) -> bytes:
        """See Attachments."""
        with disk_errors_told(self._folder):
            whole = self._whole(sha256) if is_sha256(sha256) else None
            if whole is None:
                raise WorldError("attachment_absent", sha256=sha256[:64])
            if index == 0:
                self._looked_at(whole)
            try:
                return whole.read(index)
            except FileNotFoundError as error:
                # Erased between the look and the reading.
                raise WorldError("attachment_absent", sha256=sha256) from error

    def erase(self, sha256: str) -> bool:
        """See Attachments."""
        if not is_sha256(sha256):
            return False
        with self._alone(sha256):
            there = [f for f in (self._at(sha256), self._part(sha256)) if f.path.exists()]
            for file in there:
                file.destroy()
            self._outgoing.drop(sha256)
            if self._record is not None:
                self._record(lambda connection: forget(connection, sha256)).result()
            return bool(there)

    def each(self) -> Iterator[Standing]:
        """See Attachments. A file whose head is damaged is left out; `verify` finds it."""
        for path in [*self._wholes(), *self._parts()]:
            try:
                found = self.standing(path.name)
            except WorldError:
                continue
            if found is not None:
                yield found

    def must_go_out(self, sha256: str) -> None:
        """See Attachments."""
        if self._record is None:
            with disk_errors_told(self._folder):
                self._outgoing.add(sha256)

    def went_out(self, sha256: str) -> None:
        """The hub has it."""
        with disk_errors_told(self._folder):
            self._outgoing.drop(sha256)

    def outgoing(self) -> list[str]:
        """What the hub must get, the oldest first."""
        with disk_errors_told(self._folder):
            return self._outgoing.list()

    def sweep(self, named: Callable[[str], bool]) -> list[str]:
        """Destroy what was not touched for long: contents under way, and whole ones that no entry names; what
        went."""
        old = self._wall() - self._quota.idle_s
        with disk_errors_told(self._folder):
            idle = [path for path in self._parts() if path.stat().st_mtime < old]
            idle += [p for p in self._wholes() if p.stat().st_mtime < old and not named(p.name)]
        return [path.name for path in idle if self.erase(path.name)]

    def shrink(self, most_bytes: int, *wanted: str) -> list[str]:
        """Let go of whole contents, those looked at longest ago first, until the rest is no more than
        `most_bytes`; what the hub must get stays, and so do those `wanted` now. What went."""
        kept = {*self.outgoing(), *wanted}
        with disk_errors_told(self._folder):
            there = [(path.stat(), path.name) for path in self._wholes()]
        used, gone = sum(stat.st_size for stat, _ in there), []
        for stat, sha256 in sorted(there, key=lambda found: found[0].st_mtime_ns):
            if used <= most_bytes:
                break
            if sha256 not in kept and self.erase(sha256):
                used -= stat.st_size
                gone.append(sha256)
        return gone

    def _finish(self, part: ContentFile, standing: Standing) -> Standing | Refusal:
        try:
            true = part.is_true()
        except WorldError:
            # The disk changed what it was given: those pieces come again.
            part.forget(part.damaged())
            return part.standing(whole=False)
        hit("content_proved")
        if not true:
            part.destroy()
            return Refusal("attachment_hash_wrong", "sha256")
        if self._record is not None:
            self._record(lambda c: remember(c, standing.sha256, standing.bytes)).result()
        path = self._at(standing.sha256).path
        path.parent.mkdir(parents=True, exist_ok=True)
        part.path.replace(path)
        sync_folder(path.parent)
        sync_folder(part.path.parent)
        hit("content_named")
        return Standing(standing.sha256, standing.bytes, standing.have, True)

    def _standing(self, sha256: str) -> Standing | None:
        whole = self._whole(sha256)
        if whole is not None:
            return whole.standing(whole=True)
        part = self._part(sha256)
        if not part.path.exists():
            return None
        try:
            return part.standing(whole=False)
        except WorldError:
            # Killed before its head was on the disk: nothing that was acknowledged.
            part.path.unlink()
            return None

    def _has_room(self, size: int) -> bool:
        self._folder.mkdir(parents=True, exist_ok=True)
        # What was promised and has not come yet is spoken for as well.
        promised = came = 0
        for path in self._parts():
            begun = self._part(path.name)
            came += path.stat().st_size
            try:
                promised += begun.standing(whole=False).bytes
            except WorldError:
                continue
        free = shutil.disk_usage(self._folder).free - max(0, promised - came)
        return promised + size <= self._quota.unfinished_bytes and free - size >= self._quota.left_bytes

    def _looked_at(self, whole: ContentFile) -> None:
        now = self._wall()
        os.utime(whole.path, (now, now))

    def _whole(self, sha256: str) -> ContentFile | None:
        file = self._at(sha256)
        return file if file.path.exists() else None

    def _at(self, sha256: str) -> ContentFile:
        return self._file(self._folder / sha256[:2], sha256)

    def _part(self, sha256: str) -> ContentFile:
        return self._file(self._folder / UNFINISHED, sha256)

    def _file(self, folder: Path, sha256: str) -> ContentFile:
        return ContentFile(folder / sha256, sha256, self._key, self._random_bytes)

    def _wholes(self) -> list[Path]:
        return [path for path in self._folder.glob("[0-9a-f][0-9a-f]/*") if is_sha256(path.name)]

    def _parts(self) -> list[Path]:
        return [path for path in self._folder.glob(f"{UNFINISHED}/*") if is_sha256(path.name)]

    @contextmanager
    def _alone(self, sha256: str) -> Iterator[None]:
        with self._locks[int(sha256[:2], 16) % _STRIPES], disk_errors_told(self._folder):
            yield
