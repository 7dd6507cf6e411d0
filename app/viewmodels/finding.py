"""Finding by a few keys: codes, initials of pinyin, or any words in a row."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from functools import cache, lru_cache

import msgspec

MOST = 12
"""Hits offered when nobody asks for another number: more are a list to read, not a choice to make."""


class Findable(msgspec.Struct, frozen=True):
    """Something with a name: `code` may be typed for it, `note` tells it from others of the same name."""

    id: str
    name: str
    code: str = ""
    note: str = ""


_loaded = threading.Event()


@cache
def _first_letters() -> Callable[[str], list[str]]:
    # Its dictionary takes a quarter of a second to load, and a start has no use for it.
    from pypinyin import Style, lazy_pinyin

    def letters(text: str) -> list[str]:
        return list(lazy_pinyin(text, style=Style.FIRST_LETTER))

    _loaded.set()
    return letters


@cache
def _loader() -> threading.Thread:
    loader = threading.Thread(target=_first_letters, name="muster-pinyin", daemon=True)
    loader.start()
    return loader


def pinyin_ready() -> bool:
    """Whether initials are there at once; the first question has them loaded beside the UI thread."""
    _loader()
    return _loaded.is_set()


@lru_cache(maxsize=20_000)
def initials(text: str) -> str:
    """First letters of the pinyin: 路面塌陷 gives `lmtx`; Latin letters and figures stay."""
    return "".join(_first_letters()(text)).lower()


class _Indexed:
    """One item with everything that is compared at every key, worked out once."""

    __slots__ = ("_letters", "code", "item", "name")

    def __init__(self, item: Findable) -> None:
        self.item = item
        self.name = item.name.lower()
        self.code = item.code.lower()
        self._letters: str | None = None

    @property
    def letters(self) -> str:
        if self._letters is None:
            self._letters = initials(self.item.name)
        return self._letters


class Finder:
    """A list indexed once for many questions. The best come first: code begins so, name begins so, initials
    begin so, name holds it, initials hold it; within these as listed."""

    def __init__(self, items: Iterable[Findable]) -> None:
        self._items = [_Indexed(item) for item in items]
        self._by_id = {each.item.id: each.item for each in self._items}
        self._warmed = 0

    def __len__(self) -> int:
        return len(self._items)

    def get(self, item_id: str) -> Findable | None:
        return self._by_id.get(item_id)

    def first(self, most: int = MOST) -> list[Findable]:
        """The list from its beginning, for who has typed nothing yet."""
        return [each.item for each in self._items[:most]]

    def find(self, typed: str, most: int = MOST) -> list[Findable]:
        """What fits `typed`, the best first; nothing for nothing typed."""
        wanted = typed.strip().lower()
        if not wanted:
            return []
        ranked: list[tuple[int, int]] = []
        for place, each in enumerate(self._items):
            rank = _rank(wanted, each)
            if rank is not None:
                ranked.append((rank, place))
        ranked.sort()
        return [self._items[place].item for _, place in ranked[:most]]

    def warm(self, most: int) -> bool:
        """Work out the initials of the next `most` items ahead of the first question; True when all are."""
        if not pinyin_ready():
            return False
        for each in self._items[self._warmed : self._warmed + most]:
            _ = each.letters
        self._warmed = min(self._warmed + most, len(self._items))
        return self._warmed == len(self._items)


def find(typed: str, among: Iterable[Findable], most: int = MOST) -> list[Findable]:
    """The same for a list that is asked only once."""
    return Finder(among).find(typed, most)


def _rank(wanted: str, each: _Indexed) -> int | None:
    if each.code.startswith(wanted):
        return 0
    if each.name.startswith(wanted):
        return 1
    letters = each.letters if wanted.isascii() and not wanted.isdigit() else ""
    if letters and letters.startswith(wanted):
        return 2
    if wanted in each.name:
        return 3
    return 4 if letters and wanted in letters else None
