"""Identifiers: UUIDv7 made here, since Python brings it only from 3.14."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

from app.base.clock import Instant

_RANDOM_BITS = 74


class IdMaker:
    """Makes UUIDv7 texts that sort by time and, within one maker, never run backwards."""

    def __init__(self, random_bytes: Callable[[int], bytes] = os.urandom) -> None:
        self._random_bytes = random_bytes
        self._lock = threading.Lock()
        self._last_ms = -1
        self._last_random = 0

    def __call__(self, now: Instant) -> str:
        """One id for `now` (ms, UTC): 36 characters, lower case, RFC 9562 version 7."""
        with self._lock:
            if now > self._last_ms:
                self._last_ms = now
                self._last_random = int.from_bytes(self._random_bytes(10), "big") >> 6
            else:
                # Same millisecond or a clock set back: count on, so that they sort in the order of making.
                self._last_random += 1
                if self._last_random >> _RANDOM_BITS:
                    self._last_ms += 1
                    self._last_random = 0
            ms, random = self._last_ms, self._last_random
        value = (ms & ((1 << 48) - 1)) << 80
        value |= 0x7 << 76 | (random >> 62) << 64
        value |= 0b10 << 62 | (random & ((1 << 62) - 1))
        text = f"{value:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
