"""A route as one value: the table of them drives the router, the description and who may call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import msgspec
from aiohttp import web

from app.domain.devices import DeviceEnrolled
from app.hub.answers.sight import Sight
from app.hub.answers.speech import Speech
from app.hub.limits import BODY_BYTES_MAX
from app.hub.requests.grants import Grant

if TYPE_CHECKING:
    from app.hub.front import Front

API = "/api/v1"

T = TypeVar("T")


class Answer(msgspec.Struct, frozen=True):
    """What is sent back: a struct as JSON, or finished text of another media type."""

    body: msgspec.Struct | str
    status: int = 200
    media: str = "application/json"


@dataclass(frozen=True)
class Call:
    """One request, checked and read. `grant` is absent on open routes only; `repeat` is its
    Idempotency-Key, made the caller's own, or empty; `secret` the bearer token, for asking again whether it
    still holds; `device` the enrolled PC that calls, where it does so without a token."""

    front: Front
    request: web.Request
    speech: Speech
    caller: Grant | None = None
    query: Any = None
    body: Any = None
    repeat: str = ""
    secret: str = ""
    device: DeviceEnrolled | None = None

    @property
    def grant(self) -> Grant:
        assert self.caller is not None, "an open route asked who calls"
        return self.caller

    def path(self, name: str) -> str:
        return self.request.match_info[name]

    def sight(self) -> Sight:
        """What the caller sees; ProblemError for a role that sees no case."""
        return Sight(self.grant, self.front.book)


Handler = Callable[[Call], Awaitable[Answer | web.StreamResponse]]


@dataclass(frozen=True)
class Route:
    """`answers` are the structs of success by status, None for what is no JSON. `open` needs no token.
    `permission` of the rules, where one is asked for. `repeatable` takes an Idempotency-Key. `upgrades` to a
    WebSocket. `conflicts`: the rules may refuse it. `further` are statuses of problems that do not follow
    from the rest. `quiet`: only what went wrong is logged.
    `devices`: an enrolled PC may call by its certificate, without a token. `piece`: the body is a piece of a
    content, which the handler reads."""

    method: Literal["GET", "HEAD", "POST", "PUT", "DELETE"]
    path: str
    name: str
    handler: Handler
    answers: Mapping[int, type[msgspec.Struct] | None]
    query: type[msgspec.Struct] | None = None
    body: type[Any] | None = None
    media: str = "application/json"
    open: bool = False
    permission: str = ""
    repeatable: bool = False
    upgrades: bool = False
    conflicts: bool = False
    body_bytes_max: int = BODY_BYTES_MAX
    further: tuple[int, ...] = ()
    quiet: bool = False
    devices: bool = False
    piece: bool = False
    path_fields: Mapping[str, str] = field(default_factory=dict)

    def refusals(self) -> tuple[int, ...]:
        """The statuses of problems this route may answer, beside those of success."""
        found = {429, 500, 503, *self.further}
        if not self.open:
            found |= {401, 403}
        if self.path_fields:
            found |= {404}
        if self.query is not None or self.body is not None:
            found |= {422}
        if self.body is not None:
            found |= {400, 408, 413, 415}
        if self.conflicts:
            found |= {409}
        if self.upgrades:
            found |= {426}
        return tuple(sorted(found))
