"""The table of all routes."""

from __future__ import annotations

from app.hub.requests.routes import Route
from app.hub.resources import (
    actions,
    attachments,
    description,
    desk_line,
    enrolling,
    health,
    incidents,
    live,
    log,
    personal,
    reports,
    requests,
    sessions,
    snapshot,
    telemetry,
    triage,
)

ROUTES: tuple[Route, ...] = (
    *reports.ROUTES,
    *requests.ROUTES,
    *incidents.ROUTES,
    *actions.ROUTES,
    *personal.ROUTES,
    *attachments.ROUTES,
    *log.ROUTES,
    *snapshot.ROUTES,
    *triage.ROUTES,
    *telemetry.ROUTES,
    *live.ROUTES,
    *desk_line.ROUTES,
    *enrolling.ROUTES,
    *sessions.ROUTES,
    *description.ROUTES,
    *health.ROUTES,
)
