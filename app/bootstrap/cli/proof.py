"""`muster verify` and `muster rebuild`: prove that the data is whole, and fold every read model anew."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from app.base.clock import SystemClock
from app.base.paths import is_there
from app.bootstrap.cli.running import must_exist
from app.bootstrap.cli.terminal import Terminal, data_folder, terminal
from app.log.attachments.proving import Contents
from app.log.entries import Head
from app.log.files.folder import DataFolder
from app.log.postgres.role import ROLE
from app.log.proving.proof import PROBLEMS_MAX
from app.log.proving.verify import Report, verify
from app.log.store import open_store
from app.projections.projector import HallProjector


class _Telling(HallProjector):
    """A projector that tells the digests it was asked for."""

    def __init__(self, told: list[str]) -> None:
        super().__init__()
        self._told = told

    def digest(self, connection: Any) -> str:
        found = super().digest(connection)
        self._told.append(found)
        return found


def run_verify(args: argparse.Namespace) -> int:
    """Handler of the command; 1 when anything is not as it must be. Changes nothing."""
    with terminal(args) as speaking:
        data = data_folder(args)
        if args.db is not None and not is_there(DataFolder(data).database):
            # The key alone will do for what lies on the server.
            return 0 if _there(data, args.db, None, speaking) else 1
        # The fresh fold is asked first; a fold that failed is asked for none.
        digests: list[str] = []
        progress = speaking.progress("cli.verify.reading")
        report = verify(data, lambda: _Telling(digests), progress=progress)
        _tell(report, digests[0] if report.folded and digests else "", speaking)
        if args.db is not None:
            return 0 if _there(data, args.db, report.head, speaking) and report.whole else 1
        if report.about.role == ROLE:
            speaking.say("cli.pg_verify.here_only")
        return 0 if report.whole else 1


def _there(data: Path, url: str, local: Head | None, speaking: Terminal) -> bool:
    # Loaded only here: the driver behind it would cost every command that needs none.
    from app.bootstrap.cli.pg_proof import prove_there

    return prove_there(data, url, local, speaking)


def _tell(report: Report, digest: str, speaking: Terminal) -> None:
    speaking.say("cli.verify.entries", count=report.entries, stream=report.about.stream)
    speaking.say("cli.verify.head", gseq=report.head.gseq, hash=report.head.hash)
    if digest:
        speaking.say("cli.verify.digest", digest=digest)
    contents = report.contents
    if contents != Contents():
        speaking.say(
            "cli.verify.contents",
            whole=contents.whole,
            unfinished=contents.unfinished,
            awaited=contents.awaited,
        )
    for problem in report.problems:
        sentence = speaking.language.text(f"verify.{problem.code}", gseq=problem.gseq, detail=problem.detail)
        speaking.write(sentence)
    if report.whole:
        speaking.say("cli.verify.whole" if report.folded else "cli.verify.whole_unfolded")
    elif len(report.problems) < PROBLEMS_MAX:
        speaking.say("cli.verify.broken", count=len(report.problems))
    else:
        speaking.say("cli.verify.broken_more", count=PROBLEMS_MAX)


def run_rebuild(args: argparse.Namespace) -> int:
    """Handler of the command: drops every read model and folds the log anew."""
    with terminal(args) as speaking:
        data = data_folder(args)
        must_exist(data)
        projector = HallProjector()
        progress = speaking.progress("cli.folding")
        with open_store(data, SystemClock(), projector, progress=progress, refold=True) as store:
            projector.load(store.reader())
            digest = projector.digest(store.reader())
            speaking.say("cli.rebuild.done", count=store.head().gseq)
            speaking.say("cli.verify.digest", digest=digest)
        return 0
