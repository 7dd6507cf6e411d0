"""Whether a hub lets a desk in that says hello: same language, same log, known, and not a copy of itself."""

from __future__ import annotations

from msgspec.structs import replace

from app.log.numbering.recovery import Recovery
from app.log.port import SequencedLog
from app.sync.frames import PROTOCOL, Hello, Phase
from app.sync.ports import Found


def examine(hello: Hello, found: Found, certified: str) -> str:
    """The code of the refusal, empty for none. `certified` is the origin that the desk's certificate names,
    empty on a line without certificates.
    """
    if hello.protocol != PROTOCOL:
        return "protocol"
    if min(hello.gseq, hello.oseq, hello.epoch) < 0 or not hello.origin:
        return "broken"
    if certified and hello.origin != certified:
        return "origin"
    return found.standing or _log(hello, found)


def look_up(log: SequencedLog, hello: Hello, standing: str, recovery: Recovery | None = None) -> Found:
    """What `log` knows of the desk that said `hello`; `standing` as in Found. Reads the disk.

    `recovery` is that of a log that may have been restored; one on a database server has none.
    """
    found = log.read_after(hello.gseq - 1, 1) if hello.gseq > 0 else []
    known = bool(found) and found[0].gseq == hello.gseq
    here = Found(log.head(), found[0].hash if known else None, log.pushed(hello.origin), standing)
    if recovery is None:
        return here
    return replace(
        here, epochs=recovery.epochs(), reclaiming=recovery.reclaiming, missing=tuple(recovery.missing)
    )


def phase_of(hello: Hello, found: Found) -> Phase:
    """In which phase the line of a desk begins that was let in."""
    if found.reclaiming:
        return "reclaim"
    return "astray" if _off(hello, found) else ""


def _log(hello: Hello, found: Found) -> str:
    if hello.stream not in ("", found.head.stream):
        return "stream"
    # A hub that began another epoch, or is about to, may differ: its desks judge whether it must.
    off = "" if found.reclaiming or len(found.epochs) > 1 else _off(hello, found)
    if off:
        return off
    # The hub has entries of this origin that the desk never wrote: the desk's database was set back.
    return "forked" if found.oseq > hello.oseq else ""


def _off(hello: Hello, found: Found) -> str:
    """How the desk's log is not a beginning of the hub's; empty when it is."""
    if hello.gseq > found.head.gseq:
        return "ahead"
    return "diverged" if hello.gseq and found.hash != hello.hash else ""
