"""What a writer's thread drives: a core that does jobs in groups, and does them without a thread as well."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

from app.log.entries import Head

J = TypeVar("J", contravariant=True)


class Core(Protocol[J]):
    """The one code that writes a database. Called by one thread at a time: a Writer's, or a simulator's."""

    @property
    def head(self) -> Head:
        """The last numbered entry on disk."""
        ...

    @property
    def standing(self) -> Hashable:
        """Differs after a group whenever something was written that followers should hear of."""
        ...

    def commit(self, group: Sequence[J]) -> list[Any]:
        """What became of each job, in order; an Exception is the answer of a job that failed. Everything
        that was written is on disk when this returns."""
        ...

    def run(self, work: Callable[[Connection], int]) -> int:
        """Other writing work, in a transaction of its own. WorldError when the disk refuses."""
        ...

    def checkpoint(self) -> None:
        """Move all commits from the WAL into the database file, as far as readers allow."""
        ...
