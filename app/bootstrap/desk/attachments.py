"""The carrier of a desk's attachments: beside its line, on the same thread, behind its entries."""

from __future__ import annotations

import ssl

from app.bootstrap.loop_thread import LoopThread
from app.log.replica import Replica
from app.sync.attachments.calls import AttachmentCalls
from app.sync.attachments.carrier import AttachmentCarrier
from app.sync.attachments.carrying import Carriage
from app.sync.attachments.naming import named_in
from app.sync.desk.client import HubLink
from app.sync.status import LinkStatus


def carrier_of(
    replica: Replica, link: HubLink, url: str, tls: ssl.SSLContext | None, thread: LoopThread
) -> AttachmentCarrier:
    """Woken by every commit and whenever the line is up again; not started yet."""
    carriage = Carriage(
        replica.attachments, url, named_in(replica), calm=lambda: replica.pending_count() == 0
    )
    carrier = AttachmentCarrier(
        carriage, lambda session: AttachmentCalls(session, url, tls, replica.origin), thread.spawn
    )

    def heard(status: LinkStatus) -> None:
        if status.phase == "live":
            carrier.call_now()

    replica.subscribe(lambda _head: carrier.woken())
    link.subscribe(heard)
    return carrier
