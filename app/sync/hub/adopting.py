"""Numbering what a desk held that the hub lost: entries of any origin, judged as if each came by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from itertools import groupby

import msgspec

from app.base.logs import Logger
from app.log.entries import Parcel
from app.log.port import Accepted, SequencedLog

_log = Logger(__name__)


class _OfOrigin(msgspec.Struct):
    origin: str


_read = msgspec.json.Decoder(_OfOrigin)


async def adopt(log: SequencedLog, parcels: Sequence[Parcel]) -> None:
    """Push `parcels` in their order, those of one origin that follow each other together.

    What an origin cannot have written where the log stands is passed over and logged: it must not hold up
    the others. WorldError when the disk refuses.
    """
    for origin, run in _runs(parcels):
        outcome = await asyncio.wrap_future(log.push(origin, run))
        if not isinstance(outcome, Accepted):
            _log.warning("sync.stray_refused", origin=origin, why=type(outcome).__name__.lower())


def _runs(parcels: Sequence[Parcel]) -> Iterator[tuple[str, list[Parcel]]]:
    for origin, run in groupby(parcels, key=_origin):
        if origin:
            yield origin, list(run)


def _origin(parcel: Parcel) -> str:
    try:
        return _read.decode(parcel.raw).origin
    except (msgspec.DecodeError, UnicodeDecodeError):
        _log.warning("sync.stray_refused", why="unreadable")
        return ""
