"""All cases, page by page, for work that goes through every one of them beside other work."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection

from app.domain.incident import Incident
from app.projections.cases import Known

_PAGE = "SELECT row, state FROM case_state WHERE row > ? ORDER BY row LIMIT ?"

_decoder = msgspec.msgpack.Decoder(Incident)


def cases_after(connection: Connection, row: int, most: int) -> list[Known]:
    """The next cases by row number after `row` (-1 begins), at most `most`; empty at the end.

    Each page is of its own moment: no cursor stays open that would hold the WAL.
    """
    found = connection.exec_driver_sql(_PAGE, (row, most)).all()
    return [Known(int(number), _decoder.decode(state)) for number, state in found]
