"""Terminals that move: gateways post the positions of each once a second, in batches, by HTTPS."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from typing import Any

import aiohttp
import msgspec

from app.hub.requests.routes import API
from app.hub.resources.telemetry import TelemetryTaken
from tests.bench.hub_program import machine_tls

GATEWAYS = 10
"""Batches a second, spread over it: vehicles, hand-held terminals and cameras come by ways of their own."""

OK = 200
LON, LAT = 104.0, 30.6
STEP = 0.0002
"""Degrees a terminal moves in a second, some 20 m."""


class Sent(msgspec.Struct, frozen=True):
    """How many positions the hub took, and the monotonic ms of each post from its turn to its answer."""

    taken: int
    answered_ms: list[float]


async def post(url: str, token: str, terminals: int, seconds: int) -> Sent:
    """Send; RuntimeError when the hub refuses."""
    rng = random.Random(1)
    places = [[LON + rng.random() / 5, LAT + rng.random() / 5] for _ in range(terminals)]
    headers = {"Authorization": f"Bearer {token}"}
    wires = aiohttp.TCPConnector(ssl=machine_tls())
    async with aiohttp.ClientSession(connector=wires, headers=headers) as session:
        begun, sending = time.monotonic(), []
        for number in range(GATEWAYS * seconds):
            turn = begun + number / GATEWAYS
            await asyncio.sleep(max(0.0, turn - time.monotonic()))
            batch = _batch(places, number % GATEWAYS, rng)
            sending.append(asyncio.create_task(_one(session, url, batch, turn)))
        answers = await asyncio.gather(*sending)
    return Sent(sum(taken for taken, _ in answers), [ms for _, ms in answers])


def _batch(places: list[list[float]], gateway: int, rng: random.Random) -> bytes:
    at, positions = int(time.time() * 1_000), []
    for number in range(gateway, len(places), GATEWAYS):
        place = places[number]
        place[0] += rng.uniform(-STEP, STEP)
        place[1] += rng.uniform(-STEP, STEP)
        position: dict[str, Any] = {"id": f"T{number:05d}", "lon": place[0], "lat": place[1], "at": at}
        positions.append(position | {"speed_kmh": round(rng.uniform(0, 60), 1), "heading_deg": number % 360})
    return msgspec.json.encode({"positions": positions})


async def _one(session: aiohttp.ClientSession, url: str, batch: bytes, turn: float) -> tuple[int, float]:
    json = {"Content-Type": "application/json"}
    async with session.post(f"{url}{API}/telemetry", data=batch, headers=json) as response:
        body = await response.read()
        if response.status != OK:
            raise RuntimeError(f"{response.status} {body[:300]!r}")
    return msgspec.json.decode(body, type=TelemetryTaken).taken, (time.monotonic() - turn) * 1_000


def main() -> int:
    url, token, terminals, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    sent = asyncio.run(post(url, token, terminals, seconds))
    print("sent", msgspec.json.encode(sent).decode(), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
