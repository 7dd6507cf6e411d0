"""A machine client at its own pace: reports by HTTPS, each sent at its turn, whatever was answered yet."""

from __future__ import annotations

import asyncio
import sys
import time

import aiohttp
import msgspec

from app.hub.requests.routes import API
from app.hub.resources.reports import ReportTaken
from tests.bench.filling import CATEGORIES, WHAT, WHERE
from tests.bench.hub_program import machine_tls

CREATED = 201

CONNECTIONS = 20
"""Held open; a gateway that passes reports on does not call anew for each."""


class Posted(msgspec.Struct, frozen=True):
    """One report: the case and the number it became, the monotonic times of its turn and of its answer."""

    incident: str
    gseq: int
    sent: float
    answered: float


async def post(url: str, token: str, per_s: int, seconds: int) -> list[Posted]:
    """Send them; RuntimeError when one is refused."""
    headers = {"Authorization": f"Bearer {token}"}
    wires = aiohttp.TCPConnector(ssl=machine_tls(), limit=CONNECTIONS)
    async with aiohttp.ClientSession(connector=wires, headers=headers) as session:
        begun, sending = time.monotonic(), []
        for number in range(per_s * seconds):
            turn = begun + number / per_s
            await asyncio.sleep(max(0.0, turn - time.monotonic()))
            sending.append(asyncio.create_task(_one(session, url, number, turn)))
        return await asyncio.gather(*sending)


async def _one(session: aiohttp.ClientSession, url: str, number: int, turn: float) -> Posted:
    kind = number % len(WHAT)
    report = {
        "channel": "grid",
        "text": f"{WHERE[number % len(WHERE)]}{number}号{WHAT[kind]}，第{number}件",
        "category": CATEGORIES[kind],
        "place": {"area": "990101001001", "address": f"{WHERE[number % len(WHERE)]}{number}号"},
        "reporter": {"name": "王小明", "phone": "13800001234"},
    }
    async with session.post(f"{url}{API}/reports", json=report) as response:
        body = await response.read()
        if response.status != CREATED:
            raise RuntimeError(f"{response.status} {body[:300]!r}")
    answered = time.monotonic()
    taken = msgspec.json.decode(body, type=ReportTaken)
    return Posted(taken.incident, taken.gseq, turn, answered)


def main() -> int:
    url, token, per_s, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    posted = asyncio.run(post(url, token, per_s, seconds))
    print("posted", msgspec.json.encode(posted).decode(), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
