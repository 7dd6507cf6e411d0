"""Chinese search: text as space-joined bigrams, so that any two characters in a row find it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import add

_RUN = re.compile(r"([\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+)|[a-zA-Z0-9]+")


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    """Runs of letters in order, each with whether it is Chinese; all else parts them."""
    for match in _RUN.finditer(text):
        yield (match[0], True) if match[1] else (match[0].lower(), False)


def _pairs(run: str) -> list[str]:
    return list(map(add, run, run[1:])) or [run]


def bigrams(text: str) -> str:
    """Runs of Chinese characters as overlapping pairs, Latin words and numbers as they are, lower case."""
    return " ".join(" ".join(_pairs(run)) if chinese else run for run, chinese in _runs(text))


def index_text(text: str) -> str:
    """What the search index holds of a text: its bigrams, and behind each Chinese run its last character
    alone.

    So a single character finds every place it stands in, and no phrase reaches over the end of a run.
    """
    words: list[str] = []
    for match in _RUN.finditer(text):
        # Every new case comes this way: no generator and no list between.
        run = match[0]
        if match.lastindex is None:
            words.append(run.lower())
        else:
            words += map(add, run, run[1:])
            words.append(run[-1])
    return " ".join(words)


def query(text: str) -> str:
    """An FTS5 query: each word or run as a phrase, all of them must be found; empty when nothing can match.

    A single Chinese character, and the start of a Latin word, match as prefixes.
    """
    phrases = []
    for run, chinese in _runs(text):
        whole = chinese and len(run) > 1
        phrases.append(f'"{" ".join(_pairs(run))}"' if whole else f'"{run}"*')
    return " AND ".join(phrases)
