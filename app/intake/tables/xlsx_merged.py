"""Merged cells of a worksheet: what the first one says holds for all of them."""

from __future__ import annotations

from collections.abc import Sequence

from app.intake.tables.xlsx_sheet import Range


class Merged:
    """Fills rows, given in the order of the sheet; columns from `width` on are left alone."""

    def __init__(self, ranges: Sequence[Range], width: int) -> None:
        self._coming = sorted((each for each in ranges if each.left < width), reverse=True)
        self._width = width
        self._open: list[tuple[Range, str, str]] = []

    def fill(self, row: int, texts: dict[int, str], faults: dict[int, str]) -> None:
        """Give the cells of the ranges that reach into `row` what their first cell says, or what is wrong
        with it."""
        while self._coming and self._coming[-1].top <= row:
            each = self._coming.pop()
            # The first cell stands in its top row; where that row holds nothing, neither does the range.
            here = each.top == row
            said = texts.get(each.left, "") if here else ""
            self._open.append((each, said, faults.get(each.left, "") if here else ""))
        # Ranges that do not overlap, and no others are allowed, cannot be more than there are columns.
        self._open = [one for one in self._open if one[0].bottom >= row][: self._width]
        for each, said, fault in self._open:
            for column in range(each.left, min(each.right + 1, self._width)):
                if fault:
                    faults.setdefault(column, fault)
                elif said and not texts.get(column):
                    texts[column] = said
