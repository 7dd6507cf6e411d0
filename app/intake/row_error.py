"""How the readers of single cells say that a row cannot be taken; made into a value by the row's maker."""

from __future__ import annotations

from app.domain.refusal import Refusal

VALUE_CHARS_SHOWN = 40
"""A reason quotes what it is about; the whole cell stands in the same row of the refused file."""


class RowError(ValueError):
    """The row breaks the rule `import_<rule>` in the field `field` of the mapping."""

    def __init__(self, rule: str, field: str = "", **params: str) -> None:
        self.refusal = Refusal(f"import_{rule}", field, params)
        super().__init__(f"{rule} {field}")


def quoted(value: str) -> str:
    """`value`, shortened so that a reason stays one line."""
    line = " ".join(value.split())
    return line if len(line) <= VALUE_CHARS_SHOWN else f"{line[:VALUE_CHARS_SHOWN]}…"
