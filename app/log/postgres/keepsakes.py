"""Secrets that all hub processes of one hall share, on the server, under the key that they share too."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection

from app.base.errors import WorldError
from app.log.postgres.server import Server

_KEY_BYTES = 32
_NONCE_BYTES = 12

_GET = "SELECT sealed FROM keepsake WHERE name = %s"
_KEEP = "INSERT INTO keepsake(name, sealed) VALUES(%s, %b) ON CONFLICT DO NOTHING"
_REPLACE = (
    "INSERT INTO keepsake(name, sealed) VALUES(%s, %b) "
    "ON CONFLICT(name) DO UPDATE SET sealed = excluded.sealed"
)

Result = TypeVar("Result")


class PgKeepsakes:
    """Implements Keepsakes. Rarely asked: each call has a connection of its own."""

    def __init__(
        self, server: Server, database_key: bytes, random_bytes: Callable[[int], bytes] = os.urandom
    ) -> None:
        derived = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=b"muster: secrets of the hall")
        self._cipher = AESGCM(derived.derive(database_key))
        self._server = server
        self._random_bytes = random_bytes

    def get(self, name: str) -> bytes | None:
        """See Keepsakes."""
        return self._do(lambda connection: self._read(connection, name))

    def keep(self, name: str, value: bytes) -> bytes:
        """See Keepsakes."""
        sealed = self._seal(name, value)

        def work(connection: Connection) -> bytes | None:
            connection.exec_driver_sql(_KEEP, (name, sealed))
            return self._read(connection, name)

        kept = self._do(work)
        assert kept is not None, "nobody takes one away"
        return kept

    def replace(self, name: str, value: bytes) -> None:
        """See Keepsakes."""
        sealed = self._seal(name, value)
        self._do(lambda connection: connection.exec_driver_sql(_REPLACE, (name, sealed)))

    def _seal(self, name: str, value: bytes) -> bytes:
        nonce = self._random_bytes(_NONCE_BYTES)
        # Bound to its name: one that is moved to another does not open.
        return nonce + self._cipher.encrypt(nonce, value, name.encode())

    def _read(self, connection: Connection, name: str) -> bytes | None:
        sealed = connection.exec_driver_sql(_GET, (name,)).scalar()
        if sealed is None:
            return None
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name.encode())
        except (InvalidTag, ValueError) as error:
            raise WorldError("keepsake_damaged", server=self._server.name, name=name) from error

    def _do(self, work: Callable[[Connection], Result]) -> Result:
        with self._server.reading.connect() as connection:
            return work(connection)
