"""Single questions to the hub over HTTP, outside the line: joining the hall, signing in."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Iterator
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

from app.base.errors import UsageError, WorldError
from app.domain.label import Label
from app.domain.refusal import Refusal

TIMEOUT_S = 8
"""A hub under load looks at a password within two seconds; a person waits no longer than this."""

ANSWER_BYTES_MAX = 64 * 1024
"""The longest true answer, two certificates, has 3 KB."""

PIECE_BYTES = 256 * 1024
"""Of a big answer: what is on its way when the line is cut is lost."""

ORIGIN = "Muster-Origin"
"""Header of a desk's request: its origin, where no certificate says it, which is on plain loopback only."""

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

_SERVER_FAULT = 500

Answer = TypeVar("Answer", bound=msgspec.Struct)


class _Problem(msgspec.Struct, frozen=True):
    detail: str = ""
    rule: str = ""
    field: str = ""


class HubCalls:
    """Asks one hub, each time on a connection of its own. Waits: not on a thread that serves others."""

    def __init__(
        self,
        url: str,
        context: ssl.SSLContext | None,
        *,
        origin: str = "",
        language: str = "zh",
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        """UsageError for what is no URL of a hub, and for one without TLS anywhere but on this PC, where
        `origin` says which desk asks in the place of a certificate."""
        parts = urlsplit(url)
        plain = parts.scheme == "http" and parts.hostname in LOOPBACK
        if not parts.hostname or not (plain or (parts.scheme == "https" and context is not None)):
            raise UsageError("hub_url_wrong", url=url[:80])
        self.url = url
        self._host, self._port = parts.hostname, parts.port
        self._context = None if plain else context
        self._headers = {"Accept-Language": language}
        if plain and origin:
            self._headers[ORIGIN] = origin
        self._timeout_s = timeout_s

    @property
    def guarded(self) -> bool:
        """Whether TLS proves who answers."""
        return self._context is not None

    def ask(
        self,
        method: str,
        path: str,
        asked: msgspec.Struct | None,
        answer: type[Answer],
        *,
        token: str = "",
    ) -> Answer | Refusal:
        """The hub's answer, or why it would not; WorldError when there is none to be had."""
        status, body = self._exchange(method, path, asked, token)
        if status >= _SERVER_FAULT:
            raise WorldError("hub_failed", url=self.url, status=status)
        try:
            if status in (http.client.OK, http.client.CREATED):
                return msgspec.json.decode(body, type=answer)
            problem = msgspec.json.decode(body, type=_Problem)
        except msgspec.DecodeError as error:
            raise WorldError("hub_answer_strange", url=self.url, status=status) from error
        words = Label(problem.detail, problem.detail) if problem.detail else None
        return Refusal(problem.rule or "hub_refused", problem.field, words=words)

    def pieces(self, path: str, start: int) -> Iterator[bytes]:
        """A big answer from byte `start` on, as it comes. WorldError `hub_away` when it is cut, so that the
        caller can go on where it ended; `hub_failed` when the hub gives something else."""
        line = self._connection()
        try:
            line.request("GET", path, headers={"Range": f"bytes={start}-", **self._headers})
            found = line.getresponse()
            wanted = http.client.PARTIAL_CONTENT if start else http.client.OK
            if found.status not in (wanted, http.client.PARTIAL_CONTENT):
                raise WorldError("hub_failed", url=self.url, status=found.status)
            while piece := found.read(PIECE_BYTES):
                yield piece
        except ssl.SSLError as error:
            raise WorldError("hub_not_proved", url=self.url, detail=error.reason or "") from error
        except (OSError, http.client.HTTPException) as error:
            raise WorldError("hub_away", url=self.url, detail=type(error).__name__) from error
        finally:
            line.close()

    def _exchange(
        self, method: str, path: str, asked: msgspec.Struct | None, token: str
    ) -> tuple[int, bytes]:
        headers = {"Accept": "application/json", **self._headers}
        if asked is not None:
            headers["Content-Type"] = "application/json"
        if token:
            headers["Authorization"] = f"Bearer {token}"
        body = msgspec.json.encode(asked) if asked is not None else None
        line = self._connection()
        try:
            line.request(method, path, body=body, headers=headers)
            found = line.getresponse()
            return found.status, found.read(ANSWER_BYTES_MAX)
        except ssl.SSLError as error:
            raise WorldError("hub_not_proved", url=self.url, detail=error.reason or "") from error
        except (OSError, http.client.HTTPException) as error:
            raise WorldError("hub_away", url=self.url, detail=type(error).__name__) from error
        finally:
            line.close()

    def _connection(self) -> http.client.HTTPConnection:
        if self._context is None:
            return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout_s)
        return http.client.HTTPSConnection(
            self._host, self._port, timeout=self._timeout_s, context=self._context
        )
