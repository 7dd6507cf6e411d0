"""`muster hub`: the hall's central store as a service, without windows."""

from __future__ import annotations

import argparse
import signal
import threading
from contextlib import ExitStack

from app.base.clock import SECOND_MS, SystemClock
from app.base.logs import Logger
from app.bootstrap.cli.running import running_hall
from app.bootstrap.cli.terminal import data_folder, terminal
from app.bootstrap.clock_check import check_clock
from app.bootstrap.own_accounts import OwnAccounts
from app.bootstrap.service import guarded, serve_hall
from app.bootstrap.uplink import uplink
from app.bootstrap.worker import Worker
from app.hub.serving import read_listen
from app.log.entries import Head
from app.sync.status import reached_above

_log = Logger(__name__)


def run_hub(args: argparse.Namespace) -> int:
    """Handler of `hub`: serves until SIGTERM or Ctrl+C; 0. WorldError and UsageError as they come.

    Prints one line, `listening on URL`, when it is ready. A clean stop writes what was given before it; a
    kill loses nothing that was acknowledged.
    """
    listen = read_listen(args.listen)
    check_clock(SystemClock())
    leave = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: leave.set())
    with terminal(args) as speaking, ExitStack() as held:
        hall = held.enter_context(running_hall(data_folder(args), speaking, reclaims=True, db=args.db))
        safety = held.enter_context(guarded(hall))
        worker = Worker(hall, _failed, OwnAccounts(safety, hall.commander.desk.letters))
        held.callback(worker.close)

        def began(head: Head) -> None:
            speaking.say("cli.hub.began", epoch=head.epoch, gseq=head.gseq)
            worker.start_clerk()

        above = held.enter_context(uplink(hall, worker, args.upstream, args.code, speaking.language, _failed))
        recovery = hall.store.recovery
        reclaiming = recovery is not None and recovery.reclaiming
        service = serve_hall(
            hall,
            worker,
            safety,
            listen,
            tls=args.tls == "on",
            failed=_failed,
            reclaim_ms=args.reclaim_seconds * SECOND_MS,
            began=began,
            reached=lambda: reached_above(None if above is None else above.upper),
        )
        held.callback(service.close)
        url = service.url()
        if reclaiming:
            speaking.say("cli.hub.reclaiming", minutes=-(-args.reclaim_seconds // 60))
        else:
            worker.start_clerk()
        _log.info("hub.listening", url=url, gseq=hall.store.head().gseq)
        speaking.write(f"listening on {url}")
        leave.wait()
        _log.info("hub.leaving", gseq=hall.store.head().gseq)
    return 0


def _failed(_error: BaseException) -> None:
    """Logged where it happened; a service has no window to show it in."""
