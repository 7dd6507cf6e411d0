"""What another database pushes: its parcels read, held against what stands already, and the new ones told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from app.base.clock import Instant
from app.log.chain import ALGORITHMS, GENESIS, algorithm_of, digest
from app.log.entries import ENTRY_FORMAT, Entry, Parcel, Secret, read_entry
from app.log.files.origin import ENTRY_BYTES_MAX
from app.log.port import Broken, Forked, Gap

PARCELS_PER_PUSH_MAX = 1_000
"""One push is numbered in one transaction that others wait for, as one append is."""

NAME_CHARACTERS_MAX = 200
"""Ids and kinds are short; what is longer than any of ours was made to harm an index."""


class PushedBy(msgspec.Struct, frozen=True):
    """One push as it arrived: `origin` is whom the sender was proved to be. With `doubted` its entries are
    numbered with a verdict whatever they say: folding them failed."""

    origin: str
    parcels: tuple[Parcel, ...]
    doubted: bool = False


class End(msgspec.Struct, frozen=True, gc=False):
    """Where another origin's entries end in this log: the last one's numbers and effective time, and the hash
    of its bytes by the log's own algorithm."""

    oseq: int = 0
    gseq: int = 0
    at: Instant = 0
    hash: str = GENESIS


class Fresh(msgspec.Struct, frozen=True, gc=False):
    """An entry that has no number yet, with its parcel."""

    entry: Entry
    parcel: Parcel


def read_push(push: PushedBy) -> tuple[Entry, ...] | Broken:
    """The entries of a push, their bytes within bounds and theirs the origin; else what is broken."""
    entries: list[Entry] = []
    for parcel in push.parcels:
        # What cannot be read does not say its number: the one after the last that could is the best guess.
        oseq = entries[-1].oseq + 1 if entries else 0
        if _bytes(parcel) > ENTRY_BYTES_MAX:
            return Broken(oseq, "too_big")
        try:
            entry = read_entry(parcel.raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return Broken(oseq, "unreadable")
        if entry.origin != push.origin:
            return Broken(entry.oseq, "origin")
        if not well_formed(entry):
            return Broken(entry.oseq, "format")
        entries.append(entry)
    return tuple(entries)


def sort_out(
    entries: Sequence[Entry],
    parcels: Sequence[Parcel],
    end: End,
    standing: Mapping[int, bytes],
    end_hash: Callable[[str], str],
) -> list[Fresh] | Gap | Forked | Broken:
    """Those that have no number yet, in their order, or why none of the push may have one.

    `standing` are the bytes that stand in the log under each number of the push up to `end`; `end_hash` gives
    the hash of the last of all by an algorithm.
    """
    fresh: list[Fresh] = []
    raws = dict(standing)
    for entry, parcel in zip(entries, parcels, strict=True):
        last = end.oseq + len(fresh)
        if entry.oseq <= last:
            if raws[entry.oseq] != parcel.raw:
                return Forked(entry.oseq)
            continue
        if entry.oseq != last + 1:
            return Gap(end.oseq + 1)
        algorithm = algorithm_of(entry.prev_origin_hash)
        if last == 0:
            follows = entry.prev_origin_hash == GENESIS
        elif algorithm not in ALGORITHMS:
            follows = False
        elif last in raws:
            follows = entry.prev_origin_hash == digest(algorithm, raws[last])
        else:
            follows = entry.prev_origin_hash == end_hash(algorithm)
        if not follows:
            # Whoever chains on other bytes than those that stand at the end has written a second entry there.
            forked = last and last not in raws and algorithm in ALGORITHMS
            return Forked(last) if forked else Broken(entry.oseq, "chain")
        raws[entry.oseq] = parcel.raw
        fresh.append(Fresh(entry, parcel))
    return fresh


def effective(entry: Entry, hub_time: Instant, before: Instant) -> Instant:
    """What deadlines count from: the writer's guess of the hub's time, never before the effective time of
    what the same origin wrote earlier, nor after the hub's time of the number, which stands in where there is
    no guess."""
    guess = entry.time.est_hub
    return hub_time if guess is None else min(max(guess, before), hub_time)


def mentioned(fresh: Sequence[Fresh]) -> tuple[list[Secret], int]:
    """The personal data that the entries themselves refer to, and how many others came with them."""
    kept: list[Secret] = []
    strange = 0
    for one in fresh:
        for secret in one.parcel.secrets:
            if msgspec.json.encode(secret.ref) in one.parcel.raw:
                kept.append(secret)
            else:
                strange += 1
    return kept, strange


def _bytes(parcel: Parcel) -> int:
    # Personal data in UTF-8 is at most four bytes a character: near enough for a bound.
    return len(parcel.raw) + sum(len(s.value) + len(s.salt) + len(s.case) for s in parcel.secrets)


def well_formed(entry: Entry) -> bool:
    """Whether the envelope is one of ours, its names short enough for an index."""
    return entry.v == ENTRY_FORMAT and entry.oseq >= 1 and _is_name(entry.eid) and _is_name(entry.kind)


def _is_name(text: str) -> bool:
    return 0 < len(text) <= NAME_CHARACTERS_MAX and text.isprintable()
