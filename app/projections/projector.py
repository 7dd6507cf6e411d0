"""All projections as one fold, in the transaction of the entries they fold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlalchemy import Connection

from app.domain.contest import Beside
from app.domain.incident import Incident
from app.log import rows as log_rows
from app.log.entries import Numbered
from app.projections import digesting, quarantine, state_sum, tables
from app.projections.board_table import BoardTable
from app.projections.columns import Columns
from app.projections.evolving import Evolved, Owner
from app.projections.facts import About, about_which, is_hall, with_incidents
from app.projections.hall import Hall
from app.projections.halls import Halls
from app.projections.held import Held, HeldCases
from app.projections.waiting import Waiting
from app.projections.words import Words

_Seen = Mapping[str, Incident | None]


class HallProjector:
    """Folds the hall, the cases, the board and the search index; the tables show what is seen here, waiting
    entries included. `hall`, `below`, `words` and `columns` are what readers use: `hall` is a snapshot of
    this hub's own and `below` those of the hubs under it by their streams, replaced only after a commit;
    `columns` hand their news over after a commit. See app.log.projector for each step."""

    def __init__(self) -> None:
        self.hall = Hall()
        self.below: Mapping[str, Hall] = {}
        self.words = Words()
        self.columns = Columns()
        self._readers: tuple[Columns, ...] = (self.columns,)
        self._cases = HeldCases()
        self._waiting = Waiting()
        self._board = BoardTable(self.words)
        self._folding = Halls()
        self._loaded = False

    @property
    def halls(self) -> Halls:
        """All halls of the log."""
        return Halls(self.hall, self.below)

    @property
    def names_and_versions(self) -> Mapping[str, int]:
        return tables.VERSIONS

    def attach(self) -> Columns:
        """Further columns that hear of every commit from now on, for one more thread that reads the board.
        Their first `catch_up` reads the table."""
        columns = Columns(behind=True)
        self._readers = (*self._readers, columns)
        return columns

    def reset(self, connection: Connection) -> None:
        tables.make(connection)
        self._folding = Halls()
        self.words.restart()
        self._cases.start(connection)
        self._board.forget()
        for columns in self._readers:
            columns.give_up()
        self._loaded = True

    def load(self, connection: Connection) -> None:
        """Take up what the tables hold: at start, and after anything was rolled back."""
        halls = Halls()
        for (gseq,) in connection.exec_driver_sql("SELECT gseq FROM hall_entry ORDER BY gseq").all():
            for numbered in log_rows.read_after(connection, int(gseq) - 1, 1):
                halls = halls.taken(numbered)
        self._folding = halls
        self._show(halls)
        self.words.load(connection)
        self._cases.load(connection)
        self._board.forget()
        self._loaded = True

    def fold(
        self, connection: Connection, entries: Sequence[Numbered], pending: Sequence[Numbered] = ()
    ) -> None:
        self._fold(connection, entries, pending, len(entries))

    def fold_past(
        self, connection: Connection, entries: Sequence[Numbered], pending: Sequence[Numbered], mark: int
    ) -> str:
        return self._fold(connection, entries, pending, mark + 1 - entries[0].gseq)

    def _fold(
        self, connection: Connection, entries: Sequence[Numbered], pending: Sequence[Numbered], told: int
    ) -> str:
        """What the digest was behind the first `told` of the entries; empty behind all of them, for then it
        stands in its table."""
        before = self._begun(connection)
        abouts = with_incidents(entries)
        touched = about_which(abouts)
        of_hall = [numbered for numbered in entries if is_hall(numbered)]
        self._fold_hall(connection, of_hall)
        halls = self._folding
        quarantine.record(connection, entries)
        # What waits is seen under the newest rules: all of it, whatever these entries are about.
        ruled = halls.own.book is not before.own.book and self._cases.any_laid(connection)
        upon = self._waiting.connected(connection, touched, pending, everything=ruled)
        find = self._finder(connection, touched)
        evolved = Evolved(lambda me: _confirmed(find(me)), lambda me: _home(find(me)), halls)
        evolved.fold(abouts[:told])
        digest = ""
        if told < len(entries):
            late = [numbered for numbered in of_hall if numbered.gseq >= entries[told].gseq]
            digest = self._cases.digest_with(evolved.made, _hall_parts(late))
            evolved.fold(abouts[told:])
        made, homes = evolved.made, evolved.homes
        laid = self._laid_over(
            lambda me: made.get(me) or _confirmed(find(me)),
            lambda me: homes.get(me, "") if me in made else _home(find(me)),
            upon,
        )
        # New cases get their rows in the order in which entries made them.
        self._settle(connection, dict.fromkeys([*made, *touched]), made, laid, homes)
        for home, then, now in halls.moved_since(before):
            self._board.redo(connection, now, home, areas_moved=now.areas is not then.areas)
        return digest

    def overlay(self, connection: Connection, entries: Sequence[Numbered]) -> None:
        self._begun(connection)
        upon = with_incidents(entries)
        find = self._finder(connection, about_which(upon))
        laid = self._laid_over(lambda me: _seen(find(me)), lambda me: _home(find(me)), upon)
        self._settle(connection, laid, {}, laid, {})

    def _begun(self, connection: Connection) -> Halls:
        """The halls as they were before the entries that come now."""
        if not self._loaded:
            self.load(connection)
        return self._folding

    def _finder(self, connection: Connection, fetched: Iterable[str]) -> Callable[[str], Held | None]:
        """Finds cases: these at once, having been fetched together, any other when it is asked for."""
        known = frozenset(fetched)
        self._cases.fetch(connection, fetched)

        def find(incident: str) -> Held | None:
            if incident not in known:
                # The other side of a merge that does not name it.
                self._cases.fetch(connection, (incident,))
            return self._cases.get(incident)

        return find

    def _fold_hall(self, connection: Connection, of_hall: Sequence[Numbered]) -> None:
        self._cases.add_part(_hall_parts(of_hall))
        for numbered in of_hall:
            self._folding = self._folding.taken(numbered)
            connection.exec_driver_sql("INSERT INTO hall_entry(gseq) VALUES(?)", (numbered.gseq,))

    def _laid_over(self, before: Beside, owner: Owner, upon: Sequence[About]) -> _Seen:
        """The incidents of these waiting entries with all of them on top of what was `before`."""
        above = Evolved(before, owner, self._folding)
        above.fold(upon)
        return {me: above.made.get(me) or before(me) for me in about_which(upon)}

    def _settle(
        self,
        connection: Connection,
        touched: Iterable[str],
        made: Mapping[str, Incident],
        laid: _Seen,
        homes: Mapping[str, str],
    ) -> None:
        """Keep what entries made of the incidents they touched: `made` by numbered ones, and `laid` over it
        what is seen of those that have others waiting; `homes` of those made that are another hub's."""
        changed: list[Held] = []
        spoken: list[Held] = []
        vanished: list[Held] = []
        for me in touched:
            held = self._cases.get(me)
            confirmed = made.get(me) or _confirmed(held)
            seen = laid.get(me, confirmed)
            if seen is None:
                # Only waiting entries had made it, and they came back quarantined.
                vanished += [held] if held is not None else []
            elif held is None or me in made or me in laid or held.waiting:
                moved = held is None or held.seen.place != seen.place
                home = homes.get(me, "")
                changed.append(self._cases.put(seen, confirmed, waiting=me in laid, home=home))
                spoken += changed[-1:] if moved else []
        self._cases.save(connection, changed)
        self._cases.remove(connection, vanished)
        self._board.save(connection, changed, spoken, self._folding)
        self._board.vanish(connection, vanished)

    def committed(self, entries: Sequence[Numbered]) -> None:
        self._show(self._folding)
        self._board.publish(self._readers)

    def rolled_back(self) -> None:
        # Caches may hold what never happened; the tables do not.
        self._folding = self.halls
        self._board.forget()
        self._loaded = False

    def _show(self, halls: Halls) -> None:
        self.hall, self.below = halls.own, halls.below

    def state_digest(self, connection: Connection) -> str:
        return state_sum.state_digest(connection)

    def digest(self, connection: Connection) -> str:
        return digesting.digest(connection)


def _hall_parts(of_hall: Sequence[Numbered]) -> int:
    """What these entries of the hall add to the sum of the confirmed state."""
    return sum(state_sum.hall_part(numbered) for numbered in of_hall)


def _confirmed(held: Held | None) -> Incident | None:
    return None if held is None else held.confirmed


def _home(held: Held | None) -> str | None:
    return None if held is None else held.home


def _seen(held: Held | None) -> Incident | None:
    return None if held is None else held.seen
