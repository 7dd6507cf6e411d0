"""What a person would read when a file cannot be opened as a table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.base.errors import MusterError
from app.intake.tables.opening import open_table
from app.intake.tables.table import Record
from tests.unit.intake.sinks import language


def read(path: Path, **options: Any) -> tuple[list[str], list[Record]]:
    """Header and records."""
    with open_table(path, **options) as table:
        return table.header, list(table.records())


def fault(path: Path, **options: Any) -> str:
    """The key of the error, after a look at its sentence: one line that names the file."""
    with pytest.raises(MusterError) as caught:
        read(path, **options)
    for code in ("zh", "en"):
        line = language(code).error(caught.value)
        assert path.name in line
        assert "\n" not in line
    return caught.value.key
