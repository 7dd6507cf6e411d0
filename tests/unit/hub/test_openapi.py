"""The description: every route, its limits, its problems; built from the table and nothing else."""

from __future__ import annotations

from app.hub.openapi import description
from app.hub.table import ROUTES

DOCUMENT = description(ROUTES)


def test_every_route_stands_in_it_once() -> None:
    described = {(method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods}
    assert described == {(route.method, route.path) for route in ROUTES}
    assert len({route.name for route in ROUTES}) == len(ROUTES)


def test_the_law_s_paths_are_there() -> None:
    paths = {path.removeprefix("/api/v1") for path in DOCUMENT["paths"]}
    law = {
        "/reports",
        "/incidents",
        "/incidents/{incident}",
        "/incidents/{incident}/actions/{action}",
        "/log",
        "/head",
        "/triage",
        "/telemetry",
        "/live",
        "/sync",
        "/healthz",
        "/metrics",
    }
    assert law <= paths
    # Not built yet, and so not promised.
    assert "/recommend" not in paths


def test_what_is_closed_says_so() -> None:
    for route in ROUTES:
        operation = DOCUMENT["paths"][route.path][route.method.lower()]
        assert operation["summary"], route.name
        assert ("401" in operation["responses"]) or route.open, route.name
        ways = ["bearer", "device"] if route.devices else ["bearer"]
        assert operation["security"] == ([] if route.open else [{way: []} for way in ways])
        for status in route.refusals():
            assert "application/problem+json" in operation["responses"][str(status)]["content"], route.name
