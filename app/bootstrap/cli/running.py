"""A hall open for one command: its logs written where they belong, everything closed again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from app.base import logs
from app.base.clock import SystemClock
from app.base.errors import WorldError
from app.base.paths import is_there
from app.bootstrap.cli.terminal import Terminal
from app.bootstrap.opening import NumberingHall, open_hall
from app.bootstrap.pg_belonging import must_not_follow
from app.log.files.folder import DataFolder


@contextmanager
def running_hall(
    data: Path, speaking: Terminal, *, reclaims: bool = False, db: str | None = None
) -> Iterator[NumberingHall]:
    """The hall in `data`, founded when the directory is new; folding shows as progress. `reclaims` as in
    open_hall."""
    progress = speaking.progress("cli.folding")
    with ExitStack() as held:
        clock, language = SystemClock(), speaking.language
        if db is None:
            must_not_follow(data)
            opened = open_hall(data, clock, language=language, progress=progress, reclaims=reclaims)
        else:
            from app.bootstrap.pg_opening import open_pg_hall

            opened = open_pg_hall(data, db, clock, language=language, progress=progress)
        hall = held.enter_context(opened)
        try:
            held.callback(logs.install(hall.logs, to_stderr=False))
        except OSError as error:
            raise WorldError("folder_read_only", path=str(hall.logs)) from error
        yield hall


def must_exist(data: Path) -> None:
    """WorldError unless a hall is or was in `data`: a mistyped path must not become a new hall."""
    folder = DataFolder(data)
    if not is_there(folder.database) and not is_there(folder.sidecar):
        raise WorldError("database_absent", path=str(data))
