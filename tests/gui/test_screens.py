"""Which window belongs on which screen, and what is kept of it over a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from views.screens import (
    CONSOLE,
    STATE_FILE,
    SUPERVISION,
    Placed,
    Plan,
    ScreenAt,
    WindowState,
    plan,
    read_state,
    write_state,
)

LEFT, MIDDLE, RIGHT = ScreenAt("A", 0, 0, primary=True), ScreenAt("B", 1920, 0), ScreenAt("C", 3840, 0)
NOTHING = WindowState()


def test_with_one_screen_the_wall_is_a_window_on_the_desk() -> None:
    assert plan([LEFT], desk=True, wall=True, before=NOTHING) == Plan("A", ("A",), framed=True)


def test_the_desk_takes_the_primary_screen_and_the_wall_all_others() -> None:
    assert plan([RIGHT, LEFT, MIDDLE], desk=True, wall=True, before=NOTHING) == Plan("A", ("B", "C"))


def test_without_a_desk_the_wall_takes_every_screen_from_left_to_right() -> None:
    assert plan([RIGHT, MIDDLE, LEFT], desk=False, wall=True, before=NOTHING) == Plan("", ("A", "B", "C"))


def test_without_a_wall_nothing_hangs() -> None:
    assert plan([LEFT, MIDDLE], desk=True, wall=False, before=NOTHING) == Plan("A", ())


def test_the_desk_keeps_the_screen_it_had() -> None:
    before = WindowState({CONSOLE: Placed("B"), SUPERVISION: Placed("A")})
    assert plan([LEFT, MIDDLE, RIGHT], desk=True, wall=True, before=before) == Plan("B", ("A", "C"))


def test_when_its_screen_is_gone_the_desk_goes_where_its_other_window_stood_or_to_the_primary_one() -> None:
    before = WindowState({CONSOLE: Placed("gone"), SUPERVISION: Placed("C")})
    assert plan([LEFT, MIDDLE, RIGHT], desk=True, wall=True, before=before) == Plan("C", ("A", "B"))
    before = WindowState({CONSOLE: Placed("gone")})
    assert plan([LEFT, MIDDLE], desk=True, wall=True, before=before) == Plan("A", ("B",))


def test_the_wall_hangs_in_the_order_it_hung_before() -> None:
    before = WindowState(walls=("C", "gone", "B"))
    assert plan([LEFT, MIDDLE, RIGHT], desk=True, wall=True, before=before) == Plan("A", ("C", "B"))


def test_without_any_screen_nothing_is_moved() -> None:
    assert plan([], desk=True, wall=True, before=NOTHING) is None


def test_a_state_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    state = WindowState(
        {CONSOLE: Placed("B", (10, 20, 1280, 800), maximised=False, parts=((196, 900, 700),))}, ("A", "C")
    )
    assert write_state(tmp_path, state)
    assert read_state(tmp_path) == state


@pytest.mark.parametrize("content", [b"", b"{", b'{"windows": 3}', b"\xff\xfe", b"[" * 100_000])
def test_a_state_that_cannot_be_read_opens_windows_afresh(tmp_path: Path, content: bytes) -> None:
    (tmp_path / STATE_FILE).write_bytes(content)
    assert read_state(tmp_path) == WindowState()


def test_a_folder_that_refuses_is_told_and_harms_nothing(tmp_path: Path) -> None:
    assert read_state(tmp_path / "nowhere") == WindowState()
    assert not write_state(tmp_path / "nowhere", WindowState())
