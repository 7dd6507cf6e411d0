"""New identities: incident ids, and case codes from this desk's counter of the day."""

from __future__ import annotations

from collections.abc import Callable

from app.base.clock import Instant
from app.base.formats import compact_day
from app.base.ids import IdMaker
from app.domain.code import case_code


def counter_subject(day: str, desk: str, number: int) -> str:
    """Stands once in the log for each number a desk has given on a day, whatever the channel."""
    return f"code:{day}-{desk}{number:03d}"


class CodeMint:
    """Mints codes for one desk. `taken` asks the log whether a subject stands already."""

    def __init__(self, district: str, desk: str, taken: Callable[[str], bool], ids: IdMaker) -> None:
        self._district = district
        self._desk = desk
        self._taken = taken
        self._ids = ids
        self._next: dict[str, int] = {}

    def at(self, when: Instant) -> DayMint:
        """The mint for what happens at `when`."""
        return DayMint(self, when)

    def incident(self, when: Instant) -> str:
        return self._ids(when)

    def code(self, when: Instant, channel: str) -> tuple[str, str]:
        """A code never given before, and the subject that keeps it so."""
        day = compact_day(when)
        number = self._next.get(day) or self._first_free(day)
        while self._taken(counter_subject(day, self._desk, number)):
            number += 1
        self._next[day] = number + 1
        return (
            case_code(self._district, day, channel, self._desk, number),
            counter_subject(day, self._desk, number),
        )

    def _first_free(self, day: str) -> int:
        """The counter after a restart: numbers are given all but densely, for one whose entry was refused
        stays unused; so a number near the end is found by doubling and halving."""
        high = 1
        while self._taken(counter_subject(day, self._desk, high)):
            high *= 2
        low = high // 2
        while low + 1 < high:
            middle = (low + high) // 2
            if self._taken(counter_subject(day, self._desk, middle)):
                low = middle
            else:
                high = middle
        return high


class DayMint:
    """The mint at one instant, remembering the subjects that must go with the entry."""

    def __init__(self, mint: CodeMint, when: Instant) -> None:
        self._mint = mint
        self._when = when
        self.subjects: list[str] = []

    def incident(self) -> str:
        return self._mint.incident(self._when)

    def code(self, channel: str) -> str:
        code, subject = self._mint.code(self._when, channel)
        self.subjects.append(subject)
        return code
