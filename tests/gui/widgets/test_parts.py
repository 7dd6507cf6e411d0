from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.widgets.samples import RESOURCES
from widgets.action_bar import Action, ActionBar
from widgets.card import STATES, Card
from widgets.chips import Chip, Chips
from widgets.errors import LookError
from widgets.figure import Figure
from widgets.icons import Icons
from widgets.key_values import KeyValue, KeyValues
from widgets.label import Label
from widgets.light import Light, paint_light
from widgets.pill import Pill
from widgets.status_bar import StatusBar, StatusCell
from widgets.tag import Tag
from widgets.theme import Theme
from widgets.toast import Toast
from widgets.tokens import SHAPES

ACTIONS = [
    Action("urge", "Urge", "U", primary=True),
    Action("note", "Note", "P"),
    Action("merge", "Merge", "M", enabled=False, hint="lead only"),
]


def shown(qtbot: QtBot, theme: Theme, widget: QWidget, width: int = 500, height: int = 200) -> None:
    qtbot.addWidget(widget)
    theme.apply(widget)
    widget.resize(width, height)
    with qtbot.waitActive(widget):
        widget.show()
        # Without a window manager nobody else gives the window the keyboard.
        widget.activateWindow()


def painted(theme: Theme, shape: str, side: int = 40) -> QImage:
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(theme.colour("surface2"))
    with QPainter(image) as painter:
        paint_light(painter, QRectF(0, 0, side, side), shape, theme.colour("overdue_mark"))
    return image


def test_the_five_shapes_differ_and_weigh_alike(theme: Theme) -> None:
    images = {shape: painted(theme, shape) for shape in SHAPES}
    ground = theme.colour("surface2").rgb()
    inked = {
        shape: sum(image.pixel(x, y) != ground for x in range(40) for y in range(40))
        for shape, image in images.items()
    }
    assert len({bytes(image.constBits()) for image in images.values()}) == len(SHAPES)
    filled = [inked[shape] for shape in SHAPES if shape != "ring"]
    assert max(filled) < 1.6 * min(filled)
    assert images["ring"].pixel(20, 20) == ground
    assert images["circle"].pixel(20, 20) == theme.colour("overdue_mark").rgb()


def test_no_shape_touches_the_edge(theme: Theme) -> None:
    ground = theme.colour("surface2").rgb()
    for shape in ("circle", "triangle", "square", "ring"):
        image = painted(theme, shape)
        assert {image.pixel(at, edge) for at in range(40) for edge in (0, 39)} == {ground}, shape


def test_an_unknown_shape_is_refused(theme: Theme) -> None:
    with pytest.raises(ValueError, match="star"):
        painted(theme, "star")


def test_a_light_shows_its_shape_and_its_word(qtbot: QtBot, theme: Theme) -> None:
    light = Light(theme, "in_time", "in time")
    shown(qtbot, theme, light)
    light.set_light("overdue", "overdue")
    middle = light.grab().toImage().pixelColor(light.width() // 2, light.height() * 6 // 10)
    assert middle.name() == theme.colours["overdue_mark"]
    assert light.accessibleName() == "overdue"


def test_icons_take_the_colour_asked_for(qtbot: QtBot, theme: Theme) -> None:
    icons = Icons(RESOURCES / "icons")
    assert {"search", "plus", "phone", "link", "lock", "eye", "map", "wall", "bell", "alert"} <= set(
        icons.names
    )
    for name in icons.names:
        pixmap = icons.pixmap(name, theme.colour("overdue"), 24, 2.0)
        assert (pixmap.width(), pixmap.devicePixelRatio()) == (48, 2.0)
        image = pixmap.toImage()
        solid = {
            image.pixelColor(x, y).name()
            for x in range(48)
            for y in range(48)
            if image.pixelColor(x, y).alpha() == 255
        }
        assert solid == {theme.colours["overdue"]}, name
    with pytest.raises(LookError, match="icon_missing"):
        icons.pixmap("unicorn", theme.colour("text1"), 24)


@pytest.mark.parametrize("state", STATES)
def test_a_card_shows_its_content_or_its_state(qtbot: QtBot, theme: Theme, state: str) -> None:
    card, body = Card(theme, "Today", "since 00:00"), Label(theme, "17")
    card.set_body(body)
    shown(qtbot, theme, card)
    card.show_state(state, "" if state == "ready" else "said")
    said = [label for label in card.findChildren(Label) if label.text() == "said" and label.isVisible()]
    assert body.isVisible() == (state in ("ready", "stale", "cut_off"))
    assert len(said) == (0 if state == "ready" else 1)
    assert (card.state, card.property("state")) == (state, state)


def test_an_unknown_state_is_refused(qtbot: QtBot, theme: Theme) -> None:
    card = Card(theme, "Today")
    qtbot.addWidget(card)
    with pytest.raises(ValueError, match="sleepy"):
        card.show_state("sleepy")


def test_a_failing_card_fails_alone_and_comes_back(qtbot: QtBot, theme: Theme) -> None:
    card = Card(theme, "Today")
    card.set_body(Label(theme, "17"))
    qtbot.addWidget(card)

    def fail() -> None:
        raise KeyError("column")

    assert not card.attempt(fail, lambda error: f"failed: {type(error).__name__}")
    assert card.state == "failed"
    assert card.accessibleDescription() == "failed: KeyError"
    assert card.attempt(lambda: card.set_note("now"), str)
    assert card.state == "ready"


def test_success_leaves_a_state_alone_that_is_no_failure(qtbot: QtBot, theme: Theme) -> None:
    card = Card(theme, "Today")
    qtbot.addWidget(card)
    assert card.attempt(lambda: card.show_state("empty", "nothing"), str)
    assert card.state == "empty"


def test_actions_are_pressed_and_the_forbidden_one_says_why(qtbot: QtBot, theme: Theme) -> None:
    bar = ActionBar(theme, "actions")
    bar.set_actions(ACTIONS)
    shown(qtbot, theme, bar)
    pressed: list[str] = []
    bar.triggered.connect(pressed.append)
    first, second, third = bar.buttons()
    qtbot.mouseClick(second, Qt.MouseButton.LeftButton)
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Return)
    qtbot.keyClick(first, Qt.Key.Key_Space)
    qtbot.mouseClick(third, Qt.MouseButton.LeftButton)
    assert pressed == ["note", "urge", "urge"]
    assert (third.toolTip(), third.accessibleName()) == ("lead only", "Merge M")
    assert first.property("primary") is True


