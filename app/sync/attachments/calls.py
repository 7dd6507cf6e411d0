"""The requests by which contents travel, each with its time limit and its answer read strictly."""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import aiohttp
import msgspec

from app.base.errors import UsageError
from app.domain.refusal import Refusal
from app.log.attachments.port import PIECE_BYTES
from app.sync.attachments.attached import (
    ATTACHMENTS_PATH,
    PENDING,
    PIECE_HASH,
    AttachmentAsked,
    AttachmentStanding,
)
from app.sync.hub_calls import LOOPBACK, ORIGIN

PIECE_S = 150
"""A piece on its way: a little longer than the hub itself waits, so that it is the hub that says so."""

PROOF_S = 60
"""Besides, with the last piece: the hub reads 2 GB again and hashes them."""

ASK_S = 10

ANSWER_BYTES_MAX = 64 * 1024
"""The longest true answer, 1,024 ranges of two numbers, has 12 KB."""

TRY_LATER = frozenset({408, 429, 500, 502, 503, 504})
"""Statuses of a hub that may say something else in a moment."""


class HubAwayError(Exception):
    """The hub was not reached, or cannot now; trying again is all there is to do."""


class _Problem(msgspec.Struct, frozen=True):
    rule: str = ""


class AttachmentCalls:
    """Asks one hub. `origin` is this desk's own, which a line without TLS needs; `tls` as of its line."""

    def __init__(
        self, session: aiohttp.ClientSession, url: str, tls: ssl.SSLContext | None, origin: str
    ) -> None:
        parts = urlsplit(url)
        if tls is None and parts.hostname not in LOOPBACK:
            raise UsageError("hub_url_wrong", url=url[:80])
        self._session = session
        self._base = f"{'http' if tls is None else 'https'}://{parts.netloc}{ATTACHMENTS_PATH}"
        self._tls = tls
        self._headers = {ORIGIN: origin} if tls is None else {}

    async def begin(self, asked: AttachmentAsked) -> AttachmentStanding | Refusal:
        """Announce a content; what the hub has of it. HubAwayError."""
        data, headers = msgspec.json.encode(asked), {"Content-Type": "application/json"}
        # To begin may be to finish: the hub was killed between the last piece and the proof.
        async with self._ask("POST", "", ASK_S + PROOF_S, data, headers) as response:
            return await _standing(response)

    async def put(self, sha256: str, index: int, piece: bytes) -> AttachmentStanding | Refusal:
        """Bring a piece. HubAwayError."""
        headers = {
            "Content-Type": "application/octet-stream",
            PIECE_HASH: hashlib.sha256(piece).hexdigest(),
        }
        async with self._ask("PUT", f"/{sha256}/{index}", PIECE_S + PROOF_S, piece, headers) as response:
            return await _standing(response)

    async def size(self, sha256: str) -> int | Refusal:
        """How long the content is that the hub has. HubAwayError."""
        async with self._ask("HEAD", f"/{sha256}", ASK_S) as response:
            if response.status != 200:
                # No words come with HEAD. Where nothing is to be had, it was named and is not there yet.
                return Refusal(PENDING if response.status == 404 else "hub_refused")
            return response.content_length or 0

    async def piece(self, sha256: str, index: int, length: int) -> bytes | Refusal:
        """A piece, exactly as long. HubAwayError, also for one that was cut off."""
        start = index * PIECE_BYTES
        span = {"Range": f"bytes={start}-{start + length - 1}"}
        async with self._ask("GET", f"/{sha256}", PIECE_S, headers=span) as response:
            if response.status != 206:
                return _refusal(await _read(response, ANSWER_BYTES_MAX))
            found = await _read(response, length)
            if len(found) != length:
                raise HubAwayError
            return found

    @asynccontextmanager
    async def _ask(
        self,
        method: str,
        path: str,
        limit_s: float,
        data: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        try:
            async with asyncio.timeout(limit_s):
                async with self._session.request(
                    method,
                    self._base + path,
                    data=data,
                    headers=self._headers | (headers or {}),
                    ssl=self._tls if self._tls is not None else True,
                    allow_redirects=False,
                ) as response:
                    if response.status in TRY_LATER:
                        raise HubAwayError
                    yield response
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise HubAwayError from error


async def _standing(response: aiohttp.ClientResponse) -> AttachmentStanding | Refusal:
    body = await _read(response, ANSWER_BYTES_MAX)
    if response.status != 200:
        return _refusal(body)
    try:
        return msgspec.json.decode(body, type=AttachmentStanding)
    except msgspec.DecodeError as error:
        raise HubAwayError from error


def _refusal(body: bytes) -> Refusal:
    try:
        rule = msgspec.json.decode(body, type=_Problem).rule
    except msgspec.DecodeError:
        rule = ""
    return Refusal(rule or "hub_refused")


async def _read(response: aiohttp.ClientResponse, most: int) -> bytes:
    """The body, never more of it than a true one has."""
    read = bytearray()
    async for chunk in response.content.iter_any():
        read += chunk
        if len(read) > most:
            raise HubAwayError
    return bytes(read)
