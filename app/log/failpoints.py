"""Named places where a test may kill the process, so that every crash we promise to survive can be had."""

from __future__ import annotations

import os
import signal

VARIABLE = "MUSTER_FAILPOINT"
"""`name` or `name:n`: the process kills itself when it passes `name` for the n-th time."""

NAMES = frozenset(
    {
        "key_written",
        "database_built",
        "database_named",
        "sidecar_written",
        "before_write",
        "after_write",
        "after_fold",
        "before_commit",
        "after_commit",
        "before_ack",
        "after_ack",
        "refold_reset",
        "refold_batch",
    }
)


def _armed() -> tuple[str, int]:
    name, _, count = os.environ.get(VARIABLE, "").partition(":")
    if name and name not in NAMES:
        raise ValueError(f"{VARIABLE}: no failpoint is named {name!r}")
    return name, int(count or "1")


_name, _left = _armed()


def hit(name: str) -> None:
    """Pass the failpoint `name`: nothing happens unless the environment armed it before the start."""
    if name == _name:
        _count_down()


def _count_down() -> None:
    global _left
    _left -= 1
    if _left <= 0:
        # The hardest death a process can have: no handler, no flush, no `finally`.
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
