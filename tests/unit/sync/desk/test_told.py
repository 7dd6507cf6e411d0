"""Who hears of a status, and of which."""

from __future__ import annotations

import msgspec

from app.sync.desk.told import Told
from app.sync.status import LinkStatus

LIVE = LinkStatus("live", gseq=3)


def test_a_listener_hears_what_changed_and_not_every_round_trip() -> None:
    told = Told(LIVE)
    heard: list[LinkStatus] = []
    leave = told.subscribe(heard.append)
    later = msgspec.structs.replace(LIVE, heard_at=99, rtt_ms=7, clock_off_ms=4)
    told.say(later)
    assert heard == []
    assert told.status == later
    more = msgspec.structs.replace(LIVE, pending=1)
    told.say(more)
    assert heard == [more]
    leave()
    told.say(LIVE)
    assert heard == [more]


def test_a_listener_that_fails_keeps_nobody_from_hearing() -> None:
    told = Told(LIVE)
    heard: list[LinkStatus] = []

    def broken(_status: LinkStatus) -> None:
        raise RuntimeError

    told.subscribe(broken)
    told.subscribe(heard.append)
    told.say(LinkStatus("cut_off"))
    assert heard == [LinkStatus("cut_off")]
