"""All cases of this hub itself, page by page, for work that goes through every one of them beside others."""

from __future__ import annotations

from sqlalchemy import Connection

from app.projections.cases import Known, unpack_case

_PAGE = "SELECT row, state FROM case_state WHERE row > ? AND home = '' ORDER BY row LIMIT ?"


def cases_after(connection: Connection, row: int, most: int) -> list[Known]:
    """The next cases by row number after `row` (-1 begins), at most `most`; empty at the end. What is due in
    other hubs' cases is theirs to do.

    Each page is of its own moment: no cursor stays open that would hold the WAL.
    """
    found = connection.exec_driver_sql(_PAGE, (row, most)).all()
    return [Known(int(number), unpack_case(state)) for number, state in found]
