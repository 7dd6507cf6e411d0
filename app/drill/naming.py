"""Handing out names: every pair of words once, in an order the seed shuffles."""

from __future__ import annotations

import random
from collections.abc import Sequence

from app.base.errors import WorldError
from app.domain.label import Label
from app.drill.names import Names, Pair


class NamePool:
    """Area names, head and tail joined, in both languages; none twice, none that the avoid list holds."""

    def __init__(self, names: Names, rng: random.Random) -> None:
        self._left = [
            (head[0] + tail[0], (head[1] + tail[1]).capitalize())
            for head in names.heads
            for tail in names.tails
            if head[0] + tail[0] not in names.avoid
        ]
        rng.shuffle(self._left)

    def take(self) -> Pair:
        """The next name; WorldError when the words of the file are used up."""
        if not self._left:
            raise WorldError("demo_words_few", kind="areas")
        return self._left.pop()


class PairPool:
    """Combinations of a word and a pattern (`{name}` inside), each once."""

    def __init__(
        self, words: Sequence[Pair], patterns: Sequence[Pair], kind: str, rng: random.Random
    ) -> None:
        self._kind = kind
        self._left = [join(word, pattern) for word in words for pattern in patterns]
        rng.shuffle(self._left)

    def take(self) -> Label:
        """The next label; WorldError when the words of the file are used up."""
        if not self._left:
            raise WorldError("demo_words_few", kind=self._kind)
        return self._left.pop()


def join(word: Pair, pattern: Pair) -> Label:
    """The word set into the pattern, in both languages."""
    return Label(pattern[0].format(name=word[0]), pattern[1].format(name=word[1]))


def fill(pattern: Label, name: Pair, number: int = 0) -> Label:
    """A label pattern with a name and a number of two digits."""
    text = f"{number:02d}"
    return Label(pattern.zh.format(name=name[0], number=text), pattern.en.format(name=name[1], number=text))
