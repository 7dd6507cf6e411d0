"""Makes the frozen log anew: `python -m tests.golden.make`. Only for a format that never left the house.

Once entries are frozen, a fold that changes on purpose records its new digest (`--digest`), and the log
stays.
"""

from __future__ import annotations

import random
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from app.base.clock import DAY_MS, HOUR_MS, ManualClock
from app.base.ids import IdMaker
from app.commands.answering import answer_request
from app.commands.breaching import breach
from app.commands.command import Done, HistoryRow
from app.commands.commander import Commander
from app.commands.desk import Desk
from app.commands.founding import found
from app.commands.hearing import hear_request
from app.commands.revealing import reveal
from app.domain.area import AreasAdopted
from app.domain.hall import HallFounded, OperatorGranted, OperatorRevoked
from app.domain.kinds import REQUEST
from app.domain.label import Label
from app.domain.moves import LimitBreached
from app.domain.requests import ADDRESSED, RequestMade
from app.log.entries import Numbered
from app.log.port import Written
from app.log.store import open_store
from app.log.vault import Sealer
from app.projections.projector import HallProjector
from tests.golden.away import live_apart
from tests.golden.frozen import DIGEST, LOG, lines, read
from tests.helpers.folds import fold, scratch
from tests.helpers.halls import AREAS, MONDAY_9, TestHall, actor, shipped_rules
from tests.helpers.scripts import SCRIPTS, Played

SEED = 20260309


@contextmanager
def fixed_hall(folder: Path) -> Iterator[TestHall]:
    """A hall in which nothing is left to chance: ids, salts and the clock come from one seed."""
    chance = random.Random(SEED)
    clock, projector = ManualClock(MONDAY_9), HallProjector()
    names = (uuid.UUID(bytes=chance.randbytes(16), version=4) for _ in range(9))
    with (
        patch("app.log.opening.uuid.uuid4", lambda: next(names)),
        open_store(folder, clock, projector, mark="demo", random_bytes=chance.randbytes) as store,
    ):
        projector.load(store.reader())
        desk = Desk(
            store,
            lambda: projector.hall,
            clock,
            letters="A1",
            ids=IdMaker(chance.randbytes),
            sealer=Sealer(chance.randbytes),
        )
        founded = HallFounded(Label("演示区综治中心", "Demo District Governance Centre"), "990101", "demo")
        operators = [OperatorGranted("op-1", Label("受理一席", "Intake 1"), ("intake",), "ZZZX")]
        found(desk, founded, shipped_rules(), AreasAdopted("1", AREAS), operators)
        yield TestHall(store, projector, clock, Commander(desk))


def live(world: TestHall) -> None:
    """Every scripted life, and the kinds of entries that no transition writes."""
    played = Played(world)
    for script in SCRIPTS:
        script(played)
    desk, now = world.commander.desk, world.clock.now()
    rows = [
        HistoryRow(
            channel="hotline",
            what="旧件：路灯不亮",
            received_at=now - DAY_MS,
            external=f"old:{n}",
            closed_at=end,
        )
        for n, end in enumerate((now - HOUR_MS, None))
    ]
    assert all(isinstance(o, Done) for o in world.commander.import_rows(rows, actor("admin")))
    case = world.register(what="井盖缺失，联系人13800001234", category="0601")
    world.time.advance(HOUR_MS)
    body = LimitBreached(case.id, "accept", now, "first", "shift_lead", urged=True)
    assert isinstance(breach(desk, case, case.seen, body), Done)
    assert case.original is not None
    shown = reveal(desk, world.store.vault, case.id, case.original.ref, "call_back", actor("intake"))
    assert shown == "井盖缺失，联系人13800001234"
    gone = desk.draft(OperatorRevoked("op-1", "调离"), ("hall",), actor("security_admin"), world.clock.now())
    assert isinstance(world.store.append([gone]).result(), Written)
    live_apart(world)
    live_below(world)


def live_below(world: TestHall) -> None:
    """What is asked of a lower hall and, as if this were one, what a hall above asks of it."""
    desk = world.commander.desk
    case = world.register(what="河道漂浮物")
    for title, incident in (("核查沿河堆放物", ""), ("今日清理", case.id)):
        now = world.clock.now()
        asked = RequestMade(desk.ids(now), "stream-below", title, "汛前完成", incident, "", "", now + DAY_MS)
        subjects = (ADDRESSED + asked.to, REQUEST + asked.request)
        appended = world.store.append([desk.draft(asked, subjects, actor("leader"), now)]).result()
        assert isinstance(appended, Written)
        assert isinstance(hear_request(desk, "stream-above", appended.entries[0]), Done)
        answered = answer_request(
            desk, asked.request, bool(incident), "" if incident else "本区无此河道", actor("leader")
        )
        assert isinstance(answered, Done)


def made() -> list[Numbered]:
    """The entries of a hall that lived all this."""
    with tempfile.TemporaryDirectory() as folder, fixed_hall(Path(folder) / "hall") as world:
        live(world)
        return world.store.read_after(0, 100_000)


def digest(entries: list[Numbered], sizes: tuple[int, ...] = ()) -> str:
    """The digest of a fresh fold of these entries."""
    with tempfile.TemporaryDirectory() as folder, scratch(Path(folder)) as (projector, connection):
        return fold(projector, connection, entries, sizes)


def main() -> None:
    if "--digest" not in sys.argv:
        LOG.write_text("\n".join(lines(made())) + "\n", encoding="utf-8")
    DIGEST.write_text(digest(read()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
