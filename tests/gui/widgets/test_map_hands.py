"""The map under hand and keys: everything a mouse can do the keyboard can do too, and it is read out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.gui.widgets.map_world import HOME, MIDDLE, SIDE, SIGNS, Words, marks
from widgets.map.hands import NOTCH, MapHands
from widgets.map.spots import Spot
from widgets.theme import Theme

LEFT_SPOT = (0.8 + SIDE * 0.2, 0.4 + SIDE * 0.5)
RIGHT_SPOT = (0.8 + SIDE * 0.8, 0.4 + SIDE * 0.5)


@pytest.fixture
def hands(theme: Theme) -> Iterator[MapHands]:
    made = MapHands(theme, "地图", Words(), SIGNS, (("units", False), ("cases", True)))
    made.resize(640, 480)
    made.set_home(HOME)
    made.show()
    made.setFocus()
    QApplication.processEvents()
    made.settle()
    yield made
    made.hide()
    made.deleteLater()


def point(hands: MapHands, place: tuple[float, float]) -> QPoint:
    return QPointF(*hands.view.spot(*place)).toPoint()


def hover(hands: MapHands, at: QPoint) -> None:
    """Point at, as a mouse without a button does."""
    buttons = Qt.MouseButton.NoButton
    local = QPointF(at)
    event = QMouseEvent(
        QEvent.Type.MouseMove, local, hands.mapToGlobal(local), buttons, buttons, Qt.KeyboardModifier(0)
    )
    QApplication.sendEvent(hands, event)


def wheel(hands: MapHands, at: QPoint, turned: int) -> None:
    event = QWheelEvent(
        QPointF(at),
        hands.mapToGlobal(QPointF(at)),
        QPoint(),
        QPoint(0, turned),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier(0),
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(hands, event)


def picked(hands: MapHands) -> list[Spot]:
    found: list[Spot] = []
    hands.picked.connect(found.append)
    return found


@pytest.mark.parametrize(
    ("key", "across", "down"),
    [
        (Qt.Key.Key_Left, -1, 0),
        (Qt.Key.Key_Right, 1, 0),
        (Qt.Key.Key_Up, 0, -1),
        (Qt.Key.Key_Down, 0, 1),
    ],
)
def test_arrows_move_it(hands: MapHands, key: Qt.Key, across: int, down: int) -> None:
    before = hands.view
    QTest.keyClick(hands, key)
    near = hands.view
    assert (near.x - before.x) * near.scale == pytest.approx(across * 640 / 8)
    assert (near.y - before.y) * near.scale == pytest.approx(down * 480 / 8)
    QTest.keyClick(hands, key, Qt.KeyboardModifier.ShiftModifier)
    assert (hands.view.x - near.x) * near.scale == pytest.approx(across * 640 / 2)


def test_plus_minus_and_home(hands: MapHands) -> None:
    zoom = hands.view.zoom
    QTest.keyClick(hands, Qt.Key.Key_Plus)
    assert hands.view.zoom == int(zoom) + 1
    QTest.keyClick(hands, Qt.Key.Key_Minus)
    QTest.keyClick(hands, Qt.Key.Key_Minus)
    assert hands.view.zoom == int(zoom) - 1
    QTest.keyClick(hands, Qt.Key.Key_Home)
    assert hands.view.zoom == zoom


def test_the_wheel_zooms_in_whole_steps_where_the_hand_is(hands: MapHands) -> None:
    zoom, at = hands.view.zoom, QPoint(500, 100)
    place = hands.view.to_world(500, 100)
    for _ in range(3):
        wheel(hands, at, NOTCH // 4)
    assert hands.view.zoom == zoom
    wheel(hands, at, NOTCH // 4)
    assert hands.view.zoom == int(zoom) + 1
    assert hands.view.spot(*place) == pytest.approx((500, 100), abs=1)


def test_a_drag_moves_and_picks_nothing(hands: MapHands) -> None:
    hands.set_marks("cases", marks(MIDDLE))
    found, before = picked(hands), hands.view
    start = point(hands, MIDDLE)
    QTest.mousePress(hands, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(hands, start + QPoint(40, 25))
    QTest.mouseRelease(hands, Qt.MouseButton.LeftButton, pos=start + QPoint(40, 25))
    assert (before.x - hands.view.x) * before.scale == pytest.approx(40)
    assert (before.y - hands.view.y) * before.scale == pytest.approx(25)
    assert found == []


def test_a_click_picks_what_is_there(hands: MapHands) -> None:
    hands.set_marks("cases", marks(LEFT_SPOT, RIGHT_SPOT))
    found = picked(hands)
    QTest.mouseClick(hands, Qt.MouseButton.LeftButton, pos=point(hands, RIGHT_SPOT))
    QTest.mouseClick(hands, Qt.MouseButton.LeftButton, pos=QPoint(320, 20))
    assert [spot.keys for spot in found] == [(1,)]


def test_a_click_on_a_count_zooms_in(hands: MapHands) -> None:
    hands.set_marks("cases", marks(MIDDLE, (MIDDLE[0] + 1e-8, MIDDLE[1])))
    found, zoom = picked(hands), hands.view.zoom
    (spot,) = [s for s in hands_spots(hands) if s.gathered]
    QTest.mouseClick(hands, Qt.MouseButton.LeftButton, pos=point(hands, (spot.x, spot.y)))
    assert hands.view.zoom == int(zoom) + 1
    assert found == []


def hands_spots(hands: MapHands) -> list[Spot]:
    """What the keyboard would go through."""
    seen: list[Spot] = []
    while (spot := hands.walk(1)) is not None and spot not in seen:
        seen.append(spot)
    hands.set_current(None)
    return seen


def test_several_in_one_place_are_chosen_from_a_list(hands: MapHands) -> None:
    hands.set_marks("units", marks(*[MIDDLE] * 12))
    found = picked(hands)
    QTest.mouseClick(hands, Qt.MouseButton.LeftButton, pos=point(hands, MIDDLE))
    assert hands.choice.isVisible()
    rows = hands.choice.accessibleDescription().splitlines()
    assert len(rows) == 9
    assert rows[-1] == "还有 4"
    QTest.keyClick(hands.choice, Qt.Key.Key_Down)
    QTest.keyClick(hands.choice, Qt.Key.Key_Return)
    assert len(found) == 1
    assert f"units {found[0].keys[0]}" in rows[1]
    assert not hands.choice.isVisible()


def test_the_last_row_brings_the_next_page_and_esc_closes(hands: MapHands) -> None:
    hands.set_marks("units", marks(*[MIDDLE] * 12))
    found = picked(hands)
    QTest.mouseClick(hands, Qt.MouseButton.LeftButton, pos=point(hands, MIDDLE))
    first = hands.choice.accessibleDescription().splitlines()[:8]
    for _ in range(8):
        QTest.keyClick(hands.choice, Qt.Key.Key_Down)
    QTest.keyClick(hands.choice, Qt.Key.Key_Return)
    second = hands.choice.accessibleDescription().splitlines()
    assert len(second) == 4
    assert not set(first) & set(second)
    QTest.keyClick(hands.choice, Qt.Key.Key_Escape)
    assert (hands.choice.isVisible(), found) == (False, [])


def test_pointing_reads_out_one_or_several(hands: MapHands) -> None:
    hands.set_marks("cases", marks(LEFT_SPOT))
    hands.set_marks("units", marks(*[RIGHT_SPOT] * 7))
    hover(hands, point(hands, LEFT_SPOT))
    assert hands.plate.lines == ("cases 0", "第二行")
    assert hands.plate.isVisible()
    hover(hands, point(hands, RIGHT_SPOT))
    assert len(hands.plate.lines) == 6
    assert hands.plate.lines[-1] == "还有 2"
    hover(hands, QPoint(320, 20))
    assert not hands.plate.isVisible()


def test_the_keyboard_goes_through_what_is_in_view(hands: MapHands) -> None:
    hands.set_marks("cases", marks(LEFT_SPOT, RIGHT_SPOT, (0.9, 0.9)))
    QTest.keyClick(hands, Qt.Key.Key_N)
    assert hands.accessibleDescription().splitlines() == ["cases 1", "第二行", "1/2"]
    QTest.keyClick(hands, Qt.Key.Key_N)
    assert "cases 0" in hands.accessibleDescription()
    QTest.keyClick(hands, Qt.Key.Key_N)
    assert "cases 1" in hands.accessibleDescription()
    QTest.keyClick(hands, Qt.Key.Key_P)
    assert "cases 0" in hands.accessibleDescription()
    found = picked(hands)
    QTest.keyClick(hands, Qt.Key.Key_Return)
    assert [spot.keys for spot in found] == [(0,)]
    QTest.keyClick(hands, Qt.Key.Key_Escape)
    assert hands.current is None
    assert not hands.plate.isVisible()


def test_nothing_to_walk_through(hands: MapHands) -> None:
    assert hands.walk(1) is None
    QTest.keyClick(hands, Qt.Key.Key_Return)
    assert hands.current is None


@pytest.mark.parametrize(
    ("key", "modifiers", "own"),
    [
        (Qt.Key.Key_N, Qt.KeyboardModifier(0), True),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier, True),
        (Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier, False),
        (Qt.Key.Key_B, Qt.KeyboardModifier(0), False),
        (Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier, False),
    ],
)
def test_its_keys_are_its_own_and_no_others(
    hands: MapHands, key: Qt.Key, modifiers: Qt.KeyboardModifier, own: bool
) -> None:
    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifiers)
    event.setAccepted(False)
    QApplication.sendEvent(hands, event)
    assert event.isAccepted() == own
