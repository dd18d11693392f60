"""The one clock. It is injected, so that an exercise or a test can set the time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def now() -> datetime:
    """The present time, aware and in UTC."""
    return datetime.now(UTC)


def fixed(at: datetime) -> Clock:
    """A clock that always tells `at`, which must be aware.

    >>> fixed(datetime(2021, 8, 1, tzinfo=UTC))().isoformat()
    '2021-08-01T00:00:00+00:00'
    """
    if at.tzinfo is None:
        raise ValueError("a clock tells aware times; give the datetime a time zone")
    return lambda: at
