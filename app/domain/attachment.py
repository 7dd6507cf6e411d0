"""Attachments: pictures, sound, video and documents of a case, named by the hash of their content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated

import msgspec
from msgspec import Meta

from app.base.clock import Instant

ATTACHMENT_BYTES_MAX = 2 * 1024**3
"""Half an hour of a phone's video. A longer one is cut where it is made: nobody watches it in a case, and
every desk that opens the case would carry it."""

NAME_MAX = 120
"""Characters of a file's name; more do not fit a line."""

ATTACHMENTS_PER_CASE_MAX = 200
"""Beyond what any case holds; a program that runs wild must not make a case that nobody can open."""

SHA256_PATTERN = "^[0-9a-f]{64}$"

HEAD_BYTES = 16
"""So many first bytes tell what a content is."""

ATTACHMENT = "attachment:"
"""The beginning of the subject under which all entries about one content are found."""

MEDIA: Mapping[str, str] = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "pdf": "application/pdf",
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "m4a": "audio/mp4",
    "mp4": "video/mp4",
}
"""Media type by the ending of a file's name: what may be attached at all. Nothing that a PC would run."""

_PLAIN: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"ID3", "audio/mpeg"),
)
_RIFF: Mapping[bytes, str] = {b"WAVE": "audio/wav", b"WEBP": "image/webp"}
_SOUND_BRANDS = (b"M4A ", b"M4B ")
_MPEG_SYNC, _LAYER_3 = 0xE0, 0x02


class AttachmentAdded(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A content belongs to the incident, or to one of its orders. The entry may come before the content.

    `name` is the file's name with personal data blotted out; `bytes` its length.
    """

    incident: str
    sha256: Annotated[str, Meta(pattern=SHA256_PATTERN)]
    name: Annotated[str, Meta(min_length=1, max_length=NAME_MAX)]
    media: str
    bytes: Annotated[int, Meta(ge=1, le=ATTACHMENT_BYTES_MAX)]
    order: str = ""


class Attachment(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """As a case knows it. `size` in bytes; `eid` is the entry that brought it, `at` its time."""

    name: str
    media: str
    sha256: str
    size: int
    eid: str
    at: Instant
    order: str = ""


def attachment_subject(sha256: str) -> str:
    return ATTACHMENT + sha256


def attachments_in(subjects: Iterable[str]) -> list[str]:
    """The hashes of the contents these subjects name."""
    return [subject.removeprefix(ATTACHMENT) for subject in subjects if subject.startswith(ATTACHMENT)]


def ending(name: str) -> str:
    """The ending of a file's name, in lower case; empty when it has none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def media_of(head: bytes) -> str:
    """The media type of a content by its first HEAD_BYTES bytes; empty for what may not be attached."""
    for magic, media in _PLAIN:
        if head.startswith(magic):
            return media
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        return "audio/mp4" if head[8:12] in _SOUND_BRANDS else "video/mp4"
    if len(head) > 1 and head[0] == 0xFF and head[1] & (_MPEG_SYNC | 0x06) == _MPEG_SYNC | _LAYER_3:
        return "audio/mpeg"
    return ""


def fits(name: str, media: str) -> bool:
    """Whether a file called `name` may hold this. Telephones write sound into either kind of MP4."""
    expected = MEDIA.get(ending(name), "")
    return bool(media) and (expected == media or {expected, media} == {"audio/mp4", "video/mp4"})


def name_for(sha256: str, media: str) -> str:
    """A name for a content that came without one."""
    return f"{sha256[:12]}.{next(end for end, known in MEDIA.items() if known == media)}"
