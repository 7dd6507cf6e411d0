"""`muster backup` and `muster restore`: a hub's data in one encrypted file, and back."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.base.clock import SystemClock
from app.base.errors import UsageError, WorldError
from app.bootstrap.cli.running import must_exist
from app.bootstrap.cli.terminal import data_folder, terminal
from app.log.backup.making import back_up
from app.log.backup.restoring import look_into, restore
from app.log.files.keys import FileKeys
from app.log.proving.verify import Report, verify
from app.projections.projector import HallProjector

PASSPHRASE_BYTES_MAX = 4_096


def run_backup(args: argparse.Namespace) -> int:
    """Handler of `backup`; the hall may be open. UsageError unless it is said where the key goes."""
    with terminal(args) as speaking:
        data = data_folder(args)
        must_exist(data)
        passphrase = _passphrase(args.passphrase_file)
        if (passphrase is None) != args.without_key:
            raise UsageError("backup_key_where")
        made = back_up(
            data,
            args.to,
            SystemClock().now(),
            HallProjector().state_digest,
            passphrase=passphrase,
            progress=speaking.progress("cli.backup.copying"),
        )
        if made.has_database:
            speaking.say("cli.backup.done", path=str(args.to), gseq=made.head, hash=made.hash)
        else:
            speaking.say("cli.backup.server", path=str(args.to))
        speaking.say("cli.backup.without_key" if args.without_key else "cli.backup.with_key")
    return 0


def run_restore(args: argparse.Namespace) -> int:
    """Handler of `restore`: the directory appears whole and proved, or not at all. With --db the database of
    a hall, which its own tools have restored, is set going again instead."""
    if (args.file is None) == (args.db is None):
        raise UsageError("restore_what")
    with terminal(args) as speaking:
        if args.db is not None:
            # Loaded only here: the driver behind it would cost every command that needs none.
            from app.bootstrap.cli.pg_proof import resume_there

            resume_there(args.data, args.db, speaking)
            return 0
        told = look_into(args.file)
        speaking.say("cli.restore.what", gseq=told.head, epoch=told.epoch, stream=told.stream)

        def prove(folder: Path) -> Report:
            return verify(folder, HallProjector, progress=speaking.progress("cli.verify.reading"))

        made = restore(
            args.file,
            args.data,
            prove,
            passphrase=_passphrase(args.passphrase_file),
            key=_key(args.key),
            progress=speaking.progress("cli.restore.unpacking"),
        )
        if made.has_database:
            speaking.say("cli.restore.done", path=str(args.data), gseq=made.head, hash=made.hash)
            speaking.say("cli.restore.next", path=str(args.data))
        else:
            speaking.say("cli.restore.server", path=str(args.data))
    return 0


def _passphrase(path: Path | None) -> str | None:
    """The first line of the file, without its end."""
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            lines = file.read(PASSPHRASE_BYTES_MAX).decode("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise WorldError("passphrase_unreadable", path=str(path)) from error
    return lines[0] if lines else ""


def _key(path: Path | None) -> bytes | None:
    if path is None:
        return None
    key = FileKeys(path).load()
    if key is None:
        raise WorldError("key_missing", path=str(path))
    return key
