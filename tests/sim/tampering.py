"""Somebody alters what is stored: verify's proof finds it, wherever it is."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection

from app.base.errors import WorldError
from app.log.files.database import PAGE_BYTES, Access, engine
from app.log.files.folder import DataFolder
from tests.sim.final import proof
from tests.sim.ledger import hold
from tests.sim.node import Node
from tests.sim.template import KEYS

_TEXTS = ("hash", "prev_hash")
_NUMBERS = ("at", "hub_time", "oseq")


def rows_altered(node: Node, chance: random.Random) -> None:
    """Alter one place of the log by SQL, as who has the key could; it is put back."""
    connection = node.directory.connection
    last = connection.exec_driver_sql("SELECT max(gseq) FROM entry").scalar_one()
    gseq = chance.randint(1, last)
    how, what = chance.choice(_WAYS)
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        what(connection, gseq, chance)
        hold(proof(node), "altered and not found", (node.name, how, gseq))
    finally:
        connection.exec_driver_sql("ROLLBACK")


def page_altered(node: Node, chance: random.Random, folder: Path) -> None:
    """Flip one bit of a copy of the closed file: the cipher's own check finds it."""
    node.core.checkpoint()
    path = folder / "altered.db"
    shutil.copyfile(DataFolder(node.disk.folder).database, path)
    with path.open("r+b") as file:
        place = chance.randrange(path.stat().st_size)
        file.seek(place)
        (byte,) = file.read(1)
        file.seek(place)
        file.write(bytes([byte ^ 1 << chance.randrange(8)]))
    try:
        with engine(path, KEYS.load() or b"", Access.LOOK).connect() as connection:
            found = connection.exec_driver_sql("PRAGMA cipher_integrity_check").all()
    except WorldError:
        return
    hold(found, "flipped bit not found", (node.name, place // PAGE_BYTES, place % PAGE_BYTES))


def _raw(connection: Connection, gseq: int, chance: random.Random) -> None:
    raw = bytearray(connection.exec_driver_sql("SELECT raw FROM entry WHERE gseq = ?", (gseq,)).scalar_one())
    place = chance.randrange(len(raw))
    raw[place] ^= 1 << chance.randrange(7)
    connection.exec_driver_sql("UPDATE entry SET raw = ? WHERE gseq = ?", (bytes(raw), gseq))


def _text(connection: Connection, gseq: int, chance: random.Random) -> None:
    column = chance.choice(_TEXTS)
    connection.exec_driver_sql(f"UPDATE entry SET {column} = {column} || '0' WHERE gseq = ?", (gseq,))


def _number(connection: Connection, gseq: int, chance: random.Random) -> None:
    column = chance.choice(_NUMBERS)
    connection.exec_driver_sql(f"UPDATE entry SET {column} = {column} + 1000000 WHERE gseq = ?", (gseq,))


def _verdict(connection: Connection, gseq: int, _chance: random.Random) -> None:
    connection.exec_driver_sql(
        "UPDATE entry SET verdict = iif(verdict = '', 'not_permitted', '') WHERE gseq = ?", (gseq,)
    )


def _forgotten(connection: Connection, gseq: int, _chance: random.Random) -> None:
    # The last entry of all is what only a witness could miss.
    connection.exec_driver_sql("DELETE FROM subject WHERE gseq = ?", (gseq,))


_WAYS: list[tuple[str, Callable[[Connection, int, random.Random], None]]] = [
    ("bytes", _raw),
    ("hash", _text),
    ("number", _number),
    ("verdict", _verdict),
    ("subject", _forgotten),
]
