"""How a console looks and speaks, and what its switches go to."""

from __future__ import annotations

import msgspec

from app.base.language import LANGUAGES, Language, load_language
from app.base.paths import languages
from views import look
from widgets.theme import Theme

DESK_THEMES = ("desk", "desk_dark", "desk_contrast")
"""The looks a desk may choose from, in the order in which its key goes through them."""

LARGE = 1.5
"""How much larger everything is in large mode: 18 pt and up."""


class DeskLook(msgspec.Struct, frozen=True):
    """A theme of the desk, the scale of its screen, and whether large mode is on."""

    theme: str = DESK_THEMES[0]
    scale: float = 1.0
    large: bool = False

    def load(self) -> Theme:
        """The theme itself; WorldError when its files are damaged."""
        return look.theme(self.theme, self.scale * (LARGE if self.large else 1.0))

    def switched_large(self) -> DeskLook:
        return msgspec.structs.replace(self, large=not self.large)

    def next_theme(self) -> DeskLook:
        place = DESK_THEMES.index(self.theme) if self.theme in DESK_THEMES else -1
        return msgspec.structs.replace(self, theme=DESK_THEMES[(place + 1) % len(DESK_THEMES)])


def other_language(code: str) -> Language:
    """The language the switch goes to from `code`."""
    return load_language(LANGUAGES[(LANGUAGES.index(code) + 1) % len(LANGUAGES)], languages())
