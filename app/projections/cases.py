"""Every incident as it stands, kept whole: what is seen of it, with whatever waits for its number."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from sqlalchemy import Connection

from app.domain.incident import Incident

PAGE = 1_000
"""Cases decoded at a time while going through all of them."""

pack_case = msgspec.msgpack.Encoder().encode
unpack_case = msgspec.msgpack.Decoder(Incident).decode


class Known(msgspec.Struct, frozen=True, gc=False):
    """An incident and its dense row number on the board."""

    row: int
    incident: Incident


def every_case(connection: Connection, home: str = "") -> Iterator[list[Known]]:
    """All cases of one hub page by page, in order of their rows; for the day its rules change under them."""
    result = connection.exec_driver_sql(
        "SELECT row, state FROM case_state WHERE home = ? ORDER BY row", (home,)
    )
    while page := result.fetchmany(PAGE):
        yield [Known(int(row), unpack_case(state)) for row, state in page]


def read_case(connection: Connection, incident: str) -> Incident | None:
    """The incident as seen here, for showing; decisions fold the log instead."""
    found = connection.exec_driver_sql(
        "SELECT state FROM case_state WHERE incident = ?", (incident,)
    ).scalar()
    return None if found is None else unpack_case(found)


def read_home(connection: Connection, incident: str) -> str:
    """The stream of the hub that owns the incident; empty for this log's own, and for none at all."""
    found = connection.exec_driver_sql("SELECT home FROM case_state WHERE incident = ?", (incident,)).scalar()
    return str(found or "")


def find_code(connection: Connection, code: str) -> str | None:
    """The id of the incident with this code (an order's code finds its incident), or None. Of two that show
    one code this hub's own has it, and of its own the one that has a number."""
    base = "-".join(code.split("-")[:5])
    found = connection.exec_driver_sql(
        "SELECT c.incident FROM case_state AS c LEFT JOIN overlaid AS o ON o.incident = c.incident "
        "WHERE c.code = ? ORDER BY c.home != '', o.incident IS NOT NULL AND o.state IS NULL, c.row LIMIT 1",
        (base,),
    ).scalar()
    return None if found is None else str(found)


def contested_cases(connection: Connection, limit: int) -> list[Incident]:
    """Cases over which two desks disagree, the newest first."""
    found = connection.exec_driver_sql(
        "SELECT state FROM case_state WHERE contested > 0 ORDER BY row DESC LIMIT ?", (limit,)
    )
    return [unpack_case(state) for state in found.scalars()]


def count_contested(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT count(*) FROM case_state WHERE contested > 0").scalar_one())


def waits(connection: Connection, incident: str) -> bool:
    """Whether anything about the incident waits for its number."""
    found = connection.exec_driver_sql("SELECT 1 FROM overlaid WHERE incident = ?", (incident,))
    return found.first() is not None


def count_waiting(connection: Connection) -> int:
    """How many cases have something that waits for its number."""
    return int(connection.exec_driver_sql("SELECT count(*) FROM overlaid").scalar_one())
