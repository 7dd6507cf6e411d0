"""A line that lies: entries of a page altered on their way, as a hub that was broken into might send them."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec.structs import replace

from app.sync.frames import FromHub, Line, News, write_frame
from tests.sim.surroundings import Surroundings

_decoder: msgspec.msgpack.Decoder[FromHub] = msgspec.msgpack.Decoder(FromHub)


def forge(chance: random.Random, around: Surroundings) -> Callable[[bytes], bytes]:
    """Alters one line of the next page of news, once; everything else passes as it is."""
    done = False

    def change(data: bytes) -> bytes:
        nonlocal done
        frame = _decoder.decode(data)
        if done or not isinstance(frame, News) or not frame.lines:
            return data
        done = True
        place = chance.randrange(len(frame.lines))
        lines = list(frame.lines)
        lines[place] = _altered(lines[place], chance)
        around.log("forged", lines[place].gseq)
        return write_frame(replace(frame, lines=tuple(lines)))

    return change


def _altered(line: Line, chance: random.Random) -> Line:
    other: dict[str, Any] = {
        # Another word of the same length: what a forger of an entry would begin with.
        "raw": line.raw.replace(b'"kind_version":1', b'"kind_version":7', 1),
        "at": line.at - 1,
        "verdict": "" if line.verdict else "not_permitted",
        "hash": line.hash[:-1] + ("0" if line.hash[-1] != "0" else "1"),
        "hub_time": line.hub_time + 1,
    }
    field = chance.choice(sorted(other))
    return replace(line, **{field: other[field]})
