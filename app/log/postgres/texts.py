"""Subjects as PostgreSQL can index them: what a desk made too long, or odd, must not stop the log."""

from __future__ import annotations

import hashlib

BYTES_MAX = 500
"""Ours have under 100 bytes; PostgreSQL refuses an index row of more than 2,700."""


def indexed(text: str) -> str:
    """`text` itself, or a hash of it where PostgreSQL cannot hold it. They are looked for, never shown."""
    if len(text) <= BYTES_MAX // 4 and "\0" not in text:
        return text
    data = text.encode("utf-8", "surrogatepass")
    if len(data) <= BYTES_MAX and b"\0" not in data:
        return text
    return "\x01sha256:" + hashlib.sha256(data).hexdigest()
