"""Many incidents as they stand, read together: a statement for each would cost more than the decoding."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
from sqlalchemy import Connection

from app.domain.incident import Incident
from app.projections.cases import unpack_case

# CROSS JOIN holds SQLite to the few asked cases first, whatever it thinks of the tables' sizes.
_MANY = "SELECT c.incident, c.state FROM json_each(?) AS j CROSS JOIN case_state AS c ON c.incident = j.value"


def read_cases(connection: Connection, incidents: Collection[str]) -> dict[str, Incident]:
    """The incidents as seen here, by their ids; those that are not seen are left out."""
    if not incidents:
        return {}
    asked = msgspec.json.encode(list(incidents)).decode()
    rows = connection.exec_driver_sql(_MANY, (asked,)).all()
    return {str(incident): unpack_case(state) for incident, state in rows}
