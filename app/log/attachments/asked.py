"""What can be said of a wish before it is looked what is there, the same on files as on a server."""

from __future__ import annotations

from app.domain.attachment import ATTACHMENT_BYTES_MAX
from app.domain.refusal import Refusal
from app.log.attachments.port import is_sha256, piece_bytes


def unfit_content(sha256: str, size: int) -> Refusal | None:
    """Why a content of this name and size is not begun; None when it may be."""
    if not is_sha256(sha256):
        return Refusal("attachment_hash_form", "sha256")
    if size < 1:
        return Refusal("attachment_empty", "bytes")
    if size > ATTACHMENT_BYTES_MAX:
        return Refusal("attachment_too_big", "bytes", {"most": str(ATTACHMENT_BYTES_MAX)})
    return None


def unfit_piece(size: int, index: int, piece: bytes) -> Refusal | None:
    """Why this is no piece of a content of `size` bytes; None when it is one."""
    expected = piece_bytes(size, index)
    if not expected:
        return Refusal("piece_unknown", "piece")
    if len(piece) != expected:
        return Refusal("piece_length", "piece", {"bytes": str(expected)})
    return None
