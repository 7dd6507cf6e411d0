"""Times as other systems write them, on the clock of their own place, made into instants."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.base.clock import Instant

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


class TimeReader:
    """Reads local times by `formats` (those of strptime; the first that fits) in the IANA zone `zone`."""

    def __init__(self, formats: Sequence[str], zone: str) -> None:
        self._formats = tuple(formats)
        self._zone = ZoneInfo(zone)

    def read(self, text: str, not_before: Instant | None = None) -> Instant | None:
        """The instant in ms UTC, or None when no format fits.

        An hour that the clock shows twice is its first pass, unless only the second is not before
        `not_before`. An hour that the clock leaps over is counted from before the leap, as RFC 5545 does:
        systems that add a day to a time of day do write such times.
        """
        for form in self._formats:
            try:
                read = datetime.strptime(text, form)  # noqa: DTZ007 - the zone follows where there is none
            except ValueError:
                continue
            if read.tzinfo is not None:
                return (read - _EPOCH) // _MS
            at = self._instant(read)
            if not_before is not None and at < not_before:
                again = self._instant(read.replace(fold=1))
                return again if again >= not_before else at
            return at
        return None

    def _instant(self, local: datetime) -> Instant:
        return (local.replace(tzinfo=self._zone) - _EPOCH) // _MS
