"""A refusal is a value: which rule said no, about which field, in words for both languages."""

from __future__ import annotations

import msgspec

from app.domain.label import Label


class Refusal(msgspec.Struct, frozen=True):
    """`code` names a sentence `refusal.<code>` in the catalogue; a guard of the rules brings its own
    `words`."""

    code: str
    field: str = ""
    params: dict[str, str] = {}
    words: Label | None = None
