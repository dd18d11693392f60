"""The one clock. It is injected, so that an exercise or a test can set the time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


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


def microseconds(at: datetime) -> int:
    """An aware time as whole microseconds since 1970-01-01T00:00Z, which is how tables keep times.

    >>> microseconds(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    return (at - _EPOCH) // _MICROSECOND


def instant(at_us: int) -> datetime:
    """The aware time, in UTC, of `at_us` microseconds since 1970-01-01T00:00Z.

    >>> instant(1_000_000).isoformat()
    '1970-01-01T00:00:01+00:00'
    """
    return _EPOCH + at_us * _MICROSECOND
