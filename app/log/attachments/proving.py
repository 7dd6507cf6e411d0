"""Proving the contents of a data directory: every piece readable, every whole one true to its hash."""

from __future__ import annotations

from pathlib import Path

import msgspec
from sqlalchemy import Connection

from app.base.errors import WorldError
from app.domain.attachment import ATTACHMENT
from app.log.attachments.content_file import ContentFile
from app.log.attachments.files import UNFINISHED
from app.log.attachments.port import is_sha256
from app.log.attachments.record import remembered
from app.log.proving.proof import Problems

_NAMED = (
    "SELECT DISTINCT subject FROM subject WHERE subject >= 'attachment:' AND subject < 'attachment;' "
    "ORDER BY subject"
)


class Contents(msgspec.Struct, frozen=True):
    """How many contents are whole, how many under way, and how many an entry names that never came here."""

    whole: int = 0
    unfinished: int = 0
    awaited: int = 0


def prove_contents(folder: Path, connection: Connection, key: bytes, problems: Problems) -> Contents:
    """Look at every content in the directory of attachments `folder`; `key` as of `contents_key`.

    `attachment_missing` is one that was whole here and is gone; one that never came is merely awaited, for
    an entry may come before its content, and a desk holds only what it has looked at.
    """
    whole = {path.name: path for path in folder.glob("[0-9a-f][0-9a-f]/*") if is_sha256(path.name)}
    parts = {path.name: path for path in folder.glob(f"{UNFINISHED}/*") if is_sha256(path.name)}
    for sha256, path in sorted(whole.items()):
        if not _is_true(ContentFile(path, sha256, key)):
            problems.add("attachment_damaged", detail=sha256)
    for sha256, path in sorted(parts.items()):
        if _is_damaged(ContentFile(path, sha256, key)):
            problems.add("attachment_damaged", detail=sha256)
    here = whole.keys() | parts.keys()
    for sha256 in remembered(connection):
        if sha256 not in here:
            problems.add("attachment_missing", detail=sha256)
    named = {str(s).removeprefix(ATTACHMENT) for s in connection.exec_driver_sql(_NAMED).scalars()}
    return Contents(len(whole), len(parts), len(named - here))


def _is_true(content: ContentFile) -> bool:
    try:
        return content.is_true()
    except (WorldError, OSError):
        # One that is erased at this moment is gone by now, and no fault.
        return not content.path.exists()


def _is_damaged(content: ContentFile) -> bool:
    try:
        return bool(content.damaged())
    except (WorldError, OSError):
        return content.path.exists()
