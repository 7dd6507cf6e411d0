"""Opens a hall or a demo on the glass: worker, windows and qasync loop, wired together and taken apart."""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, QTimer
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from app.base import logs, paths
from app.base.clock import Clock, SystemClock
from app.base.errors import WorldError
from app.base.formats import Formats
from app.base.language import Language, language_code, load_language
from app.bootstrap import OpenHall, Worker, open_hall
from app.bootstrap.clock_check import check_clock
from app.bootstrap.desk.files import is_desk, read_desk_settings, read_phones
from app.bootstrap.steps import Step
from app.bootstrap.workplace import Workplace
from app.viewmodels.context import Context
from app.viewmodels.pulse import Pulse
from app.viewmodels.seat import Seat, sitting_at
from app.viewmodels.watching import Watching, nobody
from views import look
from views.screens import CONSOLE, SUPERVISION
from views.session import WALL, Glass, Session, Trouble
from views.starting import Opening, Progress, StartWindow, StoppedError

PROFILES = {"wall": WALL, "operator": CONSOLE}

SHOT_SIZE = QSize(1920, 1080)
"""The size of windows that are to be photographed, whatever screen they are on."""

LIFE_PAUSE_MS = 200
"""Between two steps of a demo's life: five a second look alive and leave the worker to commands."""

MINUTE = len("2026-11-21 09:42")

FIRST_PAINT_S = 1.0
"""Windows paint themselves whole for the first time; that belongs to opening and is not watched."""

SIGNALS_MS = 100
"""Python hears Ctrl+C only when Qt lets it run; so often it is let."""


@dataclass(frozen=True)
class Started:
    """An open hall, what it stands on, and the life beside its commands, done every LIFE_PAUSE_MS."""

    place: Workplace
    life: Callable[[], object] | None = None

    @property
    def hall(self) -> OpenHall:
        return self.place.hall


Open = Callable[[Callable[[Progress], None]], Started]
"""Opens on a thread of its own; told how far it has come."""


def run_hall(args: argparse.Namespace) -> int:
    """This PC's windows on its hall, until they are closed; 0. WorldError and UsageError as they come."""
    language, clock = _language(args), SystemClock()
    roles = tuple(PROFILES[name] for name in dict.fromkeys(args.profile or PROFILES))
    folder = args.data or paths.user_data()
    desk = args.hub is not None or is_desk(folder)

    def open_it(tell: Callable[[Progress], None]) -> Started:
        place: Workplace
        # Each only where it is needed: a desk has no service, a PC that stands alone no line.
        if desk:
            from app.bootstrap.desk.workplace import open_desk_workplace

            told = partial(_told, language, tell)
            place = open_desk_workplace(folder, clock, args.hub, args.code, language=language, told=told)
        else:
            from app.bootstrap.own_workplace import OwnWorkplace

            place = OwnWorkplace(
                open_hall(folder, clock, language=language, progress=partial(_folding, language, tell))
            )
        place.hall.load_board()
        return Started(place)

    return _run(_Run(language, clock, open_it, roles))


def run_demo(args: argparse.Namespace) -> int:
    """A made-up hall, alive, until it is closed or `--seconds` are over; 0. WorldErrors as they come."""
    # Only here: a real hall opens without the made-up world.
    from app.bootstrap.demo import open_demo
    from app.bootstrap.own_workplace import OwnWorkplace

    language, clock = _language(args), SystemClock()

    def open_it(tell: Callable[[Progress], None]) -> Started:
        told = partial(_told, language, tell)
        demo = open_demo(
            args.data, seed=args.seed, scale=args.scale, language=language, clock=clock, told=told
        )
        demo.hall.load_board()
        return Started(OwnWorkplace(demo.hall), lambda: demo.live.step(clock.now()))

    roles = (WALL, SUPERVISION, CONSOLE)
    return _run(_Run(language, clock, open_it, roles, "demo", args.seconds, args.shots))


@dataclass
class _Run:
    """One run of the program, as its command asked for it."""

    language: Language
    clock: Clock
    open: Open
    roles: tuple[str, ...]
    mark: str = ""
    seconds: int | None = None
    shots: Path | None = None
    interrupted: bool = False

    def say(self, key: str, **params: object) -> None:
        sys.stdout.write(self.language.text(key, **params) + "\n")
        sys.stdout.flush()


def _run(run: _Run) -> int:
    check_clock(run.clock)
    _need_display()
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)
    look.prepare_fonts()
    with QEventLoop(app) as loop:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(_live(run))
    if run.interrupted:
        raise KeyboardInterrupt
    return 0


