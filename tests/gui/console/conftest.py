"""A console on a small real hall, opened for the first intake officer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.helpers.desk import Desk, desk
from tests.helpers.fingers import Fingers
from tests.helpers.halls import TestHall, hall
from tests.helpers.scenes import people


@pytest.fixture
def small_hall(tmp_path: Path) -> Iterator[TestHall]:
    with hall(tmp_path / "hall") as made:
        people(made)
        yield made


@pytest.fixture
def at_desk(qtbot: QtBot, small_hall: TestHall) -> Iterator[Desk]:
    with desk(small_hall) as made:
        made.open(qtbot)
        yield made


@pytest.fixture
def hands(at_desk: Desk) -> Fingers:
    return Fingers(at_desk.window)
