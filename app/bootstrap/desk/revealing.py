"""Personal data shown at a desk that does not hold it: asked of the hub, once the entry of it is there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from app.commands.refused import RefusedError
from app.domain.refusal import Refusal
from app.log.entries import Secret

Fetch = Callable[[Sequence[str]], "Future[list[Secret]]"]
"""Asks the hub for what lies behind references; it answers what this desk has revealed, as its log says."""

TRIES = 10
PAUSE_S = 0.3
"""The entry that says who saw it goes up ahead of the question; a slow line takes a second or two."""

ERASED = "erased"


async def reveal_from_hub(reveal: Callable[[], str | Refusal], ref: str, fetch: Fetch) -> str:
    """What `reveal` gives, which also writes who saw it; else what the hub has behind `ref`.

    RefusedError when it may not be shown or was erased; WorldError without a line to the hub.
    """
    value = reveal()
    if isinstance(value, str):
        return value
    if value.code != ERASED:
        raise RefusedError(value)
    for _ in range(TRIES):
        found = await asyncio.wrap_future(fetch((ref,)))
        if found:
            return found[0].value
        await asyncio.sleep(PAUSE_S)
    raise RefusedError(value)