def test_actions_that_do_not_fit_go_into_another_line(qtbot: QtBot, theme: Theme) -> None:
    bar = ActionBar(theme, "actions")
    bar.set_actions(ACTIONS)
    shown(qtbot, theme, bar, 600, 200)
    assert len({button.y() for button in bar.buttons()}) == 1
    bar.resize(bar.buttons()[0].width() + 10, 200)
    assert len({button.y() for button in bar.buttons()}) == len(ACTIONS)
    assert bar.heightForWidth(bar.width()) >= 3 * theme.target_px


def test_the_same_actions_keep_their_buttons_and_others_the_focus(qtbot: QtBot, theme: Theme) -> None:
    bar = ActionBar(theme, "actions")
    bar.set_actions(ACTIONS)
    shown(qtbot, theme, bar)
    before = bar.buttons()
    bar.set_actions(list(ACTIONS))
    assert bar.buttons() == before
    before[1].setFocus()
    bar.set_actions(ACTIONS[1:])
    assert [button.action_id for button in bar.buttons()] == ["note", "merge"]
    assert bar.buttons()[0].hasFocus()


def test_a_chip_is_a_wish_until_its_owner_answers(qtbot: QtBot, theme: Theme) -> None:
    chips = Chips(theme, "filters")
    chips.set_chips([Chip("open", "Open 3", on=True), Chip("urgent", "Urgent")])
    shown(qtbot, theme, chips)
    urgent = chips.findChildren(QPushButton)[1]
    with qtbot.waitSignal(chips.chosen, check_params_cb=lambda chosen: chosen == "urgent"):
        qtbot.mouseClick(urgent, Qt.MouseButton.LeftButton)
    assert not urgent.isChecked()
    chips.set_chips([Chip("open", "Open 3"), Chip("urgent", "Urgent 1", on=True)])
    assert chips.findChildren(QPushButton)[1] is urgent
    assert (urgent.isChecked(), urgent.text()) == (True, "Urgent 1")


def test_a_figure_carries_its_severity_and_leads_on(qtbot: QtBot, theme: Theme) -> None:
    figure = Figure(theme, "Late")
    shown(qtbot, theme, figure)
    figure.set("17", "down 5", "overdue")
    assert figure.property("severity") == "overdue"
    assert (figure.accessibleName(), figure.accessibleDescription()) == ("Late 17", "down 5")
    figure.setFocus()
    image = figure.grab().toImage()
    assert image.pixelColor(1, 20).name() == theme.colours["overdue_mark"], "focus hides no severity"
    assert image.pixelColor(image.width() - 1, 20).name() == theme.colours["focus"]
    pressed: list[int] = []
    figure.activated.connect(lambda: pressed.append(1))
    qtbot.mouseClick(figure, Qt.MouseButton.LeftButton)
    qtbot.keyClick(figure, Qt.Key.Key_Return)
    assert len(pressed) == 2


def test_a_pill_shows_what_it_is_given_and_takes_away_the_rest(qtbot: QtBot, theme: Theme) -> None:
    pill = Pill(theme)
    shown(qtbot, theme, pill)
    pill.set("rain until 18:00", badge="blue", badge_role="warn_blue", connection="stale")
    tag, light = pill.findChildren(Tag)[0], pill.findChildren(Light)[0]
    assert (tag.isVisible(), light.isVisible()) == (True, False)
    assert (pill.property("severity"), pill.property("connection")) == ("warn_blue", "stale")
    assert pill.accessibleName() == "blue rain until 18:00"
    pill.set("online", light="in_time")
    assert (tag.isVisible(), light.isVisible()) == (False, True)
    assert (pill.property("severity"), pill.property("connection")) == ("", "")


