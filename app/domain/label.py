"""A name in both languages, as data carries it."""

from __future__ import annotations

import msgspec


class Label(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The word shown for an id: Chinese and English, both required."""

    zh: str
    en: str


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One value a person may pick."""

    id: str
    label: Label
