"""Where things lie on the screen, and which of them are counted together: arithmetic without a widget."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.map.furniture import scale_bar
from widgets.map.gathering import gather
from widgets.map.view import FIT_STEP, ZOOM_MAX, ZOOM_MIN, View

SIZED = View(0.8, 0.4, 12, 801, 603, 1.0)

views = st.builds(
    View,
    st.floats(0.2, 0.9),
    st.floats(0.2, 0.9),
    st.floats(ZOOM_MIN, ZOOM_MAX),
    st.integers(200, 4000),
    st.integers(200, 2200),
    st.sampled_from([1.0, 1.25, 1.5, 2.0]),
)


@given(views, st.floats(0, 1), st.floats(0, 1))
def test_a_point_of_the_screen_is_one_place(view: View, across: float, down: float) -> None:
    px, py = across * view.width, down * view.height
    x, y = view.to_world(px, py)
    assert view.spot(x, y) == pytest.approx((px, py), abs=1e-4)
    sx, sy = view.to_screen(np.array([x]), np.array([y]))
    assert abs(sx[0] - px) <= 0.5 / view.ratio + 1e-4
    assert float(sx[0] * view.ratio) == pytest.approx(round(float(sx[0] * view.ratio)), abs=1e-6)
    assert abs(sy[0] - py) <= 0.5 / view.ratio + 1e-4


@given(views, st.integers(-3, 3), st.floats(0, 1), st.floats(0, 1))
def test_zooming_keeps_the_place_under_the_hand(view: View, steps: int, across: float, down: float) -> None:
    px, py = across * view.width, down * view.height
    before = view.to_world(px, py)
    after = view.zoomed(steps, px, py)
    assert ZOOM_MIN <= after.zoom <= ZOOM_MAX
    assert after.zoom == (view.zoom if steps == 0 else int(after.zoom))
    assert (after.zoom - view.zoom) * steps >= 0
    if 0 < after.x < 1 and 0 < after.y < 1:
        assert after.spot(*before) == pytest.approx((px, py), abs=1.01 / view.ratio)


@given(views, st.floats(-3, 3), st.floats(-3, 3))
def test_the_middle_never_leaves_the_square(view: View, across: float, down: float) -> None:
    moved = view.moved(across * 1e9, down * 1e9)
    assert 0 <= moved.x <= 1
    assert 0 <= moved.y <= 1


def test_fitting_shows_all_of_it_as_close_as_can_be() -> None:
    box = (0.8001, 0.4002, 0.8009, 0.4004)
    view = SIZED.fitted(box, 20)
    seen = view.box
    assert (seen[0] <= box[0], seen[1] <= box[1], seen[2] >= box[2], seen[3] >= box[3]) == (True,) * 4
    closer = view.at(view.x, view.y, view.zoom + FIT_STEP)
    assert closer.box[2] - closer.box[0] < (box[2] - box[0]) * 801 / 761


def test_a_point_can_be_fitted_too() -> None:
    assert SIZED.fitted((0.5, 0.5, 0.5, 0.5), 20).zoom == ZOOM_MAX


@given(views)
def test_the_scale_bar_is_round_and_long_enough(view: View) -> None:
    length, px = scale_bar(view, 34_000_000.0, 60)
    assert 59.9 <= px <= 151
    assert f"{length:.6e}"[0] in "125"
    assert px == pytest.approx(length / 34_000_000.0 * view.scale)


spots = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.booleans()), max_size=60)


@given(spots, st.sampled_from([0.0, 0.03, 0.25, 2.0]))
def test_every_mark_is_shown_once_alone_or_counted(
    places: list[tuple[float, float, bool]], cell: float
) -> None:
    x, y = np.array([p[0] for p in places]), np.array([p[1] for p in places])
    apart = np.array([p[2] for p in places], dtype=np.bool_)
    found = gather(x, y, np.arange(len(places)), apart, cell)
    groups = [found.members(number).tolist() for number in range(len(found))]
    gathered = [member for group in groups for member in group]
    assert sorted([*found.alone.tolist(), *gathered]) == list(range(len(places)))
    assert not apart[gathered].any()
    for number, group in enumerate(groups):
        assert found.counts[number] == len(group) > 1
        assert found.worst[number] == max(group)
        assert len({(int(x[m] // cell), int(y[m] // cell)) for m in group}) == 1
        assert int(found.x[number] // cell) == int(x[group[0]] // cell)


def test_counts_of_neighbouring_squares_keep_apart() -> None:
    x = np.array([0.099, 0.0999, 0.1001, 0.101])
    found = gather(x, np.full(4, 0.05), np.zeros(4, dtype=np.int64), np.zeros(4, dtype=np.bool_), 0.1)
    assert len(found) == 2
    assert abs(found.x[1] - found.x[0]) >= 0.5 * 0.1


def test_panning_gathers_nothing_anew() -> None:
    rng = np.random.default_rng(5)
    x, y = rng.uniform(0.8, 0.801, 300), rng.uniform(0.4, 0.401, 300)
    nothing = np.zeros(300, dtype=np.bool_)
    cell = 50 / SIZED.scale
    first = gather(x, y, np.arange(300), nothing, cell)
    second = gather(x, y, np.arange(300), nothing, 50 / SIZED.moved(37, 11).scale)
    assert first.alone.tolist() == second.alone.tolist()
