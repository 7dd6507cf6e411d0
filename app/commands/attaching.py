"""Attaching a content to a case: keep a file in pieces, check what it is, write that it belongs there."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from app.base.errors import WorldError
from app.commands.command import AlreadyDone, Content, Done, Outcome
from app.commands.desk import Desk
from app.commands.elsewhere import absent
from app.commands.loading import fact_of, last_numbered
from app.domain.actor import Actor
from app.domain.attachment import (
    ATTACHMENT_BYTES_MAX,
    ATTACHMENTS_PER_CASE_MAX,
    HEAD_BYTES,
    MEDIA,
    NAME_MAX,
    AttachmentAdded,
    attachment_subject,
    ending,
    fits,
    media_of,
)
from app.domain.incident import Incident
from app.domain.kinds import incident_subject
from app.domain.masking import mask_text
from app.domain.refusal import Refusal
from app.domain.standing import acts_for, covers
from app.log.attachments.port import PIECE_BYTES, Attachments, is_sha256
from app.log.entries import Numbered
from app.log.port import Duplicate, Written

ATTACH = "attach"

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""What does not show, or turns round what does: an ending must be the one that people read."""


def keep_file(attachments: Attachments, path: Path) -> Content | Refusal:
    """Take the file at `path` into `attachments`, whole and durable, to be sent to the hub once an entry
    names it; or why it may not be attached. WorldError when a disk fails; then a repeat goes on."""
    try:
        with path.open("rb") as stream:
            return _keep(attachments, stream, path.name)
    except OSError as error:
        raise WorldError("attachment_unreadable", path=str(path), detail=error.strerror or "") from error


def attach(
    desk: Desk, incident: str, content: Content, actor: Actor, *, order: str = "", key: str = ""
) -> Outcome:
    """Write that `content` belongs to the case, or to its order; it waits until that is on disk.

    The content itself may come to the hub later. Twice the same content on the same thing is once, and so is
    the same `key`.
    """
    entries = desk.log.history(incident_subject(incident))
    case = desk.fold(entries, incident)
    if case is None:
        return absent(desk, incident)
    refused = _check(content) or _may(desk, case, actor, order)
    if refused is not None:
        return refused
    there = next((a for a in case.attachments if (a.sha256, a.order) == (content.sha256, order)), None)
    if there is not None:
        known = next((n.gseq for n in entries if n.entry.eid == there.eid), 0)
        return AlreadyDone(incident, known)
    if len(case.attachments) >= ATTACHMENTS_PER_CASE_MAX:
        return Refusal("attachments_many", params={"most": str(ATTACHMENTS_PER_CASE_MAX)})
    draft = desk.draft(
        added(incident, content, order),
        (*subjects(incident, content), *((f"idem:{key}",) if key else ())),
        actor,
        desk.clock.now(),
        cmd=key or ATTACH,
        base={incident_subject(incident): last_numbered(entries)},
    )
    # Whatever else happens to the case meanwhile, the content still belongs to it.
    appended = desk.log.append([draft], expect_base=False).result()
    if isinstance(appended, Written):
        return Done(incident, case.code, appended.entries)
    return AlreadyDone(incident, appended.gseq) if isinstance(appended, Duplicate) else Refusal("moved_on")


def added(incident: str, content: Content, order: str = "") -> AttachmentAdded:
    """The body that says so, the name as entries may hold it."""
    return AttachmentAdded(
        incident, content.sha256, shown_name(content.name), content.media, content.bytes, order
    )


def subjects(incident: str, content: Content) -> tuple[str, str]:
    return incident_subject(incident), attachment_subject(content.sha256)


def shown_name(name: str) -> str:
    """A file's name without the way to it, without what hides in it, personal data blotted out."""
    plain = _CONTROL.sub("", re.split(r"[/\\]", name)[-1]).strip(" .") or "_"
    stem, dot, end = plain.rpartition(".")
    if not dot:
        return mask_text(plain)[:NAME_MAX]
    return f"{mask_text(stem)[: NAME_MAX - 1 - len(end)]}.{end}"[-NAME_MAX:]


