"""The files every run begins with: a founded hub, desks that have its first entries, and one that is new."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from app.base.clock import ManualClock
from app.base.ids import IdMaker
from app.commands.desk import Desk
from app.commands.founding import found
from app.domain.area import AreasAdopted
from app.domain.hall import HallFounded, OperatorGranted
from app.domain.label import Label
from app.log import opening
from app.log.entries import TimeClaim
from app.log.replica import open_replica
from app.log.store import open_store
from app.projections.projector import HallProjector
from tests.helpers.halls import AREAS, MONDAY_9, shipped_rules
from tests.helpers.replicas import settle

DESKS_MAX = 3
"""Desks that are there from the beginning. One more joins when all is over."""

UNITS = ("SZ", "CG")
"""Departments with people of their own; others are dispatched to as well and never sign."""

CENTRE_ROLES = (
    "intake", "dispatcher", "shift_lead", "centre_lead", "supervisor", "callback", "leader",
)  # fmt: skip
UNIT_ROLES = ("handler", "dept_lead")

NEW = "new"

UPPERS = {"city": ("演练市综治中心", "990100"), "province": ("演练省综治中心", "990000")}
"""Hubs above the first one, lowest first, with what their halls are called and their codes."""


class Keys:
    """A key that everybody knows: nothing here is secret, and making one costs chance."""

    def load(self) -> bytes | None:
        return b"muster-simulated-key-of-32-bytes"

    def create(self) -> bytes:
        raise AssertionError("there is one")


KEYS = Keys()


def make_templates(folder: Path) -> None:
    """Make `hub`, `desk-0` and so on, `new-0` and so on, and those of UPPERS in `folder`: the same in every
    process."""
    chance = random.Random("templates")
    clock = ManualClock(MONDAY_9)
    with _numbered_names(chance), ExitStack() as held:
        projector = HallProjector()
        hub = held.enter_context(
            open_store(
                folder / "hub", clock, projector, mark="drill", keys=KEYS, random_bytes=chance.randbytes
            )
        )
        desk = Desk(hub, lambda: projector.hall, clock, letters="A1", ids=IdMaker(chance.randbytes))
        found(desk, _founded(), shipped_rules(), AreasAdopted("test", AREAS), _operators())
        for number in range(DESKS_MAX + 1):
            for name in (f"desk-{number}", f"{NEW}-{number}"):
                replica = held.enter_context(
                    open_replica(
                        folder / name,
                        clock,
                        HallProjector(),
                        lambda: TimeClaim(0, 0, ""),
                        mark="drill",
                        keys=KEYS,
                        random_bytes=chance.randbytes,
                    )
                )
                if not name.startswith(NEW):
                    settle(hub, replica)
        for name, (label, code) in UPPERS.items():
            _make_upper(
                folder / name, held, chance, HallFounded(Label(label, f"Drill {name}"), code, "drill")
            )


def _make_upper(folder: Path, held: ExitStack, chance: random.Random, founded: HallFounded) -> None:
    clock, projector = ManualClock(MONDAY_9), HallProjector()
    hub = held.enter_context(
        open_store(folder, clock, projector, mark="drill", keys=KEYS, random_bytes=chance.randbytes)
    )
    desk = Desk(hub, lambda: projector.hall, clock, letters="A1", ids=IdMaker(chance.randbytes))
    found(desk, founded, shipped_rules(), AreasAdopted("test", AREAS), _operators())


def _founded() -> HallFounded:
    return HallFounded(Label("演练区综治中心", "Drill District Governance Centre"), "990101", "drill")


def _operators() -> list[OperatorGranted]:
    roles = {role.id: role.label for role in shipped_rules().workflow.roles}
    centre = [OperatorGranted(f"op-{r}-ZZZX", roles[r], (r,), "ZZZX") for r in CENTRE_ROLES]
    units = [OperatorGranted(f"op-{r}-{u}", roles[r], (r,), u) for u in UNITS for r in UNIT_ROLES]
    return centre + units


@contextmanager
def _numbered_names(chance: random.Random) -> Iterator[None]:
    """Databases and streams are named by chance: here by one that comes again."""

    class Named:
        @staticmethod
        def uuid4() -> uuid.UUID:
            return uuid.UUID(bytes=chance.randbytes(16), version=4)

    real = opening.uuid
    opening.uuid = Named  # type: ignore[assignment]
    try:
        yield
    finally:
        opening.uuid = real
