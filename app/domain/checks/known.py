"""What the program itself can do, so that rules which ask for more are found before they are adopted."""

from __future__ import annotations

import msgspec


class Known(msgspec.Struct, frozen=True):
    """The names of effects and guards that are built."""

    effects: frozenset[str]
    guards: frozenset[str]
