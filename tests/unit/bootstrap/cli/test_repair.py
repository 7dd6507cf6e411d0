"""A damaged desk is mended from its hub, with what only it had; a hub is told to be restored."""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import Any

import pytest

from app.base.errors import WorldError
from app.bootstrap.cli.repair import run_repair
from app.bootstrap.desk import first_log
from app.commands.command import Done, NewReport
from app.domain.actor import Actor
from app.log.files.database import PAGE_BYTES
from app.log.proving.verify import verify
from app.log.replica import Replica
from app.projections.projector import HallProjector
from tests.unit.bootstrap.desk.test_first_log import Hub, desk_of, hub, together, until

__all__ = ["hub"]

# A TLS line that is cut ends a moment after its loop did: nothing of the program waits for it.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


def report(desk: Any, what: str) -> str:
    hall = desk.hall.projector.hall
    operator = next(o for o in hall.operators.values() if "intake" in o.roles)
    by = Actor(operator.operator, "intake", operator.unit, "B1", "s1")
    given = NewReport(
        channel="phone", what=what, area=hall.areas.all()[-1].code, reporter_phone="13800001234"
    )
    made = desk.hall.commander.register(given, by)
    assert isinstance(made, Done), made
    return made.incident


def store_of(desk: Any) -> Replica:
    assert isinstance(desk.hall.store, Replica)
    return desk.hall.store


def desk_with_work(hub: Hub, data: Path, waiting: int = 3) -> list[str]:
    """A desk whose last entries never reached the hub; their cases."""
    with desk_of(hub, data, hub.code()) as desk:
        until(lambda: together(desk, hub))
        report(desk, "numbered")
        until(lambda: store_of(desk).pending_count() == 0)
        desk.link.stop().result()
        cases = [report(desk, f"waits {n}") for n in range(waiting)]
        assert store_of(desk).pending_count() >= waiting
    return cases


def repair(data: Path) -> int:
    return run_repair(argparse.Namespace(data=data, lang="en"))


def flip(file: Path, place: int) -> None:
    data = bytearray(file.read_bytes())
    data[place] ^= 0x10
    file.write_bytes(data)


def test_a_whole_desk_is_left_alone(hub: Hub, tmp_path: Path, capsys: Any) -> None:
    desk_with_work(hub, tmp_path / "desk")
    before = (tmp_path / "desk" / "muster.db").read_bytes()
    assert repair(tmp_path / "desk") == 0
    assert "nothing to repair" in capsys.readouterr().out
    assert (tmp_path / "desk" / "muster.db").read_bytes() == before


def test_bits_that_flipped_cost_nothing_that_can_be_read(hub: Hub, tmp_path: Path, capsys: Any) -> None:
    data = tmp_path / "desk"
    cases = desk_with_work(hub, data)
    # Pages of the read models and of the log; the first holds the schema, what waits lies elsewhere.
    pages = (data / "muster.db").stat().st_size // PAGE_BYTES
    chance = random.Random(3)
    whole = (data / "muster.db").read_bytes()
    seen = set()
    for _ in range(4):
        (data / "muster.db").write_bytes(whole)
        page = chance.randrange(pages // 4, pages)
        flip(data / "muster.db", page * PAGE_BYTES + chance.randrange(PAGE_BYTES))
        assert not verify(data, HallProjector).whole
        assert repair(data) == 0
        said = capsys.readouterr().out
        seen.add("lost" if "could not be read" in said else "kept")
        assert verify(data, HallProjector).problems == ()
        if "could not be read" in said:
            continue
        assert verify(data, HallProjector).pending >= 3
        (aside,) = data.glob("damaged-*")
        assert (aside / "muster.db").read_bytes() != whole
        for path in aside.iterdir():
            path.unlink()
        aside.rmdir()
    assert "kept" in seen
    with desk_of(hub, data) as desk:
        until(lambda: together(desk, hub) and store_of(desk).pending_count() == 0)
        for case in cases:
            found = hub.hall.commander.incident(case)
            assert found is not None
            phone = found.reporter.phone
            assert phone is not None
            # Personal data of what waited came along.
            assert hub.hall.store.vault.read(phone.ref) == "13800001234"


def test_a_database_of_which_nothing_can_be_read_comes_anew_under_its_name(
    hub: Hub, tmp_path: Path, capsys: Any
) -> None:
    data = tmp_path / "desk"
    desk_with_work(hub, data)
    (data / "muster.db").write_bytes(bytes(random.Random(1).randbytes(8 * PAGE_BYTES)))
    for suffix in ("-wal", "-shm"):
        (data / f"muster.db{suffix}").unlink(missing_ok=True)
    assert repair(data) == 0
    said = capsys.readouterr().out
    assert "could not be read" in said
    assert "0 entries that waited" in said
    with desk_of(hub, data) as desk:
        until(lambda: together(desk, hub))
        # And the origin goes on behind what the hub has of it.
        report(desk, "goes on")
        until(lambda: together(desk, hub) and store_of(desk).pending_count() == 0)


def test_without_the_hub_nothing_is_changed(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "desk"
    desk_with_work(hub, data)
    flip(data / "muster.db", 20 * PAGE_BYTES + 100)
    before = (data / "muster.db").read_bytes()

    def away(*_given: Any, **_more: Any) -> Any:
        raise WorldError("hub_away", url=hub.url, detail="cut")

    monkeypatch.setattr(first_log, "fetch_snapshot", away)
    with pytest.raises(WorldError, match="hub_away"):
        repair(data)
    assert (data / "muster.db").read_bytes() == before
    assert list(data.glob("damaged-*")) == []


def test_a_damaged_hub_is_told_to_be_restored(hub: Hub, tmp_path: Path, capsys: Any) -> None:
    folder = tmp_path / "copy"
    folder.mkdir()
    for name in ("muster.db", "muster.db-wal", "muster.json", "muster.key"):
        source = tmp_path / "hub" / name
        if source.exists():
            (folder / name).write_bytes(source.read_bytes())
    flip(folder / "muster.db", 700)
    assert repair(folder) == 1
    assert "muster restore" in capsys.readouterr().out
