"""What the canvas asks for when it has to say something: finished words, since it owns none."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Protocol


class Words(Protocol):
    """A layer's name and a mark's key say what is meant; x and y are places in the unit square."""

    def lines(self, layer: str, key: Hashable) -> Sequence[str]:
        """What a mark is, the most telling line first."""

    def name(self, layer: str, key: Hashable) -> str:
        """What stands beside the sign; empty for nothing."""

    def many(self, layer: str, count: int) -> str:
        """That so many marks are gathered here."""

    def more(self, count: int) -> str:
        """That so many more lie under the cursor."""

    def choose(self) -> str:
        """The title of the list from which one of several is chosen."""

    def position(self, number: int, total: int) -> str:
        """Which of the items in view the keyboard is on."""

    def place(self, x: float, y: float) -> str:
        """A place as it is read out."""

    def metres(self, y: float) -> float:
        """Metres on the ground to one unit of the square."""

    def length(self, length_m: float) -> str:
        """A round length."""

    def count(self, number: int) -> str:
        """A count in figures."""
