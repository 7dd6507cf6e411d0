"""What was promised to people in a run: every acknowledgement, with what was true when it was given."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from app.log.entries import Head, Numbered
from app.log.port import Written
from app.log.proving.verdicts import SUBJECT_TAKEN
from tests.sim.operators import unfit


class BrokenError(AssertionError):
    """An invariant does not hold. `rule` names it."""

    def __init__(self, rule: str, detail: object = "") -> None:
        super().__init__(f"{rule}: {detail}")
        self.rule = rule


def hold(condition: object, rule: str, detail: object = "") -> None:
    """BrokenError unless `condition`."""
    if not condition:
        raise BrokenError(rule, detail)


class Promise(msgspec.Struct, frozen=True):
    """An entry that was acknowledged as saved where it was written. `hub_time` is what the hub's clock showed
    at that instant."""

    node: str
    origin: str
    oseq: int
    raw: bytes
    hub_time: int
    verified: bool


class Ledger:
    """`promises` by entry id; `acked` is the last own entry of each origin that its desk took to be at the
    hub; `digests` are the states the hub has been in, by the hash of the number. After the hub lost its disk
    `lost` are entries that nobody need have any more, and `former` the names it wrote under."""

    def __init__(self) -> None:
        self.promises: dict[str, Promise] = {}
        self.acked: dict[str, int] = {}
        self.digests: dict[str, str] = {}
        self.lost_disk = False
        self.lost: set[str] = set()
        self.former: set[str] = set()
        self.hub_offs = {0}
        self.counts: dict[str, int] = {}

    def count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    def written(self, node: str, outcome: Written, hub_time: int) -> None:
        for numbered in outcome.entries:
            entry = numbered.entry
            hold(entry.eid not in self.promises, "acknowledged twice", entry.eid)
            self.promises[entry.eid] = Promise(
                node, entry.origin, entry.oseq, numbered.raw, hub_time, entry.time.err is not None
            )

    def state(self, head: Head, digest: str) -> None:
        """A node's confirmed state at `head`; the hash says which numbers before it, too."""
        known = self.digests.setdefault(head.hash, digest)
        hold(known == digest, "states differ at one number", head.gseq)

    def lose(self, origin: str, kept: Collection[str]) -> None:
        """A hub of this name lost its disk: what hubs wrote and nobody else had is lost, all else must come
        back."""
        self.lost_disk = True
        self.former.add(origin)
        self.lost |= {eid for name in self.former for eid, _ in self.of(name) if eid not in kept}

    def of(self, origin: str) -> list[tuple[str, Promise]]:
        return [(eid, promise) for eid, promise in self.promises.items() if promise.origin == origin]


def verdict_fits(numbered: Numbered) -> bool:
    """Whether an entry of a desk has the verdict it must have; operators say what of theirs breaks a rule."""
    wanted = unfit(numbered.entry)
    twice = numbered.verdict == SUBJECT_TAKEN and any(
        subject.startswith(("ext:", "idem:")) for subject in numbered.entry.subjects
    )
    return numbered.verdict == wanted or (twice and not wanted)
