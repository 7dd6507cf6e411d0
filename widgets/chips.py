"""A row of rounded switches: filters that are on or off."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from widgets.flow import FlowLayout, empty_layout
from widgets.theme import Theme
from widgets.themed import Themed, mark


class Chip(msgspec.Struct, frozen=True):
    """`on` is its present position, `text` finished, with the count where there is one."""

    id: str
    text: str
    on: bool = False


class ChipButton(Themed, QPushButton):
    """One switch; the style sheet paints it by its property `chip`."""

    def __init__(self, theme: Theme, chip: Chip) -> None:
        super().__init__(chip.text)
        self.chip_id = chip.id
        self.setAutoDefault(True)  # Enter presses the chip that has the keyboard
        self.setCheckable(True)
        self.setChecked(chip.on)
        self.setAccessibleName(chip.text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        mark(self, chip=True)
        self.set_theme(theme)

    def sizeHint(self) -> QSize:
        theme = self.theme
        height = theme.target_px if theme.large else theme.target_px - theme.px(6)
        return QSize(round(theme.face("body").width(self.text())) + 2 * theme.size(4), height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class Chips(Themed, QWidget):
    """`chosen(id)` when a person presses a chip; the owner answers with `set_chips`."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._chips: tuple[Chip, ...] = ()
        self._buttons: dict[str, ChipButton] = {}
        self._flow = FlowLayout(theme.size(3))
        self.setLayout(self._flow)
        self.setAccessibleName(name)
        self.set_theme(theme)

    def set_chips(self, chips: Sequence[Chip]) -> None:
        """Texts and positions; the buttons stay as long as the ids are the same."""
        if [chip.id for chip in chips] != list(self._buttons):
            self._rebuild(chips)
        for chip in chips:
            button = self._buttons[chip.id]
            if button.text() != chip.text:
                button.setText(chip.text)
                button.setAccessibleName(chip.text)
                button.updateGeometry()
            button.setChecked(chip.on)
        self._chips = tuple(chips)

    def retheme(self) -> None:
        self._flow.setSpacing(self.theme.size(3))

    def _rebuild(self, chips: Sequence[Chip]) -> None:
        empty_layout(self._flow)
        self._buttons = {chip.id: ChipButton(self.theme, chip) for chip in chips}
        for button in self._buttons.values():
            button.clicked.connect(lambda _=False, of=button: self._press(of))
            self._flow.addWidget(button)

    def _press(self, button: ChipButton) -> None:
        # The position is the owner's to change: a press is a wish, not a state.
        button.setChecked(next(chip.on for chip in self._chips if chip.id == button.chip_id))
        self.chosen.emit(button.chip_id)
