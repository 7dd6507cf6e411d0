"""The OpenAPI description, built from the table of routes and the structs they name."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from app.base.version import VERSION
from app.domain.attachment import SHA256_PATTERN
from app.hub.answers.speech import phrase
from app.hub.limits import ID_MAX, KEY_MAX
from app.hub.requests.problems import Problem
from app.hub.requests.routes import Route
from app.sync.attachments.attached import PIECE_HASH

PROBLEM_MEDIA = "application/problem+json"
KEY_PATTERN = r"^[!-~]+$"
"""An Idempotency-Key is visible ASCII."""

_REF = "#/components/schemas/{name}"
_REPEAT = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Names this request for ever: sent again, it is answered again and not done again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": KEY_MAX, "pattern": KEY_PATTERN},
}

_PIECE = {
    "name": PIECE_HASH,
    "in": "header",
    "required": True,
    "description": "SHA-256 of this piece.",
    "schema": {"type": "string", "pattern": SHA256_PATTERN},
}


def description(routes: Sequence[Route]) -> dict[str, Any]:
    """The document, as plain values."""
    types = list(dict.fromkeys(found for route in routes for found in _types(route)))
    schemas, components = msgspec.json.schema_components([*types, Problem], ref_template=_REF)
    by_type = dict(zip([*types, Problem], schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, by_type)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Muster", "version": VERSION},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "device": {"type": "mutualTLS"},
            },
        },
    }


def _types(route: Route) -> list[Any]:
    """The structs whose schemas a route refers to; those of queries are taken apart into parameters."""
    found: list[Any] = [answer for answer in route.answers.values() if answer is not None]
    return [*found, route.body] if route.body is not None else found


def _operation(route: Route, schemas: Mapping[Any, dict[str, Any]]) -> dict[str, Any]:
    told = inspect.cleandoc(route.handler.__doc__ or "")
    summary, _, more = told.partition("\n")
    operation: dict[str, Any] = {
        "operationId": route.name.replace(".", "_"),
        "summary": summary,
        "description": re.sub(r"(?<!\n)\n(?!\n)", " ", more.strip()),
        "parameters": [*_path(route), *_query(route), *_headers(route)],
        "responses": _responses(route, schemas),
        "security": _security(route),
    }
    if route.permission:
        operation["description"] += f" Needs the permission `{route.permission}`."
    if route.body is not None:
        schema = schemas[route.body]
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    elif route.piece:
        content = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _security(route: Route) -> list[dict[str, list[str]]]:
    if route.open:
        return []
    return [{"bearer": []}, {"device": []}] if route.devices else [{"bearer": []}]


def _headers(route: Route) -> list[dict[str, Any]]:
    return [*([_REPEAT] if route.repeatable else []), *([_PIECE] if route.piece else [])]


def _path(route: Route) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": told,
            "schema": {"type": "string", "minLength": 1, "maxLength": ID_MAX, "pattern": "^[^/]+$"},
        }
        for name, told in route.path_fields.items()
    ]


def _query(route: Route) -> list[dict[str, Any]]:
    if route.query is None:
        return []
    (_,), components = msgspec.json.schema_components([route.query], ref_template=_REF)
    schema = components[route.query.__name__]
    return [
        {"name": name, "in": "query", "required": name in schema["required"], "schema": wanted}
        for name, wanted in schema["properties"].items()
    ]


def _responses(route: Route, schemas: Mapping[Any, dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for status, answer in route.answers.items():
        found[str(status)] = {"description": phrase(status)}
        if status != 101:
            content = {"schema": schemas[answer]} if answer is not None else {}
            found[str(status)]["content"] = {route.media: content}
    for status in route.refusals():
        told = found.setdefault(str(status), {"description": phrase(status)})
        told.setdefault("content", {})[PROBLEM_MEDIA] = {"schema": schemas[Problem]}
    return found
