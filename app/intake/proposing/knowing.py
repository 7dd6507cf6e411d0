"""The hall's own words for areas, categories and channels, by which columns are known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from app.domain.area import Area
from app.domain.code import CHANNEL_LETTERS
from app.domain.label import Label
from app.domain.rules import Rules
from app.intake.proposing.looks import Known

CHANNELS = "channels"
"""The list of the rules that names them."""


def known_words(rules: Rules, areas: Iterable[Area]) -> Known:
    """Codes and labels in both languages; a name that several have, as villages do, means nothing."""
    channels = [(choice.id, choice.label) for choice in rules.lists.get(CHANNELS, ())]
    return Known(
        areas=_words((area.code, area.label) for area in areas),
        categories=_words((category.code, category.label) for category in rules.categories),
        channels=_words((code, label) for code, label in channels if code in CHANNEL_LETTERS),
    )


def _words(labelled: Iterable[tuple[str, Label]]) -> dict[str, str]:
    pairs = [(word, code) for code, label in labelled for word in {code, label.zh, label.en} if word]
    often = Counter(word for word, _ in pairs)
    return {word: code for word, code in pairs if often[word] == 1}
