"""What the local database of a hub process says of itself, to be told from others without a driver."""

from __future__ import annotations

ROLE = "pg-follower"
"""One that follows a server: no desk's, and none that numbers by itself."""
