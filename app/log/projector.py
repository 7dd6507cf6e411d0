"""What the log asks of the read models that are folded in the same transaction as the entries they fold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from sqlalchemy import Connection

from app.log.entries import Numbered


class Projector(Protocol):
    """All projections of a database as one. All methods but the digests are called by the one writer only."""

    @property
    def names_and_versions(self) -> Mapping[str, int]:
        """Every projection and its fold's version: another set or number means rebuild, never migrate."""
        ...

    def reset(self, connection: Connection) -> None:
        """Drop and make anew all tables and forget everything, inside the caller's transaction."""
        ...

    def fold(
        self, connection: Connection, entries: Sequence[Numbered], pending: Sequence[Numbered] = ()
    ) -> None:
        """Take in the next numbered entries, inside the caller's transaction, which is not to be ended here.

        `pending` are all entries without a number yet, in order, about any subject that `entries` touch: they
        stay visible on top. What has a verdict is recorded and changes nothing. The transaction may still be
        rolled back: then `rolled_back` is called, and not `committed`.

        What it raises is a bug: the append that caused it is refused and nothing of it stays.
        """
        ...

    def fold_past(
        self, connection: Connection, entries: Sequence[Numbered], pending: Sequence[Numbered], mark: int
    ) -> str:
        """As `fold`, of entries on both sides of the number `mark`; what `state_digest` was at that number.
        One call and not two: what waits is laid over what it touches once."""
        ...

    def overlay(self, connection: Connection, entries: Sequence[Numbered]) -> None:
        """Show new pending entries on top of what is visible, inside the caller's transaction."""
        ...

    def state_digest(self, connection: Connection) -> str:
        """A hash of what the numbered entries folded so far give, nothing pending in it: equal logs give
        equal digests, whatever their replicas have waiting. Cheap: it is asked often while folding."""
        ...

    def committed(self, entries: Sequence[Numbered]) -> None:
        """The entries last folded or laid over are on disk; called before anyone hears of them."""
        ...

    def rolled_back(self) -> None:
        """What was folded since the last `committed` never happened: drop whatever is held in memory."""
        ...

    def digest(self, connection: Connection) -> str:
        """A hash over all rows of all tables, pending entries included: equal folds of equal entries give
        equal digests."""
        ...
