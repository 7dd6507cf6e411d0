"""The way to a hub: its address, the TLS that proves both sides, and what a closed door means."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field

import aiohttp


@dataclass(frozen=True)
class Way:
    """`url` of the hub's line (`wss://host:port/api/v1/sync`), its name for people, the TLS that proves both
    sides (None only on plain loopback), headers of the first request."""

    url: str
    hub: str
    tls: ssl.SSLContext | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def refused_at_the_door(error: BaseException) -> str:
    """The code of a refusal that came before the first frame; empty when the hub was not reached at all."""
    if isinstance(error, aiohttp.WSServerHandshakeError) and error.status in (401, 403):
        return "origin"
    return ""
