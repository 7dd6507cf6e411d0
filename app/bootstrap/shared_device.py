"""What a hall is to the hub above it, where several processes serve the hall: one device, kept for all."""

from __future__ import annotations

import msgspec

from app.base.errors import WorldError
from app.log.files.folder import write_atomically
from app.log.safety.shared import Keepsakes
from app.sync.joining.device_key import DeviceFolder

UPSTREAM = "upstream"


class _Kept(msgspec.Struct, frozen=True):
    """The files of an enrolled device, as text."""

    key: str
    certificate: str
    ca: str
    hub: str


def bring(folder: DeviceFolder, keepsakes: Keepsakes) -> bool:
    """Have the files that all processes share lie in `folder`; whether there are any. One that was enrolled
    when it was still alone gives its own to all. WorldError when they cannot be written or read."""
    kept = keepsakes.get(UPSTREAM)
    if kept is None and not folder.enrolled:
        return False
    try:
        if kept is None:
            kept = keepsakes.keep(UPSTREAM, _pack(folder))
        _unpack(folder, kept)
    except OSError as error:
        raise WorldError("folder_read_only", path=str(folder.path)) from error
    except (msgspec.DecodeError, ValueError) as error:
        raise WorldError("device_file_broken", path=str(folder.path)) from error
    return True


def give(folder: DeviceFolder, keepsakes: Keepsakes) -> None:
    """What was enrolled anew in `folder` is that of all processes from now on."""
    try:
        keepsakes.replace(UPSTREAM, _pack(folder))
    except OSError as error:
        raise WorldError("device_file_broken", path=str(folder.path)) from error


def _pack(folder: DeviceFolder) -> bytes:
    paths = (folder.key, folder.certificate, folder.ca, folder.hub)
    return msgspec.json.encode(_Kept(*(path.read_text(encoding="utf-8") for path in paths)))


def _unpack(folder: DeviceFolder, raw: bytes) -> None:
    kept = msgspec.json.decode(raw, type=_Kept)
    folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    # The hub's file last: it says that the others are whole.
    for path, text, mode in (
        (folder.key, kept.key, 0o600),
        (folder.certificate, kept.certificate, 0o644),
        (folder.ca, kept.ca, 0o644),
        (folder.hub, kept.hub, 0o644),
    ):
        write_atomically(path, text.encode(), mode)