async def _live(run: _Run) -> None:
    with ExitStack() as held:
        leave = asyncio.Event()
        opening = _opening(run)

        def leave_now() -> None:
            opening.stop()
            leave.set()

        _hear_signals(run, held, leave_now)
        try:
            started = await opening.run(lambda: run.open(opening.tell))
        except StoppedError:
            return
        held.callback(started.hall.close)
        _log_to(started.hall, held)
        if leave.is_set():
            return
        trouble = Trouble()
        worker = Worker(started.hall, trouble.happened.emit, started.place.signing, started.place.fetch)
        held.callback(worker.close)
        # Closed before the worker: what the service was asked for is still done.
        held.callback(started.place.close)
        session = _session(run, started, worker, trouble, held)
        session.quit_asked.connect(leave.set)
        session.open()
        # What was made so far stays; without it each full collection looks through all of it.
        gc.collect()
        gc.freeze()
        held.callback(gc.unfreeze)
        await asyncio.sleep(FIRST_PAINT_S)
        session.watch()
        if not leave.is_set():
            begun = worker.call(lambda: started.place.begin(worker, trouble.happened.emit))
            # What is only half begun cannot be closed; its error was told already.
            held.callback(begun.exception)
        if run.seconds is not None:
            asyncio.get_running_loop().call_later(run.seconds, leave.set)
        await leave.wait()
        stall_ms = session.stop_watching()
        for line in session.shots(run.shots) if run.shots is not None else ():
            run.say("shell.shot", line=line)
        if run.mark:
            run.say("shell.stall", ms=stall_ms)


def _session(run: _Run, started: Started, worker: Worker, trouble: Trouble, held: ExitStack) -> Session:
    """The windows, not yet open; `held` takes them apart again."""
    fixed_size = SHOT_SIZE if run.shots is not None else None
    session = Session(_glass(run, started.place, worker), trouble, fixed_size)
    held.callback(session.close)
    worker.start_clerk()
    if started.life is not None:
        worker.every(LIFE_PAUSE_MS, started.life)
    return session


def _glass(run: _Run, place: Workplace, worker: Worker) -> Glass:
    hall = place.hall
    reading, data = hall.reading, hall.store.folder
    pulse = Pulse(reading, hall.clock)
    place.subscribe(pulse.link_moved)
    seats = _seats(place)
    own_keys = paths.own_config(data) / "keys.toml"
    phones = read_phones(data)
    context = partial(Context, reading, link=place.status, phones=phones)
    return Glass(
        pulse=pulse,
        wall=context(Watching(), pulse, run.language, nobody),
        console=context(worker, pulse, run.language, seats[0].actor),
        seat=seats[0],
        supervision=context(worker, pulse, run.language, sitting_at(seats[1], seats[0])),
        data=data,
        keys=own_keys if own_keys.exists() else paths.config() / "keys.toml",
        roles=run.roles,
        real=not run.mark,
        print_after_min=read_desk_settings(data).print_open_list_after_min,
    )


def _seats(place: Workplace) -> list[Seat]:
    """The console's and the supervision's; the hub hears whose people sit at this PC."""
    hall = place.hall
    desk = hall.commander.desk
    seats: list[Seat] = []

    def seated() -> None:
        place.seat(tuple(dict.fromkeys(seat.actor().unit for seat in seats if seat.taken)))

    for role in ("dispatcher", "supervisor"):
        session = desk.ids(hall.clock.now())
        seat = Seat(hall.reading, desk.letters, session, lambda: place.signing.guarded)
        seats.append(seat)
        seat.changed.connect(lambda _keys: seated())
        seat.sit_first(role)
    seated()
    return seats


def _opening(run: _Run) -> Opening:
    text = run.language.text
    mark = text("start.demo") if run.mark else ""
    window = StartWindow(look.theme(look.DESK), text("start.name"), mark, text("start.stop"))
    window.tell(text("start.opening"), "", 0.0)
    return Opening(window, text("start.stopping"))


def _folding(language: Language, tell: Callable[[Progress], None], done: int, total: int) -> None:
    _told(language, tell, Step("folding", done, total))


def _told(language: Language, tell: Callable[[Progress], None], step: Step) -> None:
    """A step of the opening in words."""
    text = language.text
    at = Formats(language).moment(step.at)[:MINUTE]
    if step.stage == "folding" or step.stage == "syncing":
        note = text("start.note.entries", done=step.done, total=step.total)
    elif step.stage == "past":
        note = text("start.note.reports", done=step.done, total=step.total, at=at)
    else:
        note = text("start.note.time", at=at)
    tell(Progress(text(f"start.stage.{step.stage}"), note, step.done / max(1, step.total)))


def _hear_signals(run: _Run, held: ExitStack, leave: Callable[[], None]) -> None:
    """Ctrl+C and a polite kill close the program as its windows do."""

    def heard(number: int, _frame: object) -> None:
        run.interrupted = run.interrupted or number == signal.SIGINT
        leave()

    for number in (signal.SIGINT, signal.SIGTERM):
        held.callback(signal.signal, number, signal.signal(number, heard))
    waker = QTimer()
    waker.timeout.connect(lambda: None)
    waker.start(SIGNALS_MS)
    held.callback(waker.stop)


def _log_to(hall: OpenHall, held: ExitStack) -> None:
    try:
        held.callback(logs.install(hall.logs))
    except OSError as error:
        raise WorldError("folder_read_only", path=str(hall.logs)) from error


def _language(args: argparse.Namespace) -> Language:
    return load_language(language_code(args.lang, os.environ), paths.languages())


def _need_display() -> None:
    """Qt would abort the whole program with words of its own."""
    asked = any(os.environ.get(name) for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"))
    if sys.platform.startswith("linux") and not asked:
        raise WorldError("no_display")
