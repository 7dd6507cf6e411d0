"""Contents of attachments on the server: what one hub process took, every other serves and goes on with."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection

from app.base.errors import WorldError
from app.domain.refusal import Refusal
from app.log.attachments.asked import unfit_content, unfit_piece
from app.log.attachments.piece_cipher import NONCE_BYTES, SALT_BYTES, PieceCipher
from app.log.attachments.port import Standing, is_sha256
from app.log.attachments.quota import Quota
from app.log.entries import Head
from app.log.files.failpoints import hit
from app.log.postgres import contents as rows
from app.log.postgres.contents import Content
from app.log.postgres.server import GONE, Server

FRESH_S = 60.0
"""Sweeping waits so long for this process to have folded what names a content; then it comes another time."""

Result = TypeVar("Result")


class PgAttachments:
    """Implements Attachments. Each call is a few statements, each durable by itself: a process that dies
    between two of them leaves what the next call, at any process, finds and finishes.

    `reader` gives the calling thread's connection; `fresh` resolves when all is folded here that was numbered
    before. How much room is left on the server's disk no statement tells: `hub_database_full` does when there
    is none, and of the contents under way no more are begun than the quota allows.
    """

    def __init__(
        self,
        server: Server,
        reader: Callable[[], Connection],
        key: bytes,
        fresh: Callable[[], Future[Head]],
        quota: Quota | None = None,
        random_bytes: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._server = server
        self._reader = reader
        self._key = key
        self._fresh = fresh
        self._quota = quota or Quota()
        self._random_bytes = random_bytes

    def begin(self, sha256: str, size: int) -> Standing | Refusal:
        """See Attachments."""
        unfit = unfit_content(sha256, size)
        if unfit is not None:
            return unfit
        salt, most = self._random_bytes(SALT_BYTES), self._quota.unfinished_bytes
        self._do(lambda c: rows.make(c, Content(sha256, size, salt), most))
        found = self._do(lambda c: rows.find(c, sha256))
        if found is None:
            return Refusal("attachment_no_room")
        if found.size != size:
            return Refusal("attachment_size_differs", "bytes")
        known = self._standing_of(found)
        # All pieces, and yet not whole: whoever brought the last one was killed before it was proved.
        return known if known.whole or known.lacking() else self._finish(found, known)

    def standing(self, sha256: str) -> Standing | None:
        """See Attachments."""
        found = self._do(lambda c: rows.find(c, sha256)) if is_sha256(sha256) else None
        return None if found is None else self._standing_of(found)

    def put(self, sha256: str, index: int, piece: bytes) -> Standing | Refusal:
        """See Attachments."""
        if not is_sha256(sha256):
            return Refusal("attachment_hash_form", "sha256")
        found = self._do(lambda c: rows.find(c, sha256))
        if found is None:
            return Refusal("attachment_not_begun", "sha256")
        unfit = unfit_piece(found.size, index, piece)
        if unfit is not None:
            return unfit
        if found.whole:
            return self._standing_of(found)
        sealed = self._cipher(found).seal(index, piece, self._random_bytes(NONCE_BYTES))
        self._do(lambda c: rows.put_piece(c, found, index, sealed))
        hit("piece_kept")
        # Anew: it may have been thrown away meanwhile, or finished elsewhere.
        after = self._do(lambda c: rows.find(c, sha256))
        if after is None:
            return Refusal("attachment_not_begun", "sha256")
        now = self._standing_of(after)
        return now if now.whole or now.lacking() else self._finish(after, now)

    def piece(self, sha256: str, index: int) -> bytes:
        """See Attachments."""
        found = self._do(lambda c: rows.find(c, sha256)) if is_sha256(sha256) else None
        if found is None or not found.whole:
            raise WorldError("attachment_absent", sha256=sha256[:64])
        if index == 0:
            self._do(lambda c: rows.touch(c, found))
        sealed = self._do(partial(self._read, sha256, index))
        if sealed is None and self._do(lambda c: rows.find(c, sha256)) != found:
            # Erased between the look and the reading.
            raise WorldError("attachment_absent", sha256=sha256)
        return self._cipher(found).open(index, sealed or b"")

    def erase(self, sha256: str) -> bool:
        """See Attachments."""
        return is_sha256(sha256) and self._destroy([sha256])

    def must_go_out(self, sha256: str) -> None:
        """See Attachments: this is the hub's own place."""

    def each(self) -> Iterator[Standing]:
        """See Attachments."""
        for found in self._do(rows.read_all):
            yield self._standing_of(found)

    def sweep(self, named: Callable[[str], bool]) -> list[str]:
        """See Attachments. Any process may do it, several at once."""
        idle_ms = int(self._quota.idle_s * 1_000)
        idle = self._do(lambda c: rows.read_idle(c, idle_ms))
        if any(found.whole for found in idle):
            # What names one may have been numbered by another process a moment ago.
            try:
                self._fresh().result(FRESH_S)
            except TimeoutError as error:
                raise WorldError("hub_database_busy", server=self._server.name) from error
        unwanted = [found for found in idle if not found.whole or not named(found.sha256)]
        drop = partial(rows.drop_idle, idle_ms=idle_ms)
        gone = [one.sha256 for one in unwanted if self._do(partial(drop, of=one))]
        if gone:
            self._do(rows.clean)
        return gone

    def _destroy(self, names: list[str]) -> bool:
        gone = self._do(lambda c: rows.drop(c, names))
        if gone:
            self._do(rows.clean)
        return gone > 0

    def _finish(self, found: Content, standing: Standing) -> Standing | Refusal:
        cipher, hashed, damaged = self._cipher(found), hashlib.sha256(), list[int]()
        for index in range(standing.pieces):
            sealed = self._do(partial(self._read, found.sha256, index))
            try:
                hashed.update(cipher.open(index, sealed or b""))
            except WorldError:
                # The server's disk changed what it was given, or somebody threw it away: it comes again.
                damaged.append(index)
        hit("content_proved")
        if damaged:
            self._do(lambda c: rows.drop_pieces(c, found, damaged))
        elif hashed.hexdigest() != found.sha256:
            self._do(lambda c: rows.drop_untrue(c, found))
            return Refusal("attachment_hash_wrong", "sha256")
        else:
            self._do(lambda c: rows.finish(c, found))
            hit("content_named")
        after = self._do(lambda c: rows.find(c, found.sha256))
        return Refusal("attachment_not_begun", "sha256") if after is None else self._standing_of(after)

    def _read(self, sha256: str, index: int, connection: Connection) -> bytes | None:
        return rows.read_piece(self._server, connection, sha256, index)

    def _standing_of(self, found: Content) -> Standing:
        return found.standing(() if found.whole else self._do(lambda c: rows.have(c, found.sha256)))

    def _cipher(self, found: Content) -> PieceCipher:
        return PieceCipher(self._key, found.sha256, found.size, found.salt)

    def _do(self, work: Callable[[Connection], Result]) -> Result:
        """`work`, which a repeat does not harm; once more when its connection had broken while nobody used
        it."""
        connection = self._reader()
        try:
            return work(connection)
        except WorldError as error:
            if error.key != GONE:
                raise
            connection.invalidate()
            return work(self._reader())
