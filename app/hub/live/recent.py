"""The latest value of each key with a count of changes, so that any follower asks: what is new since then?"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """No queue for anybody: followers keep a number, and who is slow misses only what was overtaken.

    At most `most` keys; the one that changed longest ago goes first.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[K, tuple[int, V]] = OrderedDict()
        self._version = 0
        self._lost = 0

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def version(self) -> int:
        """The number of the last change."""
        return self._version

    def get(self, key: K) -> V | None:
        found = self._kept.get(key)
        return None if found is None else found[1]

    def put(self, key: K, value: V) -> None:
        self._version += 1
        self._kept.pop(key, None)
        self._kept[key] = (self._version, value)
        if len(self._kept) > self._most:
            _, (self._lost, _) = self._kept.popitem(last=False)

    def since(self, version: int) -> list[V]:
        """The values that changed after `version`, in the order of their last change."""
        found = []
        for changed, value in reversed(self._kept.values()):
            if changed <= version:
                break
            found.append(value)
        return found[::-1]

    def whole(self, version: int) -> bool:
        """Whether `since(version)` tells everything: no key was forgotten that changed after it."""
        return version >= self._lost
