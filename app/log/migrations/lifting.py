"""Lifting a database of an older program to today's format, with a copy of the old file kept beside it."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from app.base.errors import WorldError
from app.base.logs import Logger
from app.log.files.database import Access, disk_errors_told, engine, transaction
from app.log.files.failpoints import hit
from app.log.files.folder import DataFolder, sync_folder
from app.log.files.schema import Meta, read_meta

_log = Logger(__name__)


def lift(folder: DataFolder, key: bytes, about: Meta) -> Meta:
    """Bring the database to today's format; what it says of itself then. The caller holds the lock.

    The copy is whole before anything is changed, and the change is one transaction: after a crash the next
    opening finds the old format and does all of it again, or finds the new one. WorldError when the disk
    refuses or somebody is reading the old one.
    """
    _settle(folder, key)
    with disk_errors_told(folder.path):
        _keep(folder.database, copy_of(folder, about.format))
    hit("format_copied")
    with closing(engine(folder.database, key, Access.WRITE).connect()) as connection:
        with transaction(connection):
            upgrade(connection, about.format)
        hit("format_lifted")
        lifted = read_meta(connection)
    if lifted is None:
        raise WorldError("database_foreign", path=str(folder.database))
    _log.info("log.format_lifted", before=about.format, after=lifted.format)
    return lifted


def copy_of(folder: DataFolder, format_: int) -> Path:
    """Where the file of an older format is kept; it opens with the same key."""
    return folder.database.with_name(f"{folder.database.name}.format{format_}")


def upgrade(connection: Connection, format_: int) -> None:
    """Run every script after `format_` (0: all of them), inside the caller's transaction."""
    config = Config()
    # Configuration files give the percent sign a meaning that paths do not know of.
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    if format_:
        command.stamp(config, f"{format_:04}")
    command.upgrade(config, "head")
    # The format stands in `meta`, once; alembic's own table is a tool of the moment.
    connection.exec_driver_sql("DROP TABLE alembic_version")


def _settle(folder: DataFolder, key: bytes) -> None:
    # Closing the last connection moves every commit into the file; whoever still reads would keep them back.
    with closing(engine(folder.database, key, Access.WRITE).connect()) as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()
    if folder.has_wal():
        raise WorldError("database_busy", path=str(folder.database))


def _keep(database: Path, kept: Path) -> None:
    unfinished = kept.with_name(kept.name + ".new")
    try:
        shutil.copyfile(database, unfinished)
        with unfinished.open("r+b") as file:
            os.fsync(file.fileno())
        unfinished.replace(kept)
    finally:
        unfinished.unlink(missing_ok=True)
    sync_folder(kept.parent)
