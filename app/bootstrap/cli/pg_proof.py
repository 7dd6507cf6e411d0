"""`muster verify` and `muster restore` where a hall lies on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

from app.base.clock import SystemClock
from app.bootstrap.cli.terminal import Terminal
from app.log.entries import Head
from app.log.files.folder import DataFolder
from app.log.files.keys import FileKeys
from app.log.postgres.proving import prove_server
from app.log.postgres.restoring import resume
from app.log.proving.proof import PROBLEMS_MAX


def prove_there(data: Path, url: str, local: Head | None, speaking: Terminal) -> bool:
    """Prove the log, the vault and the contents on the server and say what was found; whether all is well.
    `local` is where the log in `data` ends, None without one."""
    path = DataFolder(data).key
    told = speaking.progress("cli.verify.reading")
    report = prove_server(url, FileKeys(path).load(), str(path), local, SystemClock(), told)
    speaking.say("cli.pg_verify.server", server=report.server, count=report.entries)
    speaking.say("cli.verify.head", gseq=report.head.gseq, hash=report.head.hash)
    found = report.contents
    speaking.say("cli.verify.contents", whole=found.whole, unfinished=found.unfinished, awaited=found.awaited)
    for problem in report.problems:
        said = speaking.language.text(f"verify.{problem.code}", gseq=problem.gseq, detail=problem.detail)
        speaking.write(said)
    if not report.problems:
        speaking.say("cli.pg_verify.whole")
    else:
        more = len(report.problems) >= PROBLEMS_MAX
        speaking.say(
            "cli.pg_verify.broken_more" if more else "cli.pg_verify.broken", count=len(report.problems)
        )
    return not report.problems


def resume_there(data: Path, url: str, speaking: Terminal) -> None:
    """Set a database going again that its own tools have restored."""
    done = resume(data, url, SystemClock())
    speaking.say("cli.pg_restore.back", count=done.back, path=str(data), server=done.server)
    if done.lacking:
        speaking.say("cli.pg_restore.lacking", count=done.lacking)
    speaking.say("cli.hub.began", epoch=done.head.epoch, gseq=done.head.gseq)
    speaking.say("cli.pg_restore.next", path=str(data))
