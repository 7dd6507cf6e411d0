"""Is the PC's clock one that calendars can count by? Asked before a hall is opened or founded."""

from __future__ import annotations

from app.base.clock import Clock
from app.domain.local_days import local_days

TIMEZONE = "Asia/Shanghai"
"""The hall's wall clock; a day more or less at the ends of the calendars' years changes nothing here."""


def check_clock(clock: Clock) -> None:
    """WorldError `time_out_of_calendar` when the clock lies outside the years of the calendars."""
    local_days(TIMEZONE).day(clock.now())
