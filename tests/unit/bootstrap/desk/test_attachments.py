"""What a desk attaches comes to its hub by itself once its entry has a number, and to the desk beside it."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from pathlib import Path

from app.base.clock import SystemClock
from app.bootstrap.desk.attachments import carrier_of
from app.bootstrap.loop_thread import LoopThread
from app.commands.attaching import attach, keep_file
from app.commands.command import Content, Done
from app.log.attachments.port import PIECE_BYTES, Standing
from app.sync.attachments.carrier import AttachmentCarrier
from tests.helpers.contents import named, picture, read
from tests.helpers.halls import actor
from tests.helpers.served_line import until
from tests.unit.hub.resources.test_desk_line import Seat, enrol, way
from tests.unit.hub.serving import Served, served

BODY = picture(PIECE_BYTES + 9)
SHA = named(BODY)


def sit(folder: Path, letters: str, hub: Served, held: ExitStack) -> tuple[Seat, AttachmentCarrier]:
    seat = Seat(folder, held, letters)
    enrol(hub, seat, letters)
    link = seat.call(way(hub))
    thread = LoopThread("attachments", lambda _error: None)
    held.callback(thread.close)
    carrier = carrier_of(seat.replica, link, hub.url, None, thread)
    held.callback(lambda: carrier.stop().result(10))
    carrier.start()
    return seat, carrier


async def test_from_a_file_on_one_desk_to_the_other(tmp_path: Path) -> None:
    (tmp_path / "现场.jpg").write_bytes(BODY)
    with ExitStack() as held:
        async with served(tmp_path / "hub", SystemClock()) as hub:
            one, _ = sit(tmp_path / "one", "B1", hub, held)
            two, carrier = sit(tmp_path / "two", "C1", hub, held)
            await until(lambda: one.settled(hub) and two.settled(hub))
            case = one.hall.register()
            content = keep_file(one.replica.attachments, tmp_path / "现场.jpg")
            assert isinstance(content, Content)
            done = attach(one.hall.commander.desk, case.id, content, actor("dispatcher"))
            assert isinstance(done, Done)
            assert done.entries[0].pending
            await until(lambda: two.settled(hub) and not one.replica.attachments.outgoing())
            assert read(hub.hall.store.attachments, SHA) == BODY
            (seen,) = two.hall.case(case.id).attachments
            assert (seen.sha256, seen.name) == (SHA, "现场.jpg")
            assert isinstance(await asyncio.wrap_future(carrier.fetch(SHA)), Standing)
            assert read(two.replica.attachments, SHA) == BODY
            for seat in (one, two):
                assert seat.link is not None
                await asyncio.wrap_future(seat.link.stop())
            # The carriers' threads end outside the loop that serves them.
            await asyncio.to_thread(held.close)
