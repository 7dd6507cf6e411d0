"""What is wrong in a table of rules, as data: where it stands, which rule it breaks, with which values."""

from __future__ import annotations

import msgspec


class Finding(msgspec.Struct, frozen=True):
    """One fault of a table.

    `key` is the path inside the file (`years[1].holidays[0]`), `rule` names the sentence in the language
    catalogue, `params` fill that sentence.
    """

    key: str
    rule: str
    params: dict[str, str]


class RuleError(ValueError):
    """A value of a table that cannot be read; `rule` and `params` are those of the finding it becomes."""

    def __init__(self, rule: str, **params: str) -> None:
        self.rule = rule
        self.params = params
        super().__init__(f"{rule} {params}")

    def at(self, key: str) -> Finding:
        """The finding for the place the value was read from."""
        return Finding(key, self.rule, self.params)
