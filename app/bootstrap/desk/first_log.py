"""A desk's log from its hub's snapshot, in the place of an empty or a damaged one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from app.base.errors import WorldError
from app.base.logs import Logger
from app.log.backup.snapshots import Carried, Installed, install_snapshot
from app.log.files.folder import DataFolder
from app.log.files.keys import FileKeys
from app.log.files.schema import FORMAT, Meta
from app.log.opening import write_sidecar
from app.log.proving.rebuild import Progress
from app.projections.projector import HallProjector
from app.sync.hub_calls import HubCalls
from app.sync.joining.bootstrapping import fetch_snapshot
from app.sync.joining.device_key import DeviceFolder

_log = Logger(__name__)


def first_log(data: Path, calls: HubCalls, about: Meta, told: Progress) -> bool:
    """Whether the new desk in `data`, which nobody has open and which says `about` of itself, has the hub's
    snapshot now. Whatever keeps it from that is logged: then the log comes line by line."""
    try:
        return bring_log(data, calls, lambda: Carried(about), told) is not None
    except WorldError as error:
        _log.warning("desk.no_snapshot", error, cause=error.key)
        return False


def bring_log(
    data: Path, calls: HubCalls, carry: Callable[[], Carried], told: Progress, *, always: bool = False
) -> Installed | None:
    """Fetch the snapshot and install it under the desk's own key; None when the hub's log is short (never
    with `always`). WorldError when it cannot be had or is not what the hub signed.

    `carry` is asked, with the directory locked, when the snapshot is here: nothing was changed before that.
    """
    folder, device = DataFolder(data), DeviceFolder(data)
    ca = device.ca.read_text(encoding="ascii") if calls.guarded else ""
    fetched = fetch_snapshot(data, calls, ca, told, always=always)
    if fetched is None:
        return None
    keys, digest = FileKeys(folder.key), HallProjector().state_digest
    with folder.locked():
        carried = carry()
        key = keys.load() or keys.create()
        point = fetched.claim.point
        made = install_snapshot(folder, key, fetched.path, fetched.key, point, carried, digest)
        write_sidecar(folder, replace(carried.about, format=FORMAT), key)
    fetched.path.unlink(missing_ok=True)
    _log.info("desk.snapshot", gseq=point.gseq, bytes=fetched.claim.bytes, waiting=made.waiting)
    return made