def cases_naming(entries: list[Numbered], sha256: str) -> dict[str, AttachmentAdded]:
    """The cases that these entries attach the content to, each with how it is called there."""
    found: dict[str, AttachmentAdded] = {}
    for numbered in entries:
        fact = fact_of(numbered)
        if fact is not None and isinstance(fact.body, AttachmentAdded) and fact.body.sha256 == sha256:
            found.setdefault(fact.body.incident, fact.body)
    return found


def erase_contents(desk: Desk, attachments: Attachments, incident: str) -> list[str]:
    """Destroy the contents that this case alone names, with its personal data; what went. The entries stay
    as they are."""
    gone = []
    for sha256 in _named_by(desk.log.history(incident_subject(incident))):
        others = cases_naming(desk.log.history(attachment_subject(sha256)), sha256).keys() - {incident}
        if not others and attachments.erase(sha256):
            gone.append(sha256)
    return gone


def _named_by(entries: list[Numbered]) -> list[str]:
    bodies = (fact.body for numbered in entries if (fact := fact_of(numbered)) is not None)
    return list(dict.fromkeys(body.sha256 for body in bodies if isinstance(body, AttachmentAdded)))


def _keep(attachments: Attachments, stream: BinaryIO, name: str) -> Content | Refusal:
    head = stream.read(HEAD_BYTES)
    size = stream.seek(0, 2)
    if not size:
        return Refusal("attachment_empty", "bytes")
    if size > ATTACHMENT_BYTES_MAX:
        return Refusal("attachment_too_big", "bytes", {"most": str(ATTACHMENT_BYTES_MAX)})
    media, refused = media_of(head), _check_kind(name, media_of(head))
    if refused is not None:
        return refused
    found = hashlib.sha256()
    for piece in _pieces(stream, size):
        found.update(piece)
    sha256 = found.hexdigest()
    standing = attachments.begin(sha256, size)
    if not isinstance(standing, Refusal) and not standing.whole:
        lacking = frozenset(standing.lacking())
        for index, piece in enumerate(_pieces(stream, size)):
            if index in lacking:
                standing = attachments.put(sha256, index, piece)
                if isinstance(standing, Refusal):
                    break
    if isinstance(standing, Refusal):
        return standing
    if not standing.whole:
        # Somebody is still writing it: the second reading was another file than the first.
        return Refusal("attachment_hash_wrong", "sha256")
    attachments.must_go_out(sha256)
    return Content(sha256, shown_name(name), media, size)


def _pieces(stream: BinaryIO, size: int) -> Iterator[bytes]:
    stream.seek(0)
    left = size
    while left and (piece := stream.read(min(PIECE_BYTES, left))):
        left -= len(piece)
        yield piece


def _check_kind(name: str, media: str) -> Refusal | None:
    if ending(name) not in MEDIA or not media:
        return Refusal("attachment_kind", "name", {"endings": ", ".join(MEDIA)})
    return None if fits(name, media) else Refusal("attachment_ending", "name", {"name": name[:40]})


def _check(content: Content) -> Refusal | None:
    if not is_sha256(content.sha256):
        return Refusal("attachment_hash_form", "sha256")
    if content.bytes < 1:
        return Refusal("attachment_empty", "bytes")
    if content.bytes > ATTACHMENT_BYTES_MAX:
        return Refusal("attachment_too_big", "bytes", {"most": str(ATTACHMENT_BYTES_MAX)})
    return _check_kind(content.name, content.media)


def _may(desk: Desk, case: Incident, actor: Actor, order: str) -> Refusal | None:
    """The centre's people, and units that have or had a part in the case or whose streets it lies in; to an
    order only those whose it is."""
    role = desk.book().roles.get(actor.role)
    if role is None or role.side not in ("centre", "unit"):
        return Refusal("role_may_not", params={"role": actor.role, "action": ATTACH})
    found = case.order(order) if order else None
    if order and found is None:
        return Refusal("field_order", "order", {"value": order[:40]})
    if role.side == "unit":
        theirs = [found] if found is not None else case.orders
        near = found is None and covers(actor, case.place.area)
        if not near and not any(acts_for(actor, one.unit) for one in theirs):
            return Refusal("other_units_order", params={"unit": actor.unit})
    return None
