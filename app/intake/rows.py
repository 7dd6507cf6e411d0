"""One row of a table becomes a row of history or a new report, or the reason why it cannot."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from app.base.clock import MINUTE_MS, Instant
from app.commands.command import HistoryRow, NewReport
from app.domain.code import CHANNEL_LETTERS
from app.domain.forms import LONG_TEXT_MAX, TEXT_MAX, TIME_MAX, TIME_MIN
from app.domain.masking import mask_text
from app.domain.place import Point
from app.domain.refusal import Refusal
from app.intake.columns import Columns
from app.intake.local_time import TimeReader
from app.intake.mapping import NEEDED, TableMapping
from app.intake.positions import PositionReader
from app.intake.row_error import RowError, quoted

AHEAD_MS = 10 * MINUTE_MS
"""Two systems' clocks may differ so far; what happened later than that has not happened."""

_IDENTITY = uuid.UUID("5d7c1f52-5b0e-4a55-9d57-6d2f6a2c9b11")
"""The name space of reports that are known by what they say: any fixed value, never to be changed."""


class RowMaker:
    """Makes rows of one file; `now` is the hall's time, `time_formats` are those of the file itself."""

    def __init__(
        self, mapping: TableMapping, columns: Columns, now: Instant, time_formats: Sequence[str] = ()
    ) -> None:
        self._mapping = mapping
        self._columns = columns
        self._now = now
        self._times = TimeReader((*time_formats, *mapping.time_formats), mapping.timezone)
        self._positions = PositionReader(mapping.position) if mapping.position is not None else None
        self._required = tuple(dict.fromkeys((*NEEDED[mapping.kind], *mapping.required)))
        self._words = {word.casefold(): False for word in mapping.no}
        self._words.update((word.casefold(), True) for word in mapping.yes)

    def make(
        self, cells: Sequence[str], faults: Mapping[int, str] | None = None
    ) -> HistoryRow | NewReport | Refusal:
        """`cells` as what they say, or the first rule they break; `field` of a refusal is the mapping's.

        `faults` are rules that single cells break already, by their place; only cells that are read count.
        """
        try:
            if faults:
                self._sound(faults)
            self._whole(cells)
            return self._history(cells) if self._mapping.kind == "history" else self._report(cells)
        except RowError as fault:
            return fault.refusal

    def _sound(self, faults: Mapping[int, str]) -> None:
        for field in self._columns.fields:
            if rule := self._columns.fault(field, faults):
                raise RowError(rule.removeprefix("import_"), field)

    def _whole(self, cells: Sequence[str]) -> None:
        have, want = len(cells), len(self._columns.header)
        if have != want:
            raise RowError("cells_few" if have < want else "cells_many", have=str(have), want=str(want))
        for field in self._required:
            if not self._text(cells, field):
                raise RowError("required", field)

    def _history(self, cells: Sequence[str]) -> HistoryRow:
        received_at = self._past(cells, "received_at")
        if received_at is None:
            raise RowError("required", "received_at")
        closed_at = self._past(cells, "closed_at", not_before=received_at)
        if closed_at is not None and closed_at < received_at:
            # Due before received is another system's odd promise; closed before received cannot have happened
            # and would spoil every figure made of it. Of 8,746 rows of a real city not one is so by a second.
            raise RowError("closed_before", "closed_at")
        return HistoryRow(
            channel=self._channel(cells),
            what=self._text(cells, "what"),
            received_at=received_at,
            external=self._external(cells),
            due_at=self._time(cells, "due_at"),
            closed_at=closed_at,
            unit=self._text(cells, "unit"),
            source_category=self._text(cells, "source_category"),
            category=self._category(cells),
            area=self._area(cells),
            address=self._text(cells, "address"),
            point=self._point(cells),
        )

    def _report(self, cells: Sequence[str]) -> NewReport:
        external, occurred_at = self._external(cells), self._past(cells, "occurred_at")
        if not external and occurred_at is None:
            raise RowError("identity")
        return NewReport(
            channel=self._channel(cells),
            what=self._text(cells, "what"),
            area=self._area(cells),
            address=self._text(cells, "address"),
            flat=self._text(cells, "flat"),
            point=self._point(cells),
            category=self._category(cells),
            urgent=self._yes(cells, "urgent", otherwise=False),
            life_danger=self._yes(cells, "life_danger", otherwise=False),
            reporter_name=self._text(cells, "reporter_name"),
            reporter_phone=self._text(cells, "reporter_phone"),
            wants_answer=self._yes(cells, "wants_answer", otherwise=True),
            external=external,
            occurred_at=occurred_at,
            id="" if external else self._identity(cells, occurred_at),
        )

    def _text(self, cells: Sequence[str], field: str) -> str:
        constant = self._mapping.constants.get(field)
        if constant is not None:
            return constant
        text = self._columns.text(field, cells)
        if "\0" in text:
            raise RowError("nul", field)
        most = LONG_TEXT_MAX if field == "what" else TEXT_MAX
        if len(text) > most:
            raise RowError("cell_long", field, have=str(len(text)), most=str(most))
        return text

    def _external(self, cells: Sequence[str]) -> str:
        number = self._text(cells, "external")
        return f"{self._mapping.source}:{number}" if number else ""

    def _identity(self, cells: Sequence[str], occurred_at: Instant | None) -> str:
        """What makes a second import of a row without a number harmless: same time, same words, same place.

        Only masked words go in: from a digest of a whole telephone number the number could be found again.
        """
        what, address = mask_text(self._text(cells, "what")), mask_text(self._text(cells, "address"))
        said = (self._mapping.source, self._channel(cells), what, self._text(cells, "area"), address)
        return str(uuid.uuid5(_IDENTITY, "\x1f".join((*said, str(occurred_at)))))

    def _channel(self, cells: Sequence[str]) -> str:
        word = self._text(cells, "channel")
        channel = self._mapping.channels.get(word, word)
        if channel not in CHANNEL_LETTERS:
            raise RowError("channel", "channel", value=quoted(word))
        return channel

    def _category(self, cells: Sequence[str]) -> str:
        """A code; without a table the source's own. History keeps its words beside it, a report cannot."""
        word = self._text(cells, "category")
        if not word or not self._mapping.categories:
            return word
        category = self._mapping.categories.get(word, "")
        if not category and self._mapping.kind == "reports":
            raise RowError("category", "category", value=quoted(word))
        return category

    def _area(self, cells: Sequence[str]) -> str:
        """A code of the area tree; a word that the mapping does not know goes to the hall as it is."""
        word = self._text(cells, "area")
        return self._mapping.areas.get(word, word)

    def _time(self, cells: Sequence[str], field: str, not_before: Instant | None = None) -> Instant | None:
        text = self._text(cells, field)
        if not text:
            return None
        at = self._times.read(text, not_before)
        if at is None:
            raise RowError("time", field, value=quoted(text))
        if not TIME_MIN <= at < TIME_MAX:
            raise RowError("time_far", field, value=quoted(text))
        return at

    def _past(self, cells: Sequence[str], field: str, not_before: Instant | None = None) -> Instant | None:
        at = self._time(cells, field, not_before)
        if at is not None and at > self._now + AHEAD_MS:
            raise RowError("future", field, value=quoted(self._text(cells, field)))
        return at

    def _yes(self, cells: Sequence[str], field: str, *, otherwise: bool) -> bool:
        word = self._text(cells, field)
        if not word:
            return otherwise
        if word.casefold() not in self._words:
            raise RowError("yes_no", field, value=quoted(word))
        return self._words[word.casefold()]

    def _point(self, cells: Sequence[str]) -> Point | None:
        if self._positions is None:
            return None
        return self._positions.read(self._text(cells, "lon"), self._text(cells, "lat"))
