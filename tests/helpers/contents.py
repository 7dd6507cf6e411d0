"""Contents to attach: pictures of any size, and places that keep them."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable
from pathlib import Path

from app.domain.refusal import Refusal
from app.log.attachments.files import FileAttachments
from app.log.attachments.port import PIECE_BYTES, Attachments, Standing
from app.log.attachments.quota import Quota

KEY = bytes(range(32))
ROOMY = Quota(left_bytes=0)
"""Tests need not care how full this PC's disk is."""


def picture(size: int = 3 * PIECE_BYTES + 4_321, seed: int = 1) -> bytes:
    """A content that begins as a JPEG does."""
    return b"\xff\xd8\xff\xe0" + random.Random(seed).randbytes(size - 4)


def named(content: bytes) -> str:
    """The hash that names it."""
    return hashlib.sha256(content).hexdigest()


def pieces(content: bytes) -> list[bytes]:
    """The content cut up."""
    return [content[start : start + PIECE_BYTES] for start in range(0, len(content), PIECE_BYTES)]


def place(
    folder: Path, quota: Quota = ROOMY, key: bytes = KEY, wall: Callable[[], float] = time.time
) -> FileAttachments:
    """A place for contents as a desk has it."""
    return FileAttachments(folder / "attachments", key, quota, wall=wall)


def keep(store: Attachments, content: bytes) -> Standing:
    """Put all of it in, in order."""
    sha256 = named(content)
    standing: Standing | Refusal = store.begin(sha256, len(content))
    for index, piece in enumerate(pieces(content)):
        standing = store.put(sha256, index, piece)
    assert isinstance(standing, Standing)
    assert standing.whole
    return standing


def read(store: Attachments, sha256: str) -> bytes:
    """All of it, as it is kept."""
    standing = store.standing(sha256)
    assert standing is not None
    return b"".join(store.piece(sha256, index) for index in range(standing.pieces))
