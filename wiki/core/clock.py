"""The time, in one place, so that tests can move it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")
_shift = timedelta(0)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC) + _shift


def today() -> date:
    """The day that the people of the city have."""
    return now().astimezone(TOKYO).date()


def shift(by: timedelta) -> None:
    """Move the clock of this process: for tests, and for the sample, which tells a story of weeks."""
    global _shift
    _shift = by
