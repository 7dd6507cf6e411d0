"""Whether the log names a content: what a carrier asks before it brings one, and before it lets one go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from app.commands.attaching import cases_naming
from app.domain.attachment import attachment_subject
from app.log.entries import Numbered


class _Log(Protocol):
    def history(self, subject: str) -> list[Numbered]: ...


def named_in(log: _Log) -> Callable[[str, bool], bool]:
    """For AttachmentCarrier: (sha256, whether the entry must have its number) to whether one names it."""

    def named(sha256: str, confirmed: bool) -> bool:
        entries = log.history(attachment_subject(sha256))
        return bool(cases_naming([n for n in entries if not (confirmed and n.pending)], sha256))

    return named
