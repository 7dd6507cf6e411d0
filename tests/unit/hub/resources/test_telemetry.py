"""Fast values: the latest of each source, never in the log."""

from __future__ import annotations

from typing import Any

from tests.unit.hub.serving import Served

PATH = "/api/v1/telemetry"


def at(lon: float, when: int | None = None, **more: Any) -> dict[str, Any]:
    return {"id": "car-1", "lon": lon, "lat": 30.0, "at": when, **more}


async def test_the_latest_value_wins(hub: Served) -> None:
    now = hub.hall.clock.now()
    before = hub.hall.store.head().gseq
    body = {"positions": [at(104.0, now - 2_000), at(104.2, now - 500), at(104.1, now - 1_000)]}
    assert await hub.ask("POST", PATH, body=body) == (200, {"taken": 2, "older": 1})
    values = hub.front.latest.since(0)
    assert [(p.lon, p.at) for p in values.positions] == [(104.2, now - 500)]
    assert hub.hall.store.head().gseq == before


async def test_a_clock_that_runs_ahead_silences_nobody(hub: Served) -> None:
    now = hub.hall.clock.now()
    ahead = now + 86_400_000
    assert (await hub.ask("POST", PATH, body={"positions": [at(104.0, ahead)]}))[1]["taken"] == 1
    hub.hall.time.advance(1_000)
    body = {"positions": [at(104.5, hub.hall.clock.now())]}
    assert (await hub.ask("POST", PATH, body=body))[1] == {"taken": 1, "older": 0}


async def test_positions_of_other_systems_are_brought_back(hub: Served) -> None:
    await hub.ask("POST", PATH, body={"positions": [at(104.066, crs="gcj02")]})
    (found,) = hub.front.latest.since(0).positions
    assert 0.002 < 104.066 - found.lon < 0.003


async def test_each_quantity_of_a_sensor_for_itself(hub: Served) -> None:
    readings = [
        {"id": "s1", "quantity": "level", "value": 1.5, "unit": "m"},
        {"id": "s1", "quantity": "flow", "value": 3},
        {"id": "s1", "quantity": "level", "value": 1.6, "unit": "m"},
    ]
    assert (await hub.ask("POST", PATH, body={"readings": readings}))[1] == {"taken": 3, "older": 0}
    kept = {(r.quantity, r.value) for r in hub.front.latest.since(0).readings}
    assert kept == {("flow", 3.0), ("level", 1.6)}


WHAT_IS_NO_POSITION_IS_REFUSED_WHOLE: list[Any] = [
    at(181),
    at(104, "yesterday"),  # type: ignore[arg-type]
    at(104, speed_kmh=-1),
    at(104, id="a b"),
    at(104, id=""),
    at(104, colour="red"),
]


async def test_what_is_no_position_is_refused_whole(hub: Served) -> None:
    for position in WHAT_IS_NO_POSITION_IS_REFUSED_WHOLE:
        status, _ = await hub.ask("POST", PATH, body={"positions": [at(104.0), position]})
        assert status == 422, position
        assert len(hub.front.latest) == 0


async def test_administrators_send_no_positions(hub: Served) -> None:
    assert (await hub.ask("POST", PATH, "admin", {}))[0] == 403
