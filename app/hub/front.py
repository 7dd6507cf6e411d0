"""The service's own state around one hall: figures, pace, latest values, the look at the board."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from app.domain.rulebook import RuleBook
from app.hub.answers.glance import Glance
from app.hub.answers.speech import Speech, language_asked
from app.hub.desks.lines import Lines
from app.hub.desks.snapshots import Snapshots
from app.hub.hall import HubHall
from app.hub.limits import STRANGERS_BURST, STRANGERS_PER_S
from app.hub.live.followers import Frames
from app.hub.live.news import News
from app.hub.live.telemetry import Latest
from app.hub.metrics import Metrics
from app.hub.requests.appending import Appending
from app.hub.requests.problems import ProblemError
from app.hub.requests.rates import Rates


class Front:
    """Belongs to the service's thread."""

    def __init__(self, hall: HubHall) -> None:
        self.hall = hall
        self.metrics = Metrics()
        self.appending = Appending(self.metrics)
        self.callers = Rates(hall.settings.requests_per_s, hall.settings.burst)
        self.strangers = Rates(STRANGERS_PER_S, STRANGERS_BURST)
        self.glance = Glance(hall.reading)
        self.latest = Latest()
        self.news = News(self.glance, hall.log)
        self.frames = Frames(self)
        self.lines = Lines(hall, self.metrics)
        self.snapshots = None if hall.snapshots is None else Snapshots(hall.snapshots)
        self.followers = 0
        self.pieces = 0
        self.sockets: set[web.WebSocketResponse] = set()
        self.describe: Callable[[], str] = str
        self._gauges()

    @property
    def book(self) -> RuleBook:
        """The rules in force; ProblemError for a hall that has none."""
        book = self.hall.reading.hall.book
        if book is None:
            raise ProblemError("busy", rule="no_rules", headers={"Retry-After": "5"})
        return book

    def speech(self, asked: str) -> Speech:
        """The words for an Accept-Language header."""
        return Speech(language_asked(asked, self.hall.languages), self.hall.reading.hall)

    def _gauges(self) -> None:
        gauge, log, clock = self.metrics.gauge, self.hall.log, self.hall.clock
        began = log.head().gseq
        gauge(
            "muster_entries_total",
            "Entries numbered since the service began.",
            lambda: log.head().gseq - began,
            "counter",
        )
        gauge("muster_log_head", "Number of the last entry.", lambda: log.head().gseq)
        gauge(
            "muster_log_upper",
            "Number up to which the hub above has this log; 0 where there is none or nothing is known.",
            lambda: max(0, self.hall.reached()),
        )
        gauge("muster_log_epoch", "Epoch of the stream.", lambda: log.head().epoch)
        gauge("muster_clock_seconds", "The hall's time, Unix seconds.", lambda: clock.now() / 1000)
        gauge("muster_commands_waiting", "Commands not yet on disk.", lambda: self.appending.waiting)
        gauge("muster_desks_connected", "Desks on the line.", lambda: len(self.lines))
        gauge("muster_pushes_waiting", "Pushes not yet on disk.", lambda: self.lines.pushes_waiting)
        gauge("muster_append_failing", "1 while the log takes nothing.", lambda: self.appending.failing)
        gauge("muster_live_followers", "Followers of the live feed.", lambda: self.followers)
        gauge("muster_pieces_coming", "Pieces of attachments on their way in.", lambda: self.pieces)
        gauge("muster_telemetry_kept", "Terminals and sensors with a latest value.", lambda: len(self.latest))
