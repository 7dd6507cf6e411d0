"""Requests between levels: what the hub above asks, for a person to answer, and what was asked below."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future

import msgspec

from app.commands.command import Outcome
from app.commands.requesting import MAKE_REQUEST
from app.domain.kinds import REQUEST
from app.domain.requests import ADDRESSED
from app.projections.requests import KINDS, Asked, asked_in
from app.viewmodels.codes import said_code
from app.viewmodels.context import Context
from app.viewmodels.request_words import due_words, hall_words, standing_of, standing_words
from app.viewmodels.signal import Changed

SENT_MAX = 50
"""Requests to lower hubs that are listed, the newest first: older ones stand in their cases' history."""

READ_ON_MAX = 500
"""Entries looked at for news of requests; where more came in at once, all requests are read anew."""

BEGUN = "reported"
"""The state of a report that nobody has accepted or declined yet."""


class RequestLine(msgspec.Struct, frozen=True):
    """One request of the hub above that waits for a person. `code` is the case it is about or became."""

    id: str
    incident: str
    code: str
    title: str
    at: str
    due: str


class RequestView(msgspec.Struct, frozen=True):
    """The request on show in full, its facts as (name, label, value). `reported`: it names no case of ours
    and became a report, which is accepted or declined as any other. `why_not`: this seat may only look."""

    line: RequestLine
    facts: tuple[tuple[str, str, str], ...]
    reported: bool
    why_not: str


class SentLine(msgspec.Struct, frozen=True):
    """A request to a lower hub, and how it stands there. `severity` paints it."""

    id: str
    time: str
    text: str
    note: str
    severity: str


