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
        "before_push_write",
        "after_push_commit",
        "format_copied",
        "format_lifted",
        "before_hold",
        "after_hold_write",
        "after_hold_commit",
        "before_take",
        "after_take_write",
        "after_take_fold",
        "after_take_commit",
        "cut_done",
        "snapshot_built",
        "snapshot_named",
        "before_push_sent",
        "after_push_sent",
        "before_push_acked",
        "before_frame_sent",
        "after_frame_sent",
        "piece_written",
        "piece_kept",
        "content_proved",
        "content_named",
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
