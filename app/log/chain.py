"""The hashes of the two chains: every hash names its algorithm, so that a log may outlive one."""

from __future__ import annotations

import hashlib

from cryptography.hazmat.primitives import hashes

from app.base.clock import Instant

DEFAULT_ALGORITHM = "sha256"

ALGORITHMS = frozenset({"sha256", "sm3"})
"""`sm3` is GB/T 32905, for halls that must use the state's own algorithms."""

GENESIS = ""
"""What stands as the previous hash of the first entry."""


def digest(algorithm: str, data: bytes) -> str:
    """The hash of `data` as `algorithm:hex`; ValueError for an algorithm this program does not have."""
    if algorithm == "sha256":
        return "sha256:" + hashlib.sha256(data).hexdigest()
    if algorithm == "sm3":
        state = hashes.Hash(hashes.SM3())
        state.update(data)
        return "sm3:" + state.finalize().hex()
    raise ValueError(f"no hash algorithm {algorithm!r}")


def algorithm_of(text: str) -> str:
    """The algorithm a hash text names."""
    return text.partition(":")[0]


def link(
    algorithm: str,
    prev_hash: str,
    stream: str,
    epoch: int,
    gseq: int,
    hub_time: Instant,
    at: Instant,
    raw: bytes,
    verdict: str = "",
    home: str = "",
    home_gseq: int = 0,
) -> str:
    """The stream's chain: the hash over the previous hash, the place, both times and the origin's bytes.

    The fields are parted by line ends, which none of them can hold; the bytes come last. Verdict and home
    stand in the place only where there is one, each under its name: an entry's bytes begin with a brace, so
    that neither can be taken for them, nor for each other.
    """
    place = f"{prev_hash}\n{stream}\n{epoch}\n{gseq}\n{hub_time}\n{at}\n"
    if verdict:
        place += f"verdict {verdict}\n"
    if home:
        place += f"home {home}\n{home_gseq}\n"
    return digest(algorithm, place.encode() + raw)
