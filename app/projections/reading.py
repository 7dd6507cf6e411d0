"""What view models read: the hall, the board's columns, texts of a page, one case with its entries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec
from sqlalchemy import Connection

from app.domain.incident import Incident
from app.domain.kinds import incident_subject
from app.log.entries import Head, Numbered
from app.projections import search
from app.projections.cases import find_code, read_case
from app.projections.columns import Columns
from app.projections.hall import Hall
from app.projections.projector import HallProjector
from app.projections.words import Words


class Source(Protocol):
    """The store, as far as readers need it."""

    def reader(self) -> Connection: ...

    def history(self, subject: str) -> list[Numbered]: ...

    def read_after(self, gseq: int, limit: int) -> list[Numbered]: ...

    def head(self) -> Head: ...

    def subscribe(self, listener: Callable[[Head], None]) -> Callable[[], None]: ...


class CaseText(msgspec.Struct, frozen=True):
    """The words of one row of the board; `what` and `address` are masked."""

    incident: str
    code: str
    what: str
    address: str


class Reading:
    """The read models of one hall. Columns are touched on one thread only, the one that shows them."""

    def __init__(self, source: Source, projector: HallProjector) -> None:
        self._source = source
        self._projector = projector

    @property
    def hall(self) -> Hall:
        return self._projector.hall

    @property
    def columns(self) -> Columns:
        return self._projector.columns

    @property
    def words(self) -> Words:
        return self._projector.words

    def head(self) -> Head:
        return self._source.head()

    def subscribe(self, listener: Callable[[Head], None]) -> Callable[[], None]:
        """Hear of each commit, on the writer's thread."""
        return self._source.subscribe(listener)

    def texts(self, rows: Sequence[int]) -> dict[int, CaseText]:
        """The words of these rows, for a page of a list."""
        if not rows:
            return {}
        asked = msgspec.json.encode([int(row) for row in rows]).decode()
        found = self._source.reader().exec_driver_sql(
            "SELECT c.row, c.incident, c.code, c.what, c.address FROM json_each(?) AS j "
            "CROSS JOIN case_state AS c ON c.row = j.value",
            (asked,),
        )
        return {int(r[0]): CaseText(str(r[1]), str(r[2]), str(r[3]), str(r[4])) for r in found}

    def find(self, text: str, most: int = search.FOUND_MAX) -> list[int]:
        """Row numbers of the cases that hold the text, newest first."""
        return search.find(self._source.reader(), text, most)

    def case(self, incident: str) -> Incident | None:
        return read_case(self._source.reader(), incident)

    def row_of(self, incident: str) -> int | None:
        found = (
            self._source.reader()
            .exec_driver_sql("SELECT row FROM case_state WHERE incident = ?", (incident,))
            .scalar()
        )
        return None if found is None else int(found)

    def by_code(self, code: str) -> str | None:
        """The incident with this code, or with an order of this code."""
        return find_code(self._source.reader(), code)

    def entries(self, incident: str) -> list[Numbered]:
        """Every entry about an incident, in order."""
        return self._source.history(incident_subject(incident))

    def read_after(self, gseq: int, limit: int) -> list[Numbered]:
        """The next entries of the log after `gseq`, at most `limit`."""
        return self._source.read_after(gseq, limit)
