"""What a form is made of, as data: fields with their kinds, texts and choices, all texts finished."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

Kind = Literal["text", "long_text", "choice", "multi", "time", "bool", "number", "suggest", "secret"]


class Choice(msgspec.Struct, frozen=True):
    """One of a field's choices; `code` is typed by those who know it and shown beside the label."""

    id: str
    label: str
    code: str = ""


class Picked(msgspec.Struct, frozen=True):
    """Value of a `suggest` field: the text as it stands, and the suggestion's id when it was one."""

    text: str = ""
    id: str = ""


class FieldSpec(msgspec.Struct, frozen=True):
    """One field. Its value in `Form.values()` by kind:

    text, long_text: str, stripped; secret: str as typed, shown as dots; choice: a Choice's id or None;
    multi: tuple of ids; bool: bool;
    number: int, float or None; suggest: Picked; time: what `parse` answers, or None when empty.

    `parse` turns a typed text into a value and raises ValueError with a finished text when it cannot; a time
    field must have one. `hint` stands below the field, `error` takes its place when the field is wrong.
    """

    id: str
    label: str
    kind: Kind = "text"
    choices: tuple[Choice, ...] = ()
    required: bool = False
    hint: str = ""
    error: str = ""
    placeholder: str = ""
    value: object = None
    parse: Callable[[str], object] | None = None


class FormWords(msgspec.Struct, frozen=True):
    """Finished words of a form's own parts. `wrong` is said of a wrong field that has no `error`.

    Without `leave` there is no button for it.
    """

    submit: str
    leave: str
    wrong: str
    submit_key: str = "Ctrl+Enter"
    leave_key: str = "Esc"


Match = Callable[[str, Sequence[Choice]], Sequence[Choice]]
"""Which choices fit what was typed, the best first."""

Suggest = Callable[[str, str], Sequence[Choice]]
"""Suggestions for (field id, what was typed)."""


def plain_match(typed: str, choices: Sequence[Choice]) -> Sequence[Choice]:
    """Codes that begin with what was typed, then labels that contain it; everything for nothing typed."""
    wanted = typed.casefold()
    by_code = [choice for choice in choices if choice.code.casefold().startswith(wanted)]
    by_label = [choice for choice in choices if wanted in choice.label.casefold() and choice not in by_code]
    return by_code + by_label if wanted else list(choices)


def parse_number(text: str) -> int | float:
    """A plain decimal number; ValueError without words, for those are the field's."""
    try:
        return int(text)
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        raise ValueError from None
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError
    return number
