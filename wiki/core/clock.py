"""The time, in one place, so that tests can move it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_shift = timedelta(0)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC) + _shift


def shift(by: timedelta) -> None:
    """Move the clock of this process: for tests, and for the sample, which tells a story of weeks."""
    global _shift
    _shift = by
