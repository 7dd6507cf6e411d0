"""Types and options that scripts share, kept apart from the schema of the day so that scripts stay."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Integer

STRICT: dict[str, Any] = {"sqlite_strict": True}
KEYED: dict[str, Any] = {"sqlite_strict": True, "sqlite_with_rowid": False}

LONG = BigInteger().with_variant(Integer, "sqlite")
"""Numbers and instants: 64 bits in either database."""
