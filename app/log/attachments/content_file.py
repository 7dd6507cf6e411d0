"""One content as a file: a head that says which pieces are there, then the pieces, each encrypted by itself.

Every piece has its place from the beginning, so that they may come in any order; the bit that says one is
there is written after it is on the disk. The key comes from the database's and a salt in the head: without
the head nobody reads the rest, and that is how a content is destroyed.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from app.base.errors import WorldError
from app.domain.attachment import ATTACHMENT_BYTES_MAX
from app.log.attachments.piece_cipher import NONCE_BYTES, SALT_BYTES, TAG_BYTES, PieceCipher
from app.log.attachments.port import PIECE_BYTES, Standing, piece_bytes, pieces_of, ranges
from app.log.files.failpoints import hit
from app.log.files.folder import sync_folder

_MAGIC = b"muster-content-1"
_HEAD = struct.Struct(">16sQ16s")
_BITS_AT = 64
_PIECES_AT = 4096
_SLOT = NONCE_BYTES + PIECE_BYTES + TAG_BYTES

assert _BITS_AT + -(-pieces_of(ATTACHMENT_BYTES_MAX) // 8) <= _PIECES_AT, "the bits must fit the head"


class ContentFile:
    """The file at `path` of the content `sha256`. Opened for each call: nothing is held between them."""

    def __init__(
        self, path: Path, sha256: str, key: bytes, random_bytes: Callable[[int], bytes] = os.urandom
    ) -> None:
        self.path = path
        self._sha256 = sha256
        self._key = key
        self._random_bytes = random_bytes

    def make(self, size: int) -> None:
        """Begin a file for so many bytes. OSError."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(file, "wb") as stream:
            head = _HEAD.pack(_MAGIC, size, self._random_bytes(SALT_BYTES))
            stream.write(head.ljust(_PIECES_AT, b"\0"))
            _to_disk(stream)
        sync_folder(self.path.parent)

    def standing(self, *, whole: bool) -> Standing:
        """What the head says. OSError, and WorldError for a head that is none."""
        with self.path.open("rb") as stream:
            size, _, bits = self._read_head(stream)
        have = ((0, pieces_of(size) - 1),) if whole else ranges(_set_in(bits, size))
        return Standing(self._sha256, size, have, whole)

    def put(self, index: int, piece: bytes) -> None:
        """Write a piece to its place, if it is not there. OSError; then it is not there."""
        with self.path.open("r+b") as stream:
            _, cipher, bits = self._read_head(stream)
            if bits[index // 8] >> index % 8 & 1:
                return
            stream.seek(_PIECES_AT + index * _SLOT)
            stream.write(cipher.seal(index, piece, self._random_bytes(NONCE_BYTES)))
            _to_disk(stream)
            hit("piece_written")
            bits[index // 8] |= 1 << index % 8
            self._write_bits(stream, bits)
        hit("piece_kept")

    def read(self, index: int) -> bytes:
        """A piece. OSError, and WorldError for one that was changed."""
        with self.path.open("rb") as stream:
            size, cipher, _ = self._read_head(stream)
            return self._read_piece(stream, size, cipher, index)

    def damaged(self) -> list[int]:
        """The pieces that are said to be here and cannot be read."""
        with self.path.open("rb") as stream:
            size, cipher, bits = self._read_head(stream)
            return [index for index in _set_in(bits, size) if not self._opens(stream, size, cipher, index)]

    def is_true(self) -> bool:
        """Whether all of it has the hash that names it. WorldError for a piece that was changed."""
        found = hashlib.sha256()
        for piece in self._pieces():
            found.update(piece)
        return found.hexdigest() == self._sha256

    def forget(self, indexes: list[int]) -> None:
        """Let these pieces come again."""
        with self.path.open("r+b") as stream:
            _, _, bits = self._read_head(stream)
            for index in indexes:
                bits[index // 8] &= ~(1 << index % 8)
            self._write_bits(stream, bits)

    def destroy(self) -> None:
        """Take away what its key is made from, then the file. OSError."""
        with self.path.open("r+b") as stream:
            stream.write(bytes(_BITS_AT))
            _to_disk(stream)
        self.path.unlink()
        sync_folder(self.path.parent)

    def _pieces(self) -> Iterator[bytes]:
        with self.path.open("rb") as stream:
            size, cipher, _ = self._read_head(stream)
            for index in range(pieces_of(size)):
                yield self._read_piece(stream, size, cipher, index)

    def _opens(self, stream: BinaryIO, size: int, cipher: PieceCipher, index: int) -> bool:
        try:
            self._read_piece(stream, size, cipher, index)
        except WorldError:
            return False
        return True

    def _read_piece(self, stream: BinaryIO, size: int, cipher: PieceCipher, index: int) -> bytes:
        stream.seek(_PIECES_AT + index * _SLOT)
        return cipher.open(index, stream.read(NONCE_BYTES + piece_bytes(size, index) + TAG_BYTES))

    def _read_head(self, stream: BinaryIO) -> tuple[int, PieceCipher, bytearray]:
        head = stream.read(_PIECES_AT)
        if len(head) < _PIECES_AT:
            raise WorldError("attachment_damaged", sha256=self._sha256)
        magic, size, salt = _HEAD.unpack_from(head)
        if magic != _MAGIC or not 0 < size <= ATTACHMENT_BYTES_MAX:
            raise WorldError("attachment_damaged", sha256=self._sha256)
        bits = bytearray(head[_BITS_AT : _BITS_AT + -(-pieces_of(size) // 8)])
        return size, PieceCipher(self._key, self._sha256, size, salt), bits

    def _write_bits(self, stream: BinaryIO, bits: bytearray) -> None:
        stream.seek(_BITS_AT)
        stream.write(bits)
        _to_disk(stream)


def _set_in(bits: bytearray, size: int) -> list[int]:
    return [index for index in range(pieces_of(size)) if bits[index // 8] >> index % 8 & 1]


def _to_disk(stream: BinaryIO) -> None:
    stream.flush()
    os.fsync(stream.fileno())
