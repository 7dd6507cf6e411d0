"""A theme: colours, sizes and type by meaning, applied by window, so that wall and desk live together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QWidget

from widgets.errors import LookError
from widgets.face import Face, face
from widgets.themed import Themed
from widgets.tokens import TYPE_STEPS, Tokens, read_tokens

TOKEN_FILE = "tokens.toml"
_PLACE = re.compile(r"\{([a-z_0-9]+)\}")


@lru_cache(256)  # all colours of all themes
def _colour(written: str) -> QColor:
    return QColor(written)


@dataclass(frozen=True)
class Theme:
    """One look at one scale. Every length is in device-independent px.

    `colours`, `texts` are final values by name; `row_px` is the height of a table row, `target_px` of the
    smallest thing a hand aims at, `pad_px` the margin inside a panel,
    `large` whether the floors of large mode hold. Make one with `Theme.load`.
    """

    name: str
    scale: float
    family: str
    colours: Mapping[str, str]
    steps: tuple[int, ...]
    texts: Mapping[str, int]
    row_px: int
    target_px: int
    pad_px: int
    large: bool
    shapes: Mapping[str, str]
    templates: Mapping[Path, str]
    bar: Theme | None = None
    """The look of the strip on top of a window of this theme; None in a strip's own theme."""

    @staticmethod
    def load(folder: Path, name: str, scale: float = 1.0) -> Theme:
        """The theme `name` of the token file and style sheets in `folder`.

        From `large.from_scale` on it is the large mode: no text under 18 pt, no target under 44 px.
        Raises LookError when a file is missing or wrong, or there is no such theme.
        """
        tokens = read_tokens(folder / TOKEN_FILE)
        if name not in tokens.themes:
            raise LookError(folder / TOKEN_FILE, "theme_unknown", name)
        templates = {file: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.qss"))}
        if not templates:
            raise LookError(folder, "style_missing", "no style sheet in the folder")
        choice = tokens.themes[name]
        bar = _build(tokens, f"{name}.bar", choice.bar, choice.scale, scale, templates, None)
        theme = _build(tokens, name, choice.palette, choice.scale, scale, templates, bar)
        theme.style_sheet()  # a wrong style sheet is found now and not when the first window opens
        return theme

    def colour(self, meaning: str) -> QColor:
        """The colour for a meaning, e.g. `overdue`, `text3`, `surface2`; an unknown one raises KeyError."""
        return _colour(self.colours[meaning])

    def size(self, step: int) -> int:
        """Step 1 to 8 of the scale of gaps and small sizes."""
        return self.steps[step - 1]

    def px(self, length: float) -> int:
        """A length at scale 1, at this scale; never under one pixel."""
        return max(1, round(length * self.scale))

    def face(self, step: str, bold: bool = False) -> Face:
        """Type of a step (`tiny` to `figure`) with its measures."""
        return face(self.family, self.texts[step], bold)

    def font(self, step: str, bold: bool = False) -> QFont:
        return QFont(self.face(step, bold).font)

    def shape(self, light: str) -> str:
        """The shape of a light, e.g. `triangle` for `overdue`."""
        return self.shapes[light]

    @property
    def smallest_text_px(self) -> int:
        """What a wall's distance and pitch are held against."""
        return min(self.texts.values())

    def style_sheet(self) -> str:
        """The style sheets with every token filled in; LookError names a token that does not exist."""
        return self._style_sheet

    @cached_property
    def _style_sheet(self) -> str:
        values = self._values
        parts = []
        for file, template in self.templates.items():
            if unknown := {name for name in _PLACE.findall(template) if name not in values}:
                raise LookError(file, "style_token", ", ".join(sorted(unknown)))
            parts.append(_PLACE.sub(lambda found: values[found.group(1)], template))
        return "\n".join(parts)

    @property
    def _values(self) -> dict[str, str]:
        return {
            **self.colours,
            **{f"step_{number}": f"{step}px" for number, step in enumerate(self.steps, 1)},
            **{f"text_{step}": f"{px}px" for step, px in self.texts.items()},
            **{f"px_{length}": f"{self.px(length)}px" for length in range(1, 13)},
            "family": self.family,
            "row": f"{self.row_px}px",
            "target": f"{self.target_px}px",
            "pad": f"{self.pad_px}px",
        }

    def apply(self, window: QWidget) -> None:
        """Give `window` and everything in it this look; again whenever the look changes."""
        window.setStyleSheet(self.style_sheet())
        _hand_down(window, self)


def _hand_down(widget: QWidget, theme: Theme) -> None:
    """Parents first: a strip may hand its own theme on to what it holds."""
    inside = widget.set_theme(theme) if isinstance(widget, Themed) else theme
    for child in widget.children():
        if isinstance(child, QWidget):
            _hand_down(child, inside)


def _build(
    tokens: Tokens,
    name: str,
    palette: str,
    scale_name: str,
    scale: float,
    templates: Mapping[Path, str],
    bar: Theme | None,
) -> Theme:
    large = scale >= tokens.large.from_scale
    place = tokens.scales[scale_name]
    text_floor = tokens.large.text_min_px if large else 1
    target_floor = tokens.large.target_min_px if large else 1
    return Theme(
        name=name,
        scale=scale,
        family=tokens.family,
        colours=tokens.palettes[palette],
        steps=tuple(max(1, round(step * scale)) for step in tokens.steps),
        texts={step: max(text_floor, round(place.text[step] * scale)) for step in TYPE_STEPS},
        row_px=max(target_floor, round(place.row_px * scale)),
        target_px=max(target_floor, round(place.target_px * scale)),
        large=large,
        pad_px=max(1, round(place.pad_px * scale)),
        shapes=tokens.shapes,
        templates=templates,
        bar=bar,
    )


def theme_names(folder: Path) -> tuple[str, ...]:
    """The themes that `folder` offers."""
    return tuple(read_tokens(folder / TOKEN_FILE).themes)
