"""The contents that a report names: brought before, whole, and called something."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from app.commands.command import Content
from app.domain.attachment import HEAD_BYTES, media_of, name_for
from app.domain.refusal import Refusal
from app.hub.requests.problems import RefusalError
from app.hub.requests.routes import Call
from app.log.attachments.port import Attachments


async def brought(call: Call, named: Sequence[str]) -> tuple[Content, ...]:
    """What these hashes stand for, each once; RefusalError `attachment_not_here` for one that is lacking."""
    store = call.front.hall.attachments
    found = []
    for sha256 in dict.fromkeys(named):
        content = await asyncio.to_thread(_content, store, sha256) if store is not None else None
        if content is None:
            raise RefusalError(Refusal("attachment_not_here", "attachments"), "register")
        found.append(content)
    return tuple(found)


def _content(store: Attachments, sha256: str) -> Content | None:
    standing = store.standing(sha256)
    if standing is None or not standing.whole:
        return None
    media = media_of(store.piece(sha256, 0)[:HEAD_BYTES])
    return Content(sha256, name_for(sha256, media), media, standing.bytes)
