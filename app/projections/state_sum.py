"""One number for the whole confirmed state, kept up with every fold, for replicas to compare."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import Connection

from app.log.entries import Numbered

_MODULUS = 1 << 256
_BYTES = 32

_SAVE = "REPLACE INTO state_sum(one, total) VALUES(1, ?)"


def case_part(incident: str, packed: bytes) -> int:
    """What a case adds to the sum, by its id and its packed confirmed state."""
    return int.from_bytes(sha256(f"case {incident} ".encode() + packed).digest())


def hall_part(numbered: Numbered) -> int:
    """What an entry of the hall adds to the sum: it never changes again."""
    return int.from_bytes(sha256(f"hall {numbered.gseq} ".encode() + numbered.raw).digest())


class StateSum:
    """The sum of all parts: a case that changes takes its old part out and puts its new one in, so that no
    fold looks at what it does not touch, and the groups in which entries came make no difference.

    It tells replicas that went apart by mistake. Against a forger it proves nothing: that is the chain's.
    """

    def __init__(self) -> None:
        self._total = self._saved = 0

    def start(self, connection: Connection) -> None:
        """Begin with nothing, in an empty table."""
        self._total = self._saved = 0
        connection.exec_driver_sql(_SAVE, (bytes(_BYTES),))

    def load(self, connection: Connection) -> None:
        self._total = self._saved = _read(connection)

    def move(self, before: int, after: int) -> None:
        """Put `after` in the place of `before`; 0 stands for nothing."""
        self._total = (self._total + after - before) % _MODULUS

    def digest_with(self, moved: int) -> str:
        """The digest, were the sum moved by so much."""
        return _spelled((self._total + moved) % _MODULUS)

    def save(self, connection: Connection) -> None:
        if self._total != self._saved:
            connection.exec_driver_sql(_SAVE, (self._total.to_bytes(_BYTES),))
            self._saved = self._total


def state_digest(connection: Connection) -> str:
    """The digest as `sum256:` and 64 hexadecimal digits."""
    return _spelled(_read(connection))


def _spelled(total: int) -> str:
    return f"sum256:{total:064x}"


def _read(connection: Connection) -> int:
    found = connection.exec_driver_sql("SELECT total FROM state_sum").scalar_one()
    return int.from_bytes(found)
