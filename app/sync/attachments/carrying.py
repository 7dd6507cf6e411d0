"""How the contents of attachments travel between this desk and its hub: as one frozen value, and its pace."""

from __future__ import annotations

import asyncio
import random as chance
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from app.base.logs import Condition, Logger
from app.log.attachments.files import FileAttachments
from app.log.attachments.quota import CACHE_BYTES_MAX

CALM_S, LOOK_S = 2.0, 0.05
"""So long a piece waits for entries to go first, and so often it looks; a desk that writes without end must
still get its pictures away."""

AWAY = "hub_away"

Named = Callable[[str, bool], bool]
"""Whether an entry names the content of this hash; one that has its number, if the second is True."""

_log = Logger("app.sync.attachments.carrier")


class Lane(msgspec.Struct, frozen=True):
    """One direction: contents under way and waiting, and of the one under way `done` of `pieces`.

    `trouble` is the rule by which the hub refused the last one, `hub_away` while it is not reached, or empty.
    """

    waiting: int = 0
    sha256: str = ""
    done: int = 0
    pieces: int = 0
    trouble: str = ""


class CarryStatus(msgspec.Struct, frozen=True):
    """`up` to the hub: what this desk attached. `down` from it: what somebody here opened."""

    up: Lane = Lane()
    down: Lane = Lane()


def _calm() -> bool:
    return True


@dataclass
class Carriage:
    """What both directions go by. `calm` says that no entries wait; `most_bytes` is what the desk keeps of
    contents that the hub has as well; `hub` its name for people; `random` is for pauses between tries."""

    contents: FileAttachments
    hub: str
    named: Named
    calm: Callable[[], bool] = _calm
    most_bytes: int = CACHE_BYTES_MAX
    random: Callable[[], float] = chance.random
    nudged: asyncio.Event = field(default_factory=asyncio.Event)
    reached: Condition = field(default_factory=lambda: Condition(_log, "sync.attachments"))

    async def turn(self) -> None:
        """Entries first."""
        for _ in range(round(CALM_S / LOOK_S)):
            if self.calm():
                return
            await asyncio.sleep(LOOK_S)

    async def pause(self, ms: int) -> None:
        """Until then, or until somebody says that the hub can be reached again."""
        self.nudged.clear()
        try:
            async with asyncio.timeout(ms / 1_000):
                await self.nudged.wait()
        except TimeoutError:
            return
