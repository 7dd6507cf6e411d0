"""A disk in memory, where the machine has one: rules and windows need files, and no disk to wait for."""

from __future__ import annotations

import os
from pathlib import Path

MEMORY = Path("/dev/shm")


def memory_disk() -> str | None:
    """Where to put files that only a test reads; None: wherever temporary files are put."""
    return str(MEMORY) if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) else None


def use_memory_disk() -> None:
    """Have pytest make its temporary folders there; to be called before the first is made."""
    if memory := memory_disk():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", memory)
