"""The table of panels and of actions that are code: what there is, what it is called, where it is allowed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from app.viewmodels.context import Context
from views.panel import Panel
from views.panels.conflicts import ConflictsPanel
from views.panels.due_strip import DueStripPanel
from views.panels.importing import ImportingPanel
from views.panels.lights import LightsPanel
from views.panels.link import LinkPanel
from views.panels.live import LivePanel
from views.panels.map import MapPanel
from views.panels.news import NewsPanel
from views.panels.ranking import RankingPanel
from views.panels.requests import RequestsPanel
from views.panels.streets import StreetsPanel
from views.panels.totals import TotalsPanel
from views.panels.wall_header import WallHeader
from widgets.theme import Theme

Place = Literal["wall", "console", "supervision"]


Piece = Panel | WallHeader
"""What windows arrange."""

Factory = Callable[[Theme, Context, bool], Piece]
"""(theme, context, active): an active panel takes focus and hand, one on a wall only shows."""


@dataclass(frozen=True)
class PanelKind:
    """A panel that scenes and windows may ask for by id; `title` is a key of the language catalogue."""

    id: str
    title: str
    factory: Factory
    where: frozenset[Place]


@dataclass(frozen=True)
class ActionKind:
    """An action that is code, beside the transitions of the rules: `handler` is the method of the shell.

    `shortcut` is Qt's portable text and may be empty; `title` a key of the language catalogue.
    """

    id: str
    title: str
    shortcut: str
    handler: str
    where: frozenset[Place]


_WALL = frozenset[Place]({"wall"})
_FIGURES = frozenset[Place]({"wall", "supervision"})
_DESKS = frozenset[Place]({"console", "supervision"})
_EVERYWHERE = frozenset[Place]({"wall", "console", "supervision"})

PANELS: Mapping[str, PanelKind] = {
    kind.id: kind
    for kind in (
        PanelKind("wall_header", "wall.panel.header", WallHeader, _WALL),
        PanelKind("totals", "wall.panel.totals", TotalsPanel, _FIGURES),
        PanelKind("lights", "wall.panel.lights", LightsPanel, _FIGURES),
        PanelKind("ranking", "wall.panel.ranking", RankingPanel, _FIGURES),
        PanelKind("streets", "wall.panel.streets", StreetsPanel, _FIGURES),
        PanelKind("live", "wall.panel.live", LivePanel, _WALL),
        PanelKind("map", "map.title", MapPanel, _EVERYWHERE),
        PanelKind("due_strip", "strip.due_hour", DueStripPanel, _FIGURES),
        PanelKind("news", "wall.panel.news", NewsPanel, _FIGURES),
        PanelKind("link", "link.panel", LinkPanel, _DESKS),
        PanelKind("conflicts", "conflict.panel", ConflictsPanel, _DESKS),
        PanelKind("requests", "request.panel", RequestsPanel, _DESKS),
        PanelKind("importing", "import.panel", ImportingPanel, _DESKS),
    )
}

ACTIONS: Mapping[str, ActionKind] = {
    kind.id: kind
    for kind in (
        ActionKind("shell.quit", "shell.action.quit", "Ctrl+Q", "quit", _EVERYWHERE),
        ActionKind("shell.console", "shell.action.console", "Ctrl+1", "show_console", _EVERYWHERE),
        ActionKind(
            "shell.supervision", "shell.action.supervision", "Ctrl+2", "show_supervision", _EVERYWHERE
        ),
        ActionKind("shell.wall", "shell.action.wall", "Ctrl+3", "show_wall", _EVERYWHERE),
    )
}


def panels_for(place: Place) -> dict[str, PanelKind]:
    """The panels that may stand at this place."""
    return {name: kind for name, kind in PANELS.items() if place in kind.where}


def actions_for(place: Place) -> dict[str, ActionKind]:
    """The actions that may be asked for at this place."""
    return {name: kind for name, kind in ACTIONS.items() if place in kind.where}
