"""Whether a data directory and the --db of a command belong together, asked before anything is done."""

from __future__ import annotations

from pathlib import Path

from app.base.clock import Clock
from app.base.errors import WorldError
from app.base.paths import is_there
from app.log.files.folder import DataFolder
from app.log.files.keys import FileKeys
from app.log.files.schema import DESK, Meta
from app.log.opening import find
from app.log.postgres.role import ROLE


def must_not_follow(data: Path) -> None:
    """WorldError when the hall of `data` is that of a hub elsewhere, or lies on a server, which its commands
    must name."""
    about = _about(data)
    if about is not None and about.role == DESK:
        raise WorldError("not_a_hub", path=str(data))
    if about is not None and about.role == ROLE:
        raise WorldError("hub_needs_db", path=str(data))


def must_belong(data: Path, url: str, clock: Clock) -> None:
    """WorldError unless a hall is in the database that `url` names, and `data` is the directory of one of its
    hub processes, or can become one: an empty one that has the key. Errors besides as in `open_pg_hub`."""
    # Loaded only here: the driver behind it would cost every command that needs none.
    from app.log.postgres import founding
    from app.log.postgres.server import open_server

    server = open_server(url)
    standing = founding.look(server, clock)
    if standing is None:
        raise WorldError("hub_database_unfounded", server=server.name)
    about = _about(data)
    if about is None:
        folder = DataFolder(data)
        founding.prove_key(server, standing, FileKeys(folder.key).load(), str(folder.key))
    elif about.role != ROLE or about.stream not in ("", standing.about.stream):
        raise WorldError("hub_database_other", server=server.name, path=str(data))


def _about(data: Path) -> Meta | None:
    """What the database in `data` says of itself; None when there is none."""
    folder = DataFolder(data)
    return find(folder, FileKeys(folder.key)).about if is_there(folder.database) else None
