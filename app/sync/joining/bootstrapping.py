"""A new desk's first log: the hub's snapshot, fetched in one file, resumed after a cut, proved, installed."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.base.errors import WorldError
from app.base.logs import Logger
from app.domain.refusal import Refusal
from app.log.files.database import disk_errors_told
from app.log.proving.rebuild import Progress, no_progress
from app.sync.hub_calls import HubCalls
from app.sync.joining.snapshots import SNAPSHOT_FILE_PATH, SNAPSHOT_PATH, SnapshotClaim, SnapshotOffer

ASK_AGAIN_S = 1.0
"""Between two questions whether the hub has finished its snapshot."""

CUTS_MAX = 10
"""Cuts in a row without a byte between them; then the log comes line by line, whenever there is a line."""

_log = Logger(__name__)


class Fetched(msgspec.Struct, frozen=True):
    """A snapshot on this disk, proved to be what the hub signed."""

    path: Path
    key: bytes
    claim: SnapshotClaim


def fetch_snapshot(
    folder: Path,
    calls: HubCalls,
    ca: str,
    told: Progress = no_progress,
    *,
    always: bool = False,
    pause: Callable[[float], None] = time.sleep,
) -> Fetched | None:
    """The hub's snapshot, in a file of `folder`; None when its log is short (unless `always`).

    `ca` is the hall's CA (PEM), empty on plain loopback. `told` hears of bytes. What was fetched before a cut
    is kept and gone on with, also by the next start. WorldError when the hub cannot be reached or refuses,
    and when the file is not what was signed.
    """
    offer = _offer(calls, told, always=always, pause=pause)
    if offer is None:
        return None
    claim = _proved(offer, ca, calls.url)
    path = folder / f"snapshot-{claim.sha256[:16]}.part"
    with disk_errors_told(path):
        for old in folder.glob("snapshot-*.part"):
            if old != path:
                old.unlink()
        _download(path, claim, calls, told, pause)
        if _sha256(path) != claim.sha256:
            path.unlink()
            raise WorldError("snapshot_wrong", path=str(path))
    return Fetched(path, offer.key, claim)


def _offer(
    calls: HubCalls, told: Progress, *, always: bool, pause: Callable[[float], None]
) -> SnapshotOffer | None:
    least: int | None = None
    while True:
        path = f"{SNAPSHOT_PATH}?always={int(always)}&least={least or 0}"
        offer = calls.ask("GET", path, None, SnapshotOffer)
        if isinstance(offer, Refusal):
            raise WorldError("snapshot_refused", url=calls.url, rule=offer.code)
        if always and least is None:
            # A desk that had a log: what it wrote last must be in it, for the line does not bring it back.
            least = offer.head
            continue
        if offer.state != "making":
            return offer if offer.state == "ready" else None
        # The hub's copying is the first half of what there is to wait for.
        told(offer.done, 2 * max(1, offer.total))
        pause(ASK_AGAIN_S)


def _proved(offer: SnapshotOffer, ca: str, url: str) -> SnapshotClaim:
    try:
        if ca:
            signer = x509.load_pem_x509_certificate(offer.signer.encode())
            signer.verify_directly_issued_by(x509.load_pem_x509_certificate(ca.encode()))
            key = signer.public_key()
            # Devices have elliptic keys of another kind: only the hub itself has one of this.
            if not isinstance(key, Ed25519PublicKey):
                raise WorldError("snapshot_unsigned", url=url)
            key.verify(offer.signature, offer.claim)
        return msgspec.json.decode(offer.claim, type=SnapshotClaim)
    except (InvalidSignature, ValueError, TypeError, msgspec.DecodeError) as error:
        raise WorldError("snapshot_unsigned", url=url) from error


def _download(
    path: Path, claim: SnapshotClaim, calls: HubCalls, told: Progress, pause: Callable[[float], None]
) -> None:
    cuts = 0
    with path.open("ab") as file:
        while (have := file.tell()) < claim.bytes:
            try:
                for piece in calls.pieces(f"{SNAPSHOT_FILE_PATH}?sha256={claim.sha256}", have):
                    file.write(piece)
                    told(claim.bytes + file.tell(), 2 * claim.bytes)
                    if file.tell() > claim.bytes:
                        raise WorldError("snapshot_wrong", path=str(path))
            except WorldError as error:
                if error.key != "hub_away":
                    raise
                cuts = 0 if file.tell() > have else cuts + 1
                if cuts > CUTS_MAX:
                    raise
                _log.info("sync.snapshot_cut", at=file.tell(), of=claim.bytes)
                pause(ASK_AGAIN_S)
            file.flush()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