class RequestsModel:
    """`changed` when either list did. Both are read when an entry about a request came in."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._open: dict[str, Asked] = {}
        self._reports: frozenset[str] = frozenset()
        self._sent: tuple[Asked, ...] = ()
        self._seen = -1
        self._chosen = ""
        self.changed = Changed()
        pulse = context.pulse
        self._links = [
            pulse.news.connect(lambda _keys: self._look()),
            pulse.hall.connect(lambda _keys: self._look()),
            pulse.second.connect(lambda _keys: self._look()),
        ]
        self._look()

    @property
    def any_levels(self) -> bool:
        """Whether this hall has anything to do with others: a hub below it, or a request from above."""
        return bool(self._open or self._sent or self._context.reading.homes)

    def lines(self) -> tuple[RequestLine, ...]:
        """What waits for an answer, the oldest first."""
        return tuple(self._line(asked) for asked in self._open.values())

    @property
    def chosen(self) -> str:
        """The request on show; the first while nobody chose, empty when there is none."""
        return self._chosen if self._chosen in self._open else next(iter(self._open), "")

    def choose(self, request: str) -> None:
        if request != self.chosen:
            self._chosen = request
            self.changed.emit()

    def view(self) -> RequestView | None:
        """The request on show, None when none waits."""
        asked = self._open.get(self.chosen)
        if asked is None:
            return None
        context, text, line = self._context, self._context.text, self._line(asked)
        case = context.reading.case(asked.incident)
        about = case.what if case is not None and asked.request not in self._reports else ""
        facts = [
            ("title", text("request.title"), asked.title),
            ("what", text("request.what"), asked.what),
            ("case", text("request.case"), text("list.dot").join(p for p in (line.code, about) if p)),
            ("due", text("request.due"), due_words(context, asked)),
            ("came", text("request.came"), context.formats.near(asked.at, context.now())),
        ]
        book = context.book
        may = book is not None and book.permits(context.actor.role, MAKE_REQUEST)
        return RequestView(
            line,
            tuple((name, label, value) for name, label, value in facts if value),
            asked.request in self._reports,
            "" if may else text("request.may_not"),
        )

    def sent(self) -> tuple[SentLine, ...]:
        """What was asked of lower hubs, the newest first."""
        context = self._context
        found = []
        for asked in self._sent:
            standing = standing_of(context, asked)
            hall = hall_words(context, asked.made.to) if asked.made is not None else ""
            note = (hall, self._code(asked.incident), due_words(context, asked, "request.wished"))
            found.append(
                SentLine(
                    asked.request,
                    context.formats.near(asked.at, context.now()),
                    context.text(
                        "request.sent_line", title=asked.title, standing=standing_words(context, standing)
                    ),
                    context.text("list.dot").join(part for part in note if part),
                    standing.severity,
                )
            )
        return tuple(found)

    def answer(self, request: str, accepted: bool, reason: str) -> Future[Outcome]:
        """Accept it, or turn it down for a reason."""
        return self._context.acting.answer(request, accepted, reason, self._context.actor)

    def look_again(self) -> None:
        """What was just written here may have no number yet: read anew."""
        self._seen = -1
        self._look()

    def seat_changed(self) -> None:
        """Somebody else sits here, who may or may not answer."""
        self.changed.emit()

    def close(self) -> None:
        for let_go in self._links:
            let_go()

    def _look(self) -> None:
        reading = self._context.reading
        head = reading.head().gseq
        if self._seen >= 0 and head == self._seen:
            self._answered_by_hand()
            return
        news = reading.read_after(self._seen, READ_ON_MAX + 1) if self._seen >= 0 else None
        self._seen = head
        if news is None or len(news) > READ_ON_MAX or any(n.entry.kind in KINDS for n in news):
            self._read()
        else:
            self._answered_by_hand()

    def _read(self) -> None:
        reading = self._context.reading
        here = asked_in(n for n in reading.about(ADDRESSED + reading.head().stream) if not n.home)
        waiting = {name: asked for name, asked in here.items() if asked.answer is None}
        self._reports = frozenset(name for name, asked in waiting.items() if self._became(asked))
        asked_of = [n for home in reading.homes for n in reading.about(ADDRESSED + home) if not n.home]
        newest = sorted(asked_in(asked_of).values(), key=lambda asked: -asked.gseq)[:SENT_MAX]
        sent = tuple(asked_in(reading.about(REQUEST + a.request)).get(a.request, a) for a in newest)
        self._tell(self._unanswered(waiting.values()), sent)

    def _answered_by_hand(self) -> None:
        """A report that somebody accepted or declined is answered by that."""
        if self._reports:
            self._tell(self._unanswered(self._open.values()), self._sent)

    def _unanswered(self, waiting: Iterable[Asked]) -> dict[str, Asked]:
        found = {}
        for asked in waiting:
            case = self._context.reading.case(asked.incident) if asked.request in self._reports else None
            if case is None or case.state == BEGUN:
                found[asked.request] = asked
        return found

    def _became(self, asked: Asked) -> bool:
        """Whether the request itself is what its case began with."""
        arrived, entries = asked.arrived, self._context.reading.entries(asked.incident)
        if arrived is None or not entries:
            return False
        return f"idem:above:{arrived.stream}:{arrived.from_gseq}" in entries[0].entry.subjects

    def _tell(self, waiting: dict[str, Asked], sent: tuple[Asked, ...]) -> None:
        changed = (waiting, sent) != (self._open, self._sent)
        self._open, self._sent = waiting, sent
        if changed or sent:
            # How a request stands below is seen in its case too, which moves without an entry about it.
            self.changed.emit()

    def _line(self, asked: Asked) -> RequestLine:
        context = self._context
        return RequestLine(
            id=asked.request,
            incident=asked.incident,
            code=self._code(asked.incident),
            title=asked.title,
            at=context.formats.near(asked.at, context.now()),
            due=due_words(context, asked, "request.wished"),
        )

    def _code(self, incident: str) -> str:
        row = self._context.reading.row_of(incident) if incident else None
        if row is None:
            return ""
        return said_code(self._context.reading.texts([row])[row].code, self._context.now())
