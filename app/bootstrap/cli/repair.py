"""`muster repair`: a damaged desk gets its log anew from its hub and keeps what only it has."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from app.base.clock import SystemClock
from app.base.errors import WorldError
from app.bootstrap.cli.running import must_exist
from app.bootstrap.cli.terminal import Terminal, terminal
from app.bootstrap.desk.files import is_desk
from app.bootstrap.desk.first_log import bring_log
from app.bootstrap.desk.opening import hub_of
from app.log.backup.rescuing import Rescued, put_aside, rescue
from app.log.backup.snapshots import Carried
from app.log.files.folder import DataFolder
from app.log.proving.verify import verify
from app.projections.projector import HallProjector
from app.sync.hub_calls import HubCalls
from app.sync.joining.device_key import DeviceFolder


def run_repair(args: argparse.Namespace) -> int:
    """Handler of the command; 0 when the data is whole then, 1 for a hub's, which is restored instead.

    WorldError when the hub cannot be reached; nothing was changed then.
    """
    with terminal(args) as speaking:
        must_exist(args.data)
        with DataFolder(args.data).locked():
            whole = _whole(args.data, speaking)
        if whole:
            speaking.say("cli.repair.whole")
            return 0
        if not is_desk(args.data):
            speaking.say("cli.repair.hub", path=str(args.data))
            return 1
        return _repair(args.data, speaking)


def _whole(data: Path, speaking: Terminal) -> bool:
    try:
        report = verify(data, HallProjector, progress=speaking.progress("cli.verify.reading"))
    except WorldError as error:
        speaking.write(speaking.language.error(error))
        return False
    for problem in report.problems:
        speaking.write(
            speaking.language.text(f"verify.{problem.code}", gseq=problem.gseq, detail=problem.detail)
        )
    return report.whole


def _repair(data: Path, speaking: Terminal) -> int:
    folder = DataFolder(data)
    origin = DeviceFolder(data).read_hub().origin
    hub = hub_of(data, None, None, lambda: origin, speaking.language)
    calls = HubCalls(hub.url, hub.tls, origin=origin, language=speaking.language.code)
    rescued: list[Rescued] = []

    def carry() -> Carried:
        found = rescue(folder, SystemClock().now())
        aside = put_aside(folder, f"damaged-{datetime.now(UTC):%Y%m%d-%H%M%S}")
        speaking.say("cli.repair.aside", path=str(aside))
        rescued.append(found)
        return Carried(found.about, found.notes, found.waiting, found.secrets)

    told = speaking.progress("cli.repair.fetching")
    made = bring_log(data, calls, carry, told, always=True)
    assert made is not None, "a snapshot was asked for in any case"
    (found,) = rescued
    with folder.locked():
        report = verify(data, HallProjector, progress=speaking.progress("cli.verify.reading"))
    speaking.say("cli.repair.done", gseq=report.head.gseq, waiting=made.waiting)
    stranded = len(found.waiting) - made.waiting - made.numbered
    if found.unreadable or stranded:
        speaking.say("cli.repair.lost", unreadable=found.unreadable, stranded=stranded)
    if found.lost_secrets:
        speaking.say("cli.repair.secrets", count=found.lost_secrets)
    return 0 if report.whole else 1
