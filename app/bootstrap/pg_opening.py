"""Opening a hall whose log lies on PostgreSQL: this process numbers beside others, and reads for itself."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from app.base.clock import Clock
from app.base.language import Language
from app.bootstrap.new_hall import Founder, NewHall, read_hall_file, real_hall
from app.bootstrap.opening import NumberingHall
from app.clerk.clerk import Clerk
from app.commands.commander import Commander
from app.commands.desk import Desk
from app.commands.founding import found
from app.commands.judging import make_judge
from app.log.postgres.hub import PgHub
from app.log.postgres.opening import holds_log, open_pg_hub
from app.log.proving.rebuild import Progress, no_progress
from app.projections.projector import HallProjector
from app.projections.reading import Reading


def open_pg_hall(
    folder: Path,
    url: str,
    clock: Clock,
    *,
    language: Language,
    mark: str | None = None,
    progress: Progress = no_progress,
    founder: Founder | None = None,
) -> NumberingHall:
    """Open the hall in the database that `url` names, with the data directory `folder` for what this process
    keeps, founding it when the database is new; the rest as in `open_hall`.

    WorldError and UsageError of `open_pg_hub`, and for files a new hall needs; then nothing was made.
    """
    make = founder or (lambda: real_hall(folder, language))
    # Asked before anything is made: a fault in a file must not leave a database without a hall.
    prepared = None if holds_log(url, clock) else make()
    letters = read_hall_file(folder).desk
    projector = HallProjector()

    def origin_of(eid: str) -> str | None:
        there = hub.get(eid)
        return None if there is None else there.entry.origin

    judge = make_judge(lambda: projector.hall, origin_of)
    hub = open_pg_hub(folder, url, clock, projector, mark=mark, progress=progress, judge=judge)
    try:
        projector.load(hub.reader())
        hub.start()
        desk = Desk(
            hub,
            lambda: projector.hall,
            clock,
            letters=letters,
            hall_of=lambda home: projector.halls.of(home),
        )
        if projector.hall.founded is None:
            _found_once(hub, projector, desk, prepared or make())
        commander = Commander(desk)
        reading = Reading(hub, projector)
        clerk = Clerk(commander, reading.cases_after, reading.cases)
        return NumberingHall(
            hub,
            projector,
            clock,
            commander,
            reading,
            clerk,
            safe=hub.safe,
            leads=hub.clerk_leader,
            fresh=hub.fresh,
            shared=hub.shared,
        )
    except BaseException:
        hub.close()
        raise


def _found_once(hub: PgHub, projector: HallProjector, desk: Desk, new: NewHall) -> None:
    """The first entries, by whichever process comes first."""
    with hub.alone():
        if projector.hall.founded is None:
            founded = replace(new.founded, mark=hub.mark)
            found(desk, founded, new.rules, new.areas, new.operators)
