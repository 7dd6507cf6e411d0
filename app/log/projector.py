"""What the log asks of the read models that are folded in the same transaction as the entries they fold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from sqlalchemy import Connection

from app.log.entries import Numbered


class Projector(Protocol):
    """All projections of a database as one. All methods but `digest` are called by the one writer only."""

    @property
    def names_and_versions(self) -> Mapping[str, int]:
        """Every projection and its fold's version: another set or number means rebuild, never migrate."""
        ...

    def reset(self, connection: Connection) -> None:
        """Drop and make anew all tables and forget everything, inside the caller's transaction."""
        ...

    def fold(self, connection: Connection, entries: Sequence[Numbered]) -> None:
        """Take in the next entries, inside the caller's transaction, which is not to be ended here.

        The transaction may still be rolled back: then `rolled_back` is called, and not `committed`.

        What it raises is a bug: the append that caused it is refused and nothing of it stays.
        """
        ...

    def committed(self, entries: Sequence[Numbered]) -> None:
        """The entries last folded are on disk; called before anyone hears of them."""
        ...

    def rolled_back(self) -> None:
        """What was folded since the last `committed` never happened: drop whatever is held in memory."""
        ...

    def digest(self, connection: Connection) -> str:
        """A hash over all rows of all tables: equal folds of equal entries give equal digests."""
        ...
