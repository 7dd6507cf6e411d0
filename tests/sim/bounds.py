"""Memory is bounded: every queue and ring of both ends stays under its named limit, at every moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.sync import frames as limits
from app.sync.desk import pump as desk_pump
from app.sync.desk import push_window
from app.sync.hub import fan_out
from tests.sim.ledger import hold

if TYPE_CHECKING:
    from tests.sim.desk_end import DeskEnd
    from tests.sim.hub_end import HubEnd
    from tests.sim.hub_node import HubNode

UNSENT_MAX = 8
"""Frames of a desk beside its window: pings of a line that is silent but not given up yet, its Hello."""

ANSWERS_MAX = 3
"""Answers of a hub that wait for room: a Welcome, one to a question, the word why the line ends."""

LINES_MAX = 60
"""Lines of a hub beside each other: a desk's old ones live on until their silence is noticed."""


def of_desk(end: DeskEnd) -> None:
    window = end.link._window
    hold(len(end.out) <= push_window.WINDOW_FRAMES + UNSENT_MAX, "desk's unsent frames", len(end.out))
    hold(end.link.taking <= desk_pump.TAKES_MAX, "desk's pages on their way to the disk", end.link.taking)
    hold(len(window._flying) <= push_window.WINDOW_FRAMES, "frames ahead of the hub", len(window._flying))
    ahead = window._sent - window.acked
    hold(ahead <= push_window.WINDOW_ENTRIES, "entries ahead of the hub", ahead)


def of_line(end: HubEnd) -> None:
    out = end.line._out
    hold(len(out._first) <= ANSWERS_MAX, "hub's unsent answers", len(out._first))
    hold(len(out._pages) <= limits.PAGE_ENTRIES_MAX, "pages of one reading", len(out._pages))


def of_hub(hub: HubNode) -> None:
    fan = hub.announcer.fan
    ring = len(fan._ring)
    hold(ring <= fan_out.RING_PAGES_MAX and len(fan._by_after) == ring, "pages of the ring", ring)
    hold(hub.announcer.lines == len(hub.ends) <= LINES_MAX, "lines", (hub.announcer.lines, len(hub.ends)))
