"""The description of the interface by itself: GET /openapi.json."""

from __future__ import annotations

from app.hub.requests.routes import API, Answer, Call, Route


async def describe(call: Call) -> Answer:
    """Describe this interface (OpenAPI 3.1)."""
    return Answer(call.front.describe())


ROUTES = (Route("GET", f"{API}/openapi.json", "description", describe, {200: None}, open=True),)
