"""What the assistant answers: for each field a column, how sure that is and why, and what is left over."""

from __future__ import annotations

from typing import Literal

import msgspec

from app.domain.place import Crs
from app.intake.mapping import NEEDED, TIME_FIELDS, Kind

Sureness = Literal["sure", "likely", "guess"]
LeftWhy = Literal["personal", "empty", "no_field"]


class Reason(msgspec.Struct, frozen=True):
    """Why: `key` of the catalogue under `import.why.`; `n` of `of` samples where it was counted."""

    key: str
    n: int = 0
    of: int = 0


class Proposed(msgspec.Struct, frozen=True):
    """One field: the columns it would come from, several when they are joined; or a constant and none.

    `vault`: what stands there is personal and is kept in the vault, never in a text.
    """

    field: str
    columns: tuple[str, ...]
    sureness: Sureness
    reasons: tuple[Reason, ...]
    constant: str = ""
    vault: bool = False


class LeftOver(msgspec.Struct, frozen=True):
    """A column that no field takes."""

    column: str
    why: LeftWhy


class Proposal(msgspec.Struct, frozen=True):
    """For a whole table. `formats` are those that read the times of a column, for every column that has such;
    `personal` are columns about people: they go into the vault or nowhere, and are shown masked."""

    kind: Kind
    fields: tuple[Proposed, ...]
    left_over: tuple[LeftOver, ...]
    formats: dict[str, tuple[str, ...]]
    crs: Crs
    personal: frozenset[str]

    @property
    def time_formats(self) -> tuple[str, ...]:
        """What reads the times of the fields, each once."""
        timed = (name for one in self.fields if one.field in TIME_FIELDS for name in one.columns)
        return tuple(dict.fromkeys(form for name in timed for form in self.formats.get(name, ())))

    @property
    def missing(self) -> tuple[str, ...]:
        """Fields without which no row could be taken in."""
        have = {one.field for one in self.fields}
        missing = [field for field in NEEDED[self.kind] if field not in have]
        if self.kind == "reports" and not have & {"external", "occurred_at"}:
            # By one of the two a second import knows a report again.
            missing.append("external")
        return tuple(missing)
