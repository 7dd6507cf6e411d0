"""What keeps sign-in and enrolment: rows beside the log, written in their turn by the log's one writer."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol

from sqlalchemy import Connection


class Safe(Protocol):
    """The open database, as far as these rows need it; a Store is one."""

    def write(self, work: Callable[[Connection], int]) -> Future[int]:
        """Do `work` in its turn, in a transaction of its own; its number once that is on disk.

        WorldError from the future when the disk refuses; nothing was written then.
        """
        ...

    def reader(self) -> Connection:
        """This thread's own reading connection."""
        ...
