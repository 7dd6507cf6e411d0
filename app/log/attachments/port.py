"""What a place that keeps contents can do, on files as on a server, and what it says of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Protocol

import msgspec

from app.domain.attachment import SHA256_PATTERN
from app.domain.refusal import Refusal

PIECE_BYTES = 1024 * 1024
"""A cut line loses one piece at most: some seconds on the poorest line that carries a hall."""

_SHA256 = re.compile(SHA256_PATTERN)


class Standing(msgspec.Struct, frozen=True):
    """How much of a content is here. `have` are ranges of pieces, first and last, in order; `whole` when all
    of it is and the hash of all of it is right."""

    sha256: str
    bytes: int
    have: tuple[tuple[int, int], ...] = ()
    whole: bool = False

    @property
    def pieces(self) -> int:
        return pieces_of(self.bytes)

    @property
    def kept(self) -> int:
        """How many pieces are here."""
        return sum(last - first + 1 for first, last in self.have)

    def lacking(self) -> list[int]:
        """The pieces that are not here."""
        here = {index for first, last in self.have for index in range(first, last + 1)}
        return [index for index in range(self.pieces) if index not in here]


class Attachments(Protocol):
    """Keeps contents. All methods on any thread; they read and write disk. WorldError when it refuses."""

    def begin(self, sha256: str, size: int) -> Standing | Refusal:
        """Make room for a content of `size` bytes, or say how much of it is here already."""
        ...

    def standing(self, sha256: str) -> Standing | None:
        """How much of it is here; None when nothing was begun."""
        ...

    def put(self, sha256: str, index: int, piece: bytes) -> Standing | Refusal:
        """Keep one piece, durably; a repeat is harmless. With the last one the whole is proved by its hash:
        what does not fit is thrown away, all of it."""
        ...

    def piece(self, sha256: str, index: int) -> bytes:
        """A piece of a content that is whole. WorldError `attachment_absent` or `attachment_damaged`."""
        ...

    def erase(self, sha256: str) -> bool:
        """Destroy it, key first; whether there was anything."""
        ...

    def must_go_out(self, sha256: str) -> None:
        """The hub must get this content of the desk's own; in the hub's own place, nothing."""
        ...

    def sweep(self, named: Callable[[str], bool]) -> list[str]:
        """Destroy what nobody touched for long: contents under way, and whole ones that no entry names; what
        went. `named` says of a content whether an entry names it."""
        ...

    def each(self) -> Iterator[Standing]:
        """Everything that is here, whole or not."""
        ...


def is_sha256(text: str) -> bool:
    """Whether it is the hash of a content, in the one way that they are written; nothing else becomes a
    path."""
    return len(text) == 64 and _SHA256.match(text) is not None


def pieces_of(size: int) -> int:
    """How many pieces a content of so many bytes has."""
    return -(-size // PIECE_BYTES)


def piece_bytes(size: int, index: int) -> int:
    """How long piece `index` is; 0 when there is none."""
    return max(0, min(PIECE_BYTES, size - index * PIECE_BYTES)) if index >= 0 else 0


def ranges(indexes: list[int]) -> tuple[tuple[int, int], ...]:
    """Sorted numbers as ranges, first and last."""
    found: list[tuple[int, int]] = []
    for index in indexes:
        if found and found[-1][1] == index - 1:
            found[-1] = (found[-1][0], index)
        else:
            found.append((index, index))
    return tuple(found)
