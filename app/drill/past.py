"""Making the demo's past: the world lives it ahead of the disk, with a clerk of its own, then goes live."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.base.clock import Instant
from app.clerk.clerk import Clerk, Row
from app.commands.commander import Commander
from app.commands.desk import Desk
from app.drill.ahead import Ahead
from app.drill.history import Progress, live_through
from app.drill.tape import Tape
from app.drill.world import World
from app.log.store import Store


def make_past(
    store: Store,
    desk: Desk,
    tape: Tape,
    world: World,
    until: Instant,
    days: int,
    *,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Progress:
    """Live the `days` before `until` in the founded hall of `store`, whose clock is `tape`.

    On return everything is on disk, the tape is live and the world acts through `desk`. An error raised by
    `progress` ends the making; what is on disk by then is a shorter past, whole and consistent.
    """
    ahead = Ahead(store, tape)
    own = Desk(ahead, lambda: desk.hall, tape.past, letters=desk.letters, ids=desk.ids, sealer=desk.sealer)
    commander = Commander(own)
    world.enter(commander, tape.past)
    clerk = Clerk(commander, _no_cases)
    try:
        last = live_through(world, tape.past, until, days, progress=progress, clerk=clerk)
    finally:
        ahead.flush()
        tape.go_live()
        world.enter(Commander(desk), tape)
    return last


def _no_cases(_row: int, _most: int) -> Sequence[Row]:
    """A new hall has no case that the clerk would not hear of."""
    return ()
