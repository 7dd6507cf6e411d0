"""A served hall for each test: a copy of one that was founded once."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.helpers.halls import hall
from tests.unit.hub.serving import Served, served


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A founded hall, closed: copies of it open in a third of the time that founding takes."""
    folder = tmp_path_factory.mktemp("founded") / "hall"
    with hall(folder):
        return folder


@pytest.fixture
async def hub(tmp_path: Path, founded: Path) -> AsyncIterator[Served]:
    shutil.copytree(founded, tmp_path / "hall")
    async with served(tmp_path / "hall") as found:
        yield found
