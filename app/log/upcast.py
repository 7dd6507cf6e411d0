"""Old bodies read as today's: a body is lifted version by version on reading, never rewritten in the log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from app.log.entries import Entry

Lift = Callable[[dict[str, Any]], dict[str, Any]]
"""Takes a decoded body of one version and gives the body of the next; must not change its argument."""

LIFTS: Mapping[tuple[str, int], Lift] = {}
"""(kind, version) to the lift from that version to the next. Empty as long as every kind is at its first."""


def upcast(entry: Entry, lifts: Mapping[tuple[str, int], Lift] = LIFTS) -> Entry:
    """`entry` with its body in the newest version there is a way to; unknown kinds pass as they are."""
    if (entry.kind, entry.kind_version) not in lifts:
        return entry
    version = entry.kind_version
    body = msgspec.json.decode(entry.body)
    while (lift := lifts.get((entry.kind, version))) is not None:
        body = lift(body)
        version += 1
    return msgspec.structs.replace(entry, kind_version=version, body=msgspec.Raw(msgspec.json.encode(body)))
