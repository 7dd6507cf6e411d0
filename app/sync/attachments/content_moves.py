"""Moving one content between desk and hub: what is lacking, some pieces at a time, till all is proved."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from app.base.errors import WorldError
from app.domain.attachment import HEAD_BYTES, media_of
from app.domain.refusal import Refusal
from app.log.attachments.files import FileAttachments
from app.log.attachments.port import PIECE_BYTES, Standing, piece_bytes
from app.sync.attachments.attached import AttachmentAsked
from app.sync.attachments.calls import AttachmentCalls, HubAwayError

AT_ONCE = 2
"""Pieces under way in each direction: one on the line while the other is on a disk."""

HASH_TRIES = 3
"""A whole that came out wrong at the hub is brought anew so often before a person must look."""

_ANEW = ("attachment_hash_wrong", "attachment_not_begun")

Result = TypeVar("Result")
Turn = Callable[[], Awaitable[None]]
"""Waited for before each piece: entries go first."""

Progress = Callable[[int, int], None]
"""Hears how many pieces of how many are done."""


async def on_disk(work: Callable[[], Result]) -> Result:
    """Disk work, on a thread that is not the link's."""
    return await asyncio.to_thread(work)


async def bring(
    calls: AttachmentCalls, contents: FileAttachments, sha256: str, turn: Turn, told: Progress
) -> Refusal | None:
    """Bring a content to the hub; None once the hub has proved it. HubAwayError leaves it half-brought,
    to be gone on with; WorldError when this desk cannot read it."""
    known = await on_disk(lambda: contents.standing(sha256))
    if known is None or not known.whole:
        return Refusal("attachment_not_here", "sha256")
    head = await on_disk(lambda: contents.piece(sha256, 0))
    asked = AttachmentAsked(sha256, known.bytes, media_of(head[:HEAD_BYTES]))

    async def one(index: int) -> Refusal | None:
        piece = await on_disk(lambda: contents.piece(sha256, index))
        answer = await calls.put(sha256, index, piece)
        return answer if isinstance(answer, Refusal) else None

    refused: Refusal | None = None
    # Once more than it may go wrong: the last question is whether the whole is there.
    for _ in range(HASH_TRIES + 1):
        there = await calls.begin(asked)
        if isinstance(there, Refusal):
            return there
        if there.whole:
            return None
        if there.piece_bytes != PIECE_BYTES or there.bytes != known.bytes:
            return Refusal("piece_length", "piece", {"bytes": str(there.piece_bytes)})
        lacking = Standing(sha256, known.bytes, tuple(there.have)).lacking()
        refused = await _each(lacking, known.pieces, one, turn, told)
        if refused is not None and refused.code not in _ANEW:
            return refused
    return refused or Refusal("attachment_hash_wrong", "sha256")


async def fetch(
    calls: AttachmentCalls, contents: FileAttachments, sha256: str, turn: Turn, told: Progress
) -> Standing | Refusal:
    """Fetch a content from the hub; how it stands here once all of it is proved. HubAwayError leaves it
    half-fetched, to be gone on with; WorldError when this desk's disk refuses."""
    known = await on_disk(lambda: contents.standing(sha256))
    size = known.bytes if known is not None else await calls.size(sha256)
    if isinstance(size, Refusal):
        return size
    begun = await on_disk(lambda: contents.begin(sha256, size))
    if isinstance(begun, Refusal) or begun.whole:
        return begun

    async def one(index: int) -> Refusal | None:
        piece = await calls.piece(sha256, index, piece_bytes(size, index))
        if isinstance(piece, Refusal):
            return piece
        kept = await on_disk(lambda: contents.put(sha256, index, piece))
        return kept if isinstance(kept, Refusal) else None

    refused = await _each(begun.lacking(), begun.pieces, one, turn, told)
    if refused is not None:
        return refused
    there = await on_disk(lambda: contents.standing(sha256))
    return there if there is not None and there.whole else Refusal("attachment_hash_wrong", "sha256")


async def _each(
    indexes: Sequence[int],
    pieces: int,
    one: Callable[[int], Awaitable[Refusal | None]],
    turn: Turn,
    told: Progress,
) -> Refusal | None:
    """Do `one` for each piece, AT_ONCE at a time; the first no ends it, when those under way have ended."""
    left = iter(indexes)
    done = pieces - len(indexes)
    refused: list[Refusal] = []
    failed: list[Exception] = []
    told(done, pieces)

    async def work() -> None:
        nonlocal done
        for index in left:
            await turn()
            if refused or failed:
                return
            try:
                answer = await one(index)
            except (HubAwayError, WorldError) as error:
                failed.append(error)
                return
            if answer is not None:
                refused.append(answer)
                return
            done += 1
            told(done, pieces)

    async with asyncio.TaskGroup() as group:
        for _ in range(min(AT_ONCE, len(indexes))):
            group.create_task(work())
    if refused:
        return refused[0]
    if failed:
        raise failed[0]
    return None