def test_an_unplaced_tag_never_becomes_a_window(qtbot: QtBot, theme: Theme) -> None:
    tag = Tag(theme, "")
    qtbot.addWidget(tag)
    tag.set("urgent")
    assert not tag.isVisible()
    box = QWidget()
    qtbot.addWidget(box)
    tag.setParent(box)
    box.show()
    assert tag.isVisible()


def test_a_filled_tag_is_filled_and_a_boxed_one_is_not(qtbot: QtBot, theme: Theme) -> None:
    filled, boxed = Tag(theme, "w", "warn_red"), Tag(theme, "w", "urgent")
    for tag in (filled, boxed):
        shown(qtbot, theme, tag, *tag.sizeHint().toTuple())  # type: ignore[arg-type]
    assert filled.grab().toImage().pixelColor(3, 4).name() == theme.colours["warn_red"]
    assert boxed.grab().toImage().pixelColor(3, 4).name() == theme.colours["surface1"]


def test_status_cells_change_in_place_and_switches_are_pressed(qtbot: QtBot, theme: Theme) -> None:
    bar = StatusBar(theme, "status")
    bar.set_cells([StatusCell("link", "online", "in_time")], [StatusCell("large", "Large", active=True)])
    shown(qtbot, theme, bar, 600, 40)
    views = [label.parentWidget() for label in bar.findChildren(Label)]
    bar.set_cells(
        [StatusCell("link", "cut off", "overdue", "overdue")], [StatusCell("large", "Large", active=True)]
    )
    assert [label.parentWidget() for label in bar.findChildren(Label)] == views
    assert [label.text() for label in bar.findChildren(Label)] == ["cut off", "Large"]
    pressed: list[str] = []
    bar.activated.connect(pressed.append)
    for view in views:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton)
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert pressed == ["large", "large"]


def test_pairs_keep_their_widgets_and_their_links_act(qtbot: QtBot, theme: Theme) -> None:
    pairs = KeyValues(theme, "summary")
    pairs.set_pairs([KeyValue("place", "Place", "River 7"), KeyValue("who", "Who", "L**", action="show")])
    shown(qtbot, theme, pairs)
    labels = pairs.findChildren(Label)
    pairs.set_pairs([KeyValue("place", "Place", "River 9"), KeyValue("who", "Who", "W**", action="show")])
    assert pairs.findChildren(Label) == labels
    assert [label.text() for label in labels] == ["Place", "River 9", "Who", "W**"]
    with qtbot.waitSignal(pairs.acted, check_params_cb=lambda pair: pair == "who"):
        qtbot.mouseClick(pairs.findChildren(QPushButton)[0], Qt.MouseButton.LeftButton)


def test_pairs_change_their_number(qtbot: QtBot, theme: Theme) -> None:
    pairs = KeyValues(theme, "summary")
    pairs.set_pairs([KeyValue(str(at), f"k{at}", f"v{at}") for at in range(5)])
    shown(qtbot, theme, pairs)
    pairs.set_pairs([KeyValue("only", "k", "v", wide=True)])
    # Old ones go and new ones come when the event loop turns.
    qtbot.waitUntil(lambda: [label.text() for label in pairs.findChildren(Label)] == ["k", "v"])
    assert all(label.isVisible() for label in pairs.findChildren(Label))


def test_a_toast_comes_offers_and_goes(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    toast = Toast(theme, window)
    shown(qtbot, theme, window, 600, 400)
    assert not toast.isVisible()
    toast.show_message("merged", "in_time", "undo", "Undo")
    assert toast.isVisible()
    assert window.rect().contains(toast.geometry())
    assert toast.property("severity") == "in_time"
    with qtbot.waitSignal(toast.acted, check_params_cb=lambda action: action == "undo"):
        toast.act()
    assert not toast.isVisible()
    with qtbot.assertNotEmitted(toast.acted):
        toast.act()
    toast.show_message("short", for_ms=1)
    qtbot.waitUntil(lambda: not toast.isVisible())


def test_a_toast_takes_no_focus_and_stays_in_a_window_that_shrinks(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    toast = Toast(theme, window)
    shown(qtbot, theme, window, 900, 500)
    toast.show_message("a rather long message that says what has become of the matter", action_text="Undo")
    window.resize(300, 300)
    assert window.rect().contains(toast.geometry())
    assert not toast.hasFocus()
    assert toast.findChildren(QPushButton)[0].focusPolicy() == Qt.FocusPolicy.NoFocus


def test_a_label_elides_instead_of_pushing(qtbot: QtBot, theme: Theme) -> None:
    label = Label(theme, "a long text that has no room at all")
    qtbot.addWidget(label)
    face = theme.face("body")
    assert label.minimumSizeHint().width() <= 2 * face.px
    assert face.elide(label.text(), 60).endswith("…")
    assert face.width(face.elide(label.text(), 60)) <= 60
    assert face.elide("ok", 60) == "ok"
    label.resize(60, 20)
    assert label.elided()
    label.set("ok")
    assert not label.elided()
