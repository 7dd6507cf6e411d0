"""Temporary folders of these tests lie in memory."""

from __future__ import annotations

from tests.helpers.memory_disk import use_memory_disk

use_memory_disk()
