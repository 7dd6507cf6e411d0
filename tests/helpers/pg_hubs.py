"""Hub processes over one PostgreSQL database, as many as a test wants, each in a directory of its own."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from app.base.clock import Clock, ManualClock
from app.log.entries import Draft
from app.log.port import Accepted, Written
from app.log.postgres.hub import PgHub
from app.log.postgres.opening import open_pg_hub
from app.log.projector import Projector
from app.log.proving.verdicts import Judge, judge_shape
from tests.helpers.counting import NOON, Counting

KEY = "muster.key"


def pg_hub(
    folder: Path,
    url: str,
    projector: Projector | None = None,
    *,
    clock: Clock | None = None,
    judge: Judge = judge_shape,
    key_of: Path | None = None,
) -> PgHub:
    """A demo hub in `folder` with a clock that stands at NOON, open and following; `key_of` names the folder
    whose key it is given first."""
    if key_of is not None:
        folder.mkdir(exist_ok=True)
        shutil.copy(key_of / KEY, folder / KEY)
    clock, projector = clock or ManualClock(NOON), projector or Counting()
    hub = open_pg_hub(folder, url, clock, projector, mark="demo", judge=judge)
    hub.start()
    return hub


def pair(folder: Path, url: str) -> tuple[PgHub, PgHub]:
    """Two hubs over one database."""
    first = pg_hub(folder / "one", url)
    return first, pg_hub(folder / "two", url, key_of=folder / "one")


def written(hub: PgHub, *drafts: Draft) -> Written:
    """Append and wait; fails when nothing was written."""
    outcome = hub.append(drafts).result(30)
    assert isinstance(outcome, Written), outcome
    return outcome


def pushed(hub: PgHub, origin: str, parcels: Sequence[object]) -> Accepted:
    """Push and wait; fails when the push was not accepted."""
    outcome = hub.push(origin, parcels).result(30)  # type: ignore[arg-type]
    assert isinstance(outcome, Accepted), outcome
    return outcome
