"""A case's life as answered: one value for each entry about it, masked as the log is, oldest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from app.base.clock import Instant
from app.hub.answers.speech import Speech
from app.log.entries import Numbered

SEALED_KEYS = frozenset({"ref", "mask", "hash"})
"""What stands in an entry in the place of personal data; see app.domain.sealed."""


class LifeLine(msgspec.Struct, frozen=True):
    """One entry: `kind` as in docs/entries.md, the action and order it is about where it is about one, who
    wrote it and from which post, what its form said. `verdict` is not empty for one in quarantine, which had
    no effect."""

    entry: str
    gseq: int
    at: Instant
    kind: str
    action: str
    label: str
    order: str
    actor: str
    post: str
    form: dict[str, Any]
    verdict: str


def life(entries: Iterable[Numbered], speech: Speech) -> list[LifeLine]:
    return [_line(numbered, speech) for numbered in entries]


def sealed_in(entries: Iterable[Numbered]) -> Iterator[tuple[str, str, str]]:
    """(reference, field, mask) of everything sealed in these entries."""
    for numbered in entries:
        yield from _sealed("", msgspec.json.decode(numbered.entry.body))


def _line(numbered: Numbered, speech: Speech) -> LifeLine:
    entry = numbered.entry
    body = msgspec.json.decode(entry.body)
    told = body if isinstance(body, dict) else {}
    action, order, form = told.get("action", ""), told.get("order", ""), told.get("form", {})
    return LifeLine(
        entry=entry.eid,
        gseq=numbered.gseq,
        at=numbered.at,
        kind=entry.kind,
        action=action if isinstance(action, str) else "",
        label=speech.action(action) if isinstance(action, str) and action else "",
        order=order if isinstance(order, str) else "",
        actor=entry.actor,
        post=speech.post(entry.actor),
        form=masked(form) if isinstance(form, dict) else {},
        verdict=numbered.verdict,
    )


def masked(value: Any) -> Any:
    """A value of a form with every seal replaced by its mask."""
    if isinstance(value, dict):
        if value.keys() == SEALED_KEYS:
            return value["mask"]
        return {name: masked(inner) for name, inner in value.items()}
    return [masked(inner) for inner in value] if isinstance(value, list) else value


def _sealed(field: str, value: Any) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, dict):
        if value.keys() == SEALED_KEYS:
            yield str(value["ref"]), field, str(value["mask"])
            return
        for name, inner in value.items():
            yield from _sealed(name, inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _sealed(field, inner)
