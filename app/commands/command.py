"""What can be wanted of the hall, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from app.base.clock import Instant
from app.domain.place import Point
from app.domain.refusal import Refusal
from app.log.entries import Numbered


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """Take a transition. `id` makes a repeat harmless: the same id writes once, for ever.

    `order` may stay empty: the actor's own order, else the lead. `confirms` names the request (its entry id)
    a second person agrees to; `refuses` the one they turn down, with form field `reason`.
    """

    action: str
    incident: str
    id: str = ""
    order: str = ""
    form: Mapping[str, Any] = {}
    confirms: str = ""
    refuses: str = ""
    occurred_at: Instant | None = None


class Content(msgspec.Struct, frozen=True):
    """What is to be attached. `name` as people see it; `media` by the content itself."""

    sha256: str
    name: str
    media: str
    bytes: int


class NewReport(msgspec.Struct, frozen=True, kw_only=True):
    """A report as it comes in, in clear: masks and vault are made on the way to the log.

    `area` is a code of the area tree or empty; `flat` the exact door, `joins` the incident this report
    repeats. `attachments` are contents that came before the report. `external` is the source's own number,
    prefixed by the source: `hotline:123`.
    """

    channel: str
    what: str
    id: str = ""
    area: str = ""
    address: str = ""
    flat: str = ""
    point: Point | None = None
    category: str = ""
    urgent: bool = False
    life_danger: bool = False
    reporter_name: str = ""
    reporter_phone: str = ""
    wants_answer: bool = True
    external: str = ""
    joins: str = ""
    occurred_at: Instant | None = None
    attachments: tuple[Content, ...] = ()


class HistoryRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of another system's history. `external` (`source:number`) makes a second import harmless."""

    channel: str
    what: str
    received_at: Instant
    external: str
    due_at: Instant | None = None
    closed_at: Instant | None = None
    unit: str = ""
    source_category: str = ""
    category: str = ""
    area: str = ""
    address: str = ""
    point: Point | None = None


class Done(msgspec.Struct, frozen=True):
    """Durable: on disk here. `entries` are what was written, consequences included; `code` is the case's."""

    incident: str
    code: str
    entries: tuple[Numbered, ...]


class AlreadyDone(msgspec.Struct, frozen=True):
    """The same command or source number was written before, as entry `gseq`; nothing was written again."""

    incident: str
    gseq: int


Outcome = Done | AlreadyDone | Refusal
