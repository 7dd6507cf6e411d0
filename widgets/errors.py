"""The one error of this package: a look that cannot be read, with the file and what is wrong in it."""

from __future__ import annotations

from pathlib import Path


class LookError(Exception):
    """A font, icon, token file or style sheet is missing or wrong: the installation is damaged.

    `path` is the file or folder and `detail` what in it. `fault` is a short id for the language catalogue:
    `font_missing`, `font_unreadable`, `font_glyphs`, `tokens_unreadable`, `tokens_wrong`, `theme_unknown`,
    `style_missing`, `style_token`, `icon_missing` or `icon_unreadable`. `str(error)` is for logs only.
    """

    def __init__(self, path: Path, fault: str, detail: str) -> None:
        self.path = path
        self.fault = fault
        self.detail = detail
        super().__init__(f"{path}: {fault}: {detail}")
