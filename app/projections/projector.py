"""All projections as one fold, in the transaction of the entries they fold."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import Connection

from app.domain.evolve import evolve
from app.domain.fact import Fact
from app.domain.incident import Incident
from app.domain.kinds import read_body
from app.log import rows as log_rows
from app.log.entries import Numbered
from app.projections import search
from app.projections.board_row import COLUMNS, WORD_COLUMNS, BoardRow, board_row, pack, unpack
from app.projections.cases import Cases, Known
from app.projections.columns import Columns
from app.projections.hall import HALL_KINDS, Hall, take
from app.projections.words import Words

INCIDENT = "incident:"

_TABLES = {
    "word": "CREATE TABLE word(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT",
    "hall_entry": "CREATE TABLE hall_entry(gseq INTEGER PRIMARY KEY) STRICT",
    "case_state": (
        "CREATE TABLE case_state(row INTEGER PRIMARY KEY, incident TEXT NOT NULL UNIQUE, "
        "code TEXT NOT NULL UNIQUE, what TEXT NOT NULL, address TEXT NOT NULL, state BLOB NOT NULL) STRICT"
    ),
    "board": "CREATE TABLE board(row INTEGER PRIMARY KEY, packed BLOB NOT NULL) STRICT",
    "case_text": (
        "CREATE VIRTUAL TABLE case_text USING fts5("
        "text, content='', contentless_delete=1, tokenize='unicode61')"
    ),
}

VERSIONS: Mapping[str, int] = {"hall": 1, "cases": 1, "board": 1, "search": 1}
"""Version of each fold: change it with the fold, and every replica rebuilds."""

_BOARD_UPSERT = "REPLACE INTO board(row, packed) VALUES(?, ?)"


class HallProjector:
    """Folds the hall, the cases, the board and the search index. `hall`, `words` and `columns` are what
    readers use: `hall` is a snapshot, replaced only after a commit; `columns` hand their news over after a
    commit."""

    def __init__(self) -> None:
        self.hall = Hall()
        self.words = Words()
        self.columns = Columns()
        self._cases = Cases()
        self._folding = Hall()
        self._staged: dict[int, BoardRow] = {}
        self._loaded = False

    @property
    def names_and_versions(self) -> Mapping[str, int]:
        return VERSIONS

    def reset(self, connection: Connection) -> None:
        for name, statement in _TABLES.items():
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
            connection.exec_driver_sql(statement)
        self.hall = self._folding = Hall()
        self.words = Words()
        self.columns = Columns()
        self._cases = Cases()
        self._staged = {}
        self._loaded = True

    def load(self, connection: Connection) -> None:
        """Take up what the tables hold: at start, and after anything was rolled back."""
        hall = Hall()
        for (gseq,) in connection.exec_driver_sql("SELECT gseq FROM hall_entry ORDER BY gseq").all():
            for numbered in log_rows.read_after(connection, int(gseq) - 1, 1):
                hall = take(hall, numbered.gseq, _body(numbered))
        self.hall = self._folding = hall
        self.words.load(connection)
        self._cases.load(connection)
        self._staged = {}
        self._loaded = True

    def fold(self, connection: Connection, entries: Sequence[Numbered]) -> None:
        if not self._loaded:
            self.load(connection)
        changed: dict[str, Known] = {}
        spoken: dict[int, Incident] = {}
        self._cases.fetch(connection, dict.fromkeys(i for n in entries for i in _incidents(n)))
        for numbered in entries:
            body = _body(numbered)
            if numbered.entry.kind in HALL_KINDS:
                self._fold_hall(connection, numbered, body, changed, spoken)
                continue
            book = self._folding.history.at(numbered.gseq)
            if book is None or body is None:
                continue
            fact = _fact(numbered, body)
            for me in _incidents(numbered):
                known = self._cases.get(me)
                after = evolve(known.incident if known is not None else None, fact, book, me)
                if after is None:
                    continue
                changed[me] = self._cases.put(after, known.row if known is not None else None)
                if known is None or known.incident.place != after.place:
                    spoken[changed[me].row] = after
        self._save(connection, changed, spoken)

    def _fold_hall(
        self,
        connection: Connection,
        numbered: Numbered,
        body: msgspec.Struct | None,
        changed: dict[str, Known],
        spoken: dict[int, Incident],
    ) -> None:
        before = self._folding
        self._folding = take(before, numbered.gseq, body)
        connection.exec_driver_sql("INSERT INTO hall_entry(gseq) VALUES(?)", (numbered.gseq,))
        limits_moved = self._folding.book is not before.book
        areas_moved = self._folding.areas is not before.areas
        if not limits_moved and not areas_moved:
            return
        # New rules or areas move the due times and streets of all cases; facts stay what they were.
        for known in self._cases.every(connection):
            changed.setdefault(known.incident.id, known)
        if areas_moved:
            # Areas are found by their names as well.
            spoken.update((known.row, known.incident) for known in changed.values())

    def _save(self, connection: Connection, changed: dict[str, Known], spoken: dict[int, Incident]) -> None:
        book = self._folding.book
        if not changed or book is None:
            return
        areas = self._folding.areas
        self._cases.save(connection, changed.values())
        rows = [board_row(k.row, k.incident, book, areas, self.words) for k in changed.values()]
        self.words.save(connection)
        connection.exec_driver_sql(_BOARD_UPSERT, [(row.row, pack(row)) for row in rows])
        search.index(connection, spoken.items(), areas)
        self._staged.update((row.row, row) for row in rows)

    def committed(self, entries: Sequence[Numbered]) -> None:
        self.hall = self._folding
        if self._staged:
            self.columns.take(self._staged.values())
            self._staged = {}

    def rolled_back(self) -> None:
        # Caches may hold what never happened; the tables do not.
        self._folding = self.hall
        self._staged = {}
        self._loaded = False

    def digest(self, connection: Connection) -> str:
        """Words by text, not by id: ids depend on how entries were grouped into transactions, the fold does
        not."""
        words = Words()
        words.load(connection)
        total = hashlib.sha256()
        for row in connection.exec_driver_sql("SELECT * FROM hall_entry ORDER BY gseq"):
            total.update(repr(tuple(row)).encode())
        for row in connection.exec_driver_sql("SELECT * FROM case_state ORDER BY row"):
            total.update(repr(tuple(row)).encode())
        for packed in connection.exec_driver_sql("SELECT packed FROM board ORDER BY row").scalars():
            spelled = [
                words.text(value) if name in WORD_COLUMNS else value
                for name, value in zip(COLUMNS, unpack(packed), strict=True)
            ]
            total.update(repr(spelled).encode())
        return f"sha256:{total.hexdigest()}"


def _incidents(numbered: Numbered) -> list[str]:
    return [s[len(INCIDENT) :] for s in numbered.entry.subjects if s.startswith(INCIDENT)]


def _body(numbered: Numbered) -> msgspec.Struct | None:
    entry = numbered.entry
    return read_body(entry.kind, entry.kind_version, entry.body)


def _fact(numbered: Numbered, body: msgspec.Struct) -> Fact:
    entry = numbered.entry
    return Fact(
        body, numbered.at, numbered.gseq, entry.eid, entry.actor, entry.kind, entry.occurred_at, entry.cause
    )
