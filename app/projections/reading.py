"""What view models read: the hall, the board's columns, texts of a page, one case with its entries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

import msgspec
from sqlalchemy import Connection

from app.domain.incident import Incident
from app.domain.kinds import incident_subject
from app.log.entries import Head, Numbered
from app.projections import cases, many_cases, paging, quarantine, search
from app.projections.cases import Known
from app.projections.columns import Columns
from app.projections.hall import Hall
from app.projections.projector import HallProjector
from app.projections.quarantine import Quarantined
from app.projections.words import Words


class Source(Protocol):
    """A store or a replica, as far as readers need it."""

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


GONE = CaseText("", "", "", "")
"""The words of a case that vanished a moment ago, until the board has heard of it."""


class Reading:
    """The read models of one hall, waiting entries included. Columns are touched on one thread only, the one
    that shows them: every further thread brings its own (HallProjector.attach)."""

    def __init__(self, source: Source, projector: HallProjector, columns: Columns | None = None) -> None:
        self._source = source
        self._projector = projector
        self._columns = projector.columns if columns is None else columns
        self._columns.read_from(source.reader)

    @property
    def hall(self) -> Hall:
        return self._projector.hall

    def hall_of(self, home: str) -> Hall:
        """The hall of the hub that owns a case: this one where `home` is empty."""
        return self._projector.halls.of(home)

    @property
    def homes(self) -> Mapping[str, Hall]:
        """The halls of the hubs below, by their streams."""
        return self._projector.below

    def home(self, incident: str) -> str:
        """The stream of the hub that owns the incident; empty for this log's own."""
        return cases.read_home(self._source.reader(), incident)

    @property
    def columns(self) -> Columns:
        return self._columns

    @property
    def words(self) -> Words:
        return self._projector.words

    def head(self) -> Head:
        return self._source.head()

    def subscribe(self, listener: Callable[[Head], None]) -> Callable[[], None]:
        """Hear of each commit, on the writer's thread."""
        return self._source.subscribe(listener)

    def texts(self, rows: Sequence[int]) -> dict[int, CaseText]:
        """The words of each of these rows, for a page of a list."""
        if not rows:
            return {}
        asked = msgspec.json.encode([int(row) for row in rows]).decode()
        found = self._source.reader().exec_driver_sql(
            "SELECT c.row, c.incident, c.code, c.what, c.address FROM json_each(?) AS j "
            "CROSS JOIN case_state AS c ON c.row = j.value",
            (asked,),
        )
        texts = {int(r[0]): CaseText(str(r[1]), str(r[2]), str(r[3]), str(r[4])) for r in found}
        return {int(row): texts.get(int(row), GONE) for row in rows}

    def find(self, text: str, most: int = search.FOUND_MAX) -> list[int]:
        """Row numbers of the cases that hold the text, newest first."""
        return search.find(self._source.reader(), text, most)

    def case(self, incident: str) -> Incident | None:
        """The incident as it is seen here."""
        return cases.read_case(self._source.reader(), incident)

    def cases(self, incidents: Collection[str]) -> dict[str, Incident]:
        """These incidents as they are seen here, by their ids; those that are not seen are left out."""
        return many_cases.read_cases(self._source.reader(), incidents)

    def waits(self, incident: str) -> bool:
        """Whether anything about the incident waits for its number."""
        return cases.waits(self._source.reader(), incident)

    def waiting_count(self) -> int:
        """How many cases have something that waits for its number."""
        return cases.count_waiting(self._source.reader())

    def contested(self, limit: int) -> list[Incident]:
        """Cases over which two desks disagree, the newest first."""
        return cases.contested_cases(self._source.reader(), limit)

    def contested_count(self) -> int:
        return cases.count_contested(self._source.reader())

    def quarantined(self, limit: int) -> list[Quarantined]:
        """The last entries that break a rule, newest first."""
        return quarantine.newest(self._source.reader(), limit)

    def quarantined_count(self) -> int:
        return quarantine.count(self._source.reader())

    def cases_after(self, row: int, most: int) -> list[Known]:
        """All cases, page by page: the next after this row number (-1 begins), at most `most`."""
        return paging.cases_after(self._source.reader(), row, most)

    def row_of(self, incident: str) -> int | None:
        found = (
            self._source.reader()
            .exec_driver_sql("SELECT row FROM case_state WHERE incident = ?", (incident,))
            .scalar()
        )
        return None if found is None else int(found)

    def by_code(self, code: str) -> str | None:
        """The incident with this code, or with an order of this code."""
        return cases.find_code(self._source.reader(), code)

    def entries(self, incident: str) -> list[Numbered]:
        """Every entry about an incident, in order."""
        return self._source.history(incident_subject(incident))

    def about(self, subject: str) -> list[Numbered]:
        """Every entry under a subject, in order."""
        return self._source.history(subject)

    def read_after(self, gseq: int, limit: int) -> list[Numbered]:
        """The next entries of the log after `gseq`, at most `limit`."""
        return self._source.read_after(gseq, limit)
