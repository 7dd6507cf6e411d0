"""Reports: what one source said, once; the entries that bring them in."""

from __future__ import annotations

import msgspec

from app.base.clock import Instant
from app.domain.incident import History, Reporter
from app.domain.place import Place
from app.domain.sealed import Sealed


class ReportReceived(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A report came in. It opens incident `incident` under `code`, or joins it when `joins` is true.

    `what` is masked text; `original` leads to the unmasked text where masking took something away.
    `external` is the source's own number, if it has one.
    """

    incident: str
    report: str
    code: str
    channel: str
    what: str
    place: Place = Place()
    category: str = ""
    sla_class: str = ""
    reporter: Reporter = Reporter()
    external: str = ""
    original: Sealed | None = None
    joins: bool = False


class ReportImported(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A row of another system's history, with that system's own due and closed times."""

    incident: str
    report: str
    code: str
    channel: str
    what: str
    received_at: Instant
    history: History
    place: Place = Place()
    category: str = ""
    external: str = ""
    original: Sealed | None = None
