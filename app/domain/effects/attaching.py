"""A content was attached: named once, and nothing else changes."""

from __future__ import annotations

from msgspec.structs import replace

from app.domain.attachment import Attachment, AttachmentAdded
from app.domain.fact import Fact
from app.domain.incident import Incident
from app.domain.rulebook import RuleBook


def attached(incident: Incident, fact: Fact, body: AttachmentAdded, _book: RuleBook) -> Incident:
    """The first word stands when two desks attach the same."""
    if any(a.sha256 == body.sha256 and a.order == body.order for a in incident.attachments):
        return incident
    added = Attachment(body.name, body.media, body.sha256, body.bytes, fact.eid, fact.at, body.order)
    return replace(incident, attachments=(*incident.attachments, added))
