"""Subjects of a group of entries on their way to the server, each row made once for both of its tables.

The bytes are those of COPY in binary, which the driver would make row by row at three times the cost, while
the head is held and all other hub processes wait.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from struct import Struct

from app.log.entries import UNIQUE_PREFIXES, Numbered
from app.log.numbering.homes import subjects_here
from app.log.postgres.texts import indexed

# Source: the PostgreSQL manual, COPY, "Binary Format": signature, flags, length of what extends the head.
_BEGIN = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_END = b"\xff\xff"
_TEXT = Struct(">hi")
"""How many fields the row has, how many bytes the text."""
_NUMBER = Struct(">iq")
"""That the number has eight bytes, the number."""


class SubjectRows:
    """Rows of `subject` and `unique_subject`, which have the same columns: (subject, gseq)."""

    def __init__(self) -> None:
        self._subjects: list[bytes] = []
        self._unique: list[bytes] = []

    def add(self, entries: Sequence[Numbered]) -> None:
        """What these entries are found under, and may stand once."""
        for n in entries:
            number = _NUMBER.pack(8, n.gseq)
            for subject in dict.fromkeys(subjects_here(n)):
                text = indexed(subject).encode()
                row = _TEXT.pack(2, len(text)) + text + number
                self._subjects.append(row)
                if not n.verdict and subject.startswith(UNIQUE_PREFIXES):
                    self._unique.append(row)

    def copied(self) -> Iterable[tuple[str, bytes]]:
        """Each table that has rows, with all that COPY is given for it."""
        for table, rows in (("subject", self._subjects), ("unique_subject", self._unique)):
            if rows:
                yield table, b"".join((_BEGIN, *rows, _END))
