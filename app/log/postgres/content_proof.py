"""Proving the contents on a server: every piece readable, every whole one true to its hash."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection

from app.base.errors import WorldError
from app.domain.attachment import ATTACHMENT
from app.log.attachments.piece_cipher import PieceCipher
from app.log.attachments.port import pieces_of
from app.log.attachments.proving import Contents
from app.log.postgres import contents as rows
from app.log.postgres.contents import Content
from app.log.postgres.server import Server
from app.log.proving.proof import Problems

_NAMED = "SELECT DISTINCT subject FROM subject WHERE subject >= 'attachment:' AND subject < 'attachment;'"


def prove_contents(server: Server, connection: Connection, key: bytes, problems: Problems) -> Contents:
    """Look at every content; `key` as of `contents_key`. One that an entry names and that never came is
    merely awaited."""
    every = rows.read_all(connection)
    for content in every:
        if not _is_sound(server, connection, key, content):
            problems.add("attachment_damaged", detail=content.sha256)
    named = {str(s).removeprefix(ATTACHMENT) for s in connection.exec_driver_sql(_NAMED).scalars()}
    whole = sum(content.whole for content in every)
    return Contents(whole, len(every) - whole, len(named - {content.sha256 for content in every}))


def _is_sound(server: Server, connection: Connection, key: bytes, content: Content) -> bool:
    cipher = PieceCipher(key, content.sha256, content.size, content.salt)
    hashed = hashlib.sha256()
    here = range(pieces_of(content.size)) if content.whole else rows.have(connection, content.sha256)
    for index in here:
        sealed = rows.read_piece(server, connection, content.sha256, index)
        try:
            hashed.update(cipher.open(index, sealed or b""))
        except WorldError:
            return False
    return not content.whole or hashed.hexdigest() == content.sha256
