"""Contents that nobody finished or named are let go of, from time to time, while the service runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from app.base.errors import WorldError
from app.base.logs import Condition, Logger
from app.commands.attaching import cases_naming
from app.domain.attachment import attachment_subject
from app.hub.hall import HubHall
from app.hub.limits import SWEEP_S

_log = Logger(__name__)


@asynccontextmanager
async def sweeping(hall: HubHall, every_s: float = SWEEP_S) -> AsyncIterator[None]:
    """Look once at the beginning of the block, and every so many seconds after."""
    task = asyncio.create_task(_sweep(hall, every_s))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _sweep(hall: HubHall, every_s: float) -> None:
    store, trouble = hall.attachments, Condition(_log, "hub.sweep")
    if store is None:
        return

    def named(sha256: str) -> bool:
        return bool(cases_naming(hall.log.history(attachment_subject(sha256)), sha256))

    while True:
        try:
            gone = await asyncio.to_thread(store.sweep, named)
        except WorldError as error:
            trouble.failed(error)
        else:
            trouble.recovered()
            if gone:
                _log.info("hub.swept", contents=len(gone))
        await asyncio.sleep(every_s)
