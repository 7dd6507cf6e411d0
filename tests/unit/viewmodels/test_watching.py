"""A wall can neither act nor reveal, whatever asks it."""

from __future__ import annotations

import pytest

from app.commands.command import Command, NewReport
from app.viewmodels.watching import Watching, nobody


def test_every_wish_is_refused() -> None:
    watching = Watching()
    for future in (
        watching.submit(Command(action="accept", incident="i-1"), nobody()),
        watching.register(NewReport(channel="phone", what="x"), nobody()),
        watching.reveal("i-1", "phone", "ref", "verify", nobody()),
    ):
        assert future.done()
        with pytest.raises(PermissionError):
            future.result()
