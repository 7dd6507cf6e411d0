"""Failpoints of the real code as places where a simulated program may die."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app.log.files import failpoints


class DiedError(BaseException):
    """The program of `who` is gone in the middle of whatever it did. No `except Exception` sees it."""

    def __init__(self, who: object) -> None:
        super().__init__(who)
        self.who = who


@contextmanager
def passing(hit: Callable[[str], None]) -> Iterator[None]:
    """Have `hit` called with the name of every failpoint that the log's code passes in the block."""
    real = failpoints.hit
    held = [
        module
        for name, module in sorted(sys.modules.items())
        if name.startswith("app.log.") and getattr(module, "hit", None) is real
    ]
    for module in held:
        module.hit = hit  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for module in held:
            module.hit = real  # type: ignore[attr-defined]
