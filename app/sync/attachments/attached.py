"""What a hub and whoever brings or fetches contents of attachments say to each other over HTTP."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from app.domain.attachment import SHA256_PATTERN

ATTACHMENTS_PATH = "/api/v1/attachments"
"""POST AttachmentAsked: AttachmentStanding. PUT `/{sha256}/{piece}`: AttachmentStanding. GET and HEAD
`/{sha256}`, with Range."""

PIECE_HASH = "Muster-Piece-Sha256"
"""Header of a piece: its own hash, so that what a bad line changed is refused before it is kept."""

PENDING = "attachment_pending"
"""Rule of the problem that a content is named by a case and has not come yet."""


class AttachmentAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A content that is to be brought: the SHA-256 of all of it, its length, its media type."""

    sha256: Annotated[str, Meta(pattern=SHA256_PATTERN)]
    bytes: Annotated[int, Meta(ge=0, le=2**53)]
    media: Annotated[str, Meta(max_length=80)]


class AttachmentStanding(msgspec.Struct, frozen=True):
    """`have` are the pieces the hub has, as first and last of each range; every piece but the last is
    `piece_bytes` long. `whole`: all of it is there and has the hash that names it."""

    sha256: str
    bytes: int
    piece_bytes: int
    have: list[tuple[int, int]]
    whole: bool
