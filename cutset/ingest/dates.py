"""Dates as sources write them: by the order of day, month and year, with the precision that was written.

An ISO 8601 date is read whatever the order, for it cannot be taken for another. A year of two digits is refused: no
silent guess of the century.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from cutset.errors import CutsetError
from cutset.model.report import Precision, When
from cutset.model.text import fold

EARLIEST_YEAR = 1900
AHEAD = timedelta(hours=14)
"""How far local time may be ahead of UTC (UTC+14, Line Islands): a day begins there before it does in UTC."""


class Order(StrEnum):
    """The order in which a source writes a date's parts."""

    YMD = "ymd"
    DMY = "dmy"
    MDY = "mdy"


class BadDate(CutsetError):
    """What was written is not a date, or not one that can be: no such day, before 1900, in the future."""


_ISO = re.compile(r"(?P<y>\d{4})(?:([-/.])(?P<m>\d{1,2})(?:\2(?P<d>\d{1,2}))?)?|(?P<y2>\d{4})(?P<m2>\d\d)(?P<d2>\d\d)")
_NUMBERS = re.compile(r"(?:(?:(\d{1,2})([-/. ]))?(\d{1,2})[-/. ])?(\d{4})")
_NAMED = re.compile(r"(?:(?P<d>\d{1,2})(?:st|nd|rd|th|º)?\s*)?(?P<m>[^\W\d_]+)\s*(?:(?P<d2>\d{1,2})\s+)?(?P<y>\d{4})")
_TIME = re.compile(
    r"(?P<date>.*?\d{4}|\d{4}.*?)(?:[ T]+(?P<h>\d{1,2}):(?P<min>\d\d)(?::(?P<s>\d\d)(?:[.,](?P<f>\d{1,9}))?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d)?)?"
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan enero ene janeiro janvier janv",
            "february feb febrero fevereiro fev fevrier fevr",
            "march mar marzo marco mars",
            "april apr abril abr avril avr",
            "may mayo maio mai",
            "june jun junio junho juin",
            "july jul julio julho juillet juil",
            "august aug agosto ago aout",
            "september sep sept septiembre setembro set septembre",
            "october oct octubre outubro out octobre",
            "november nov noviembre novembro novembre",
            "december dec diciembre dic dezembro dez decembre",
        ),
        1,
    )
    for name in names.split()
}


def month(name: str) -> int:
    """The number of a month by its name or abbreviation in English, Spanish, Portuguese or French; 0 for none.

    >>> month("OCT"), month("março"), month("Brumaire")
    (10, 3, 0)
    """
    return _MONTHS.get(fold(name), 0)


@lru_cache(maxsize=1 << 16)
def read(written: str, order: Order = Order.YMD, zone: str = "UTC") -> When:
    """The date, or date and time, that was written, with its precision: second, day, month or year.

    A time without an offset is taken in `zone`, an IANA time zone. A day, month or year has none: `at` is its first
    instant in UTC, as written. Raises `BadDate`.

    >>> read("06/17/2014", Order.MDY).at.isoformat(), read("2014-06").precision.value
    ('2014-06-17T00:00:00+00:00', 'month')
    >>> read("17.6.2014 23:05", Order.DMY, "America/Bogota").at.isoformat()
    '2014-06-18T04:05:00+00:00'
    """
    parts = _TIME.fullmatch(written.strip()) if len(written) < 100 else None
    if parts is None:
        raise _bad(written, order)
    year, month_number, day = _date(parts["date"].strip(" ,"), written, order)
    if year < EARLIEST_YEAR:
        raise BadDate(f"lies before {EARLIEST_YEAR}", where=written)
    try:
        at = datetime(year, month_number or 1, day or 1, tzinfo=UTC)
        if parts["h"] is None:
            precision = Precision.DAY if day else Precision.MONTH if month_number else Precision.YEAR
            return When(at=at, precision=precision)
        if not day:
            raise _bad(written, order)
        return When(at=_at(at, parts, zone))
    except (ValueError, OverflowError) as error:
        raise BadDate("is no day or time of any calendar", where=written) from error


def past(when: When, now: datetime) -> When:
    """`when`, unless it has not come yet. Raises `BadDate` if it lies in the future as seen at `now`.

    >>> past(read("2031"), datetime(2030, 12, 31, 8, tzinfo=UTC))
    Traceback (most recent call last):
        ...
    cutset.ingest.dates.BadDate: lies in the future (2031-01-01)
    """
    if when.at > now + AHEAD:
        raise BadDate("lies in the future", where=when.at.date().isoformat())
    return when


def _date(date: str, written: str, order: Order) -> tuple[int, int | None, int | None]:
    if iso := _ISO.fullmatch(date):
        year, month_number, day = iso["y"] or iso["y2"], iso["m"] or iso["m2"], iso["d"] or iso["d2"]
        return int(year), int(month_number) if month_number else None, int(day) if day else None
    date = date.replace(",", " ")
    if (numbers := _NUMBERS.fullmatch(date)) and order is not Order.YMD:
        first, second = numbers[1], numbers[3]
        if first and order is Order.MDY:
            first, second = second, first
        return int(numbers[4]), int(second), int(first) if first else None
    named = _NAMED.fullmatch(re.sub(r"[-./]|\bde\b", " ", date))
    if named and (number := month(named["m"])) and not (named["d"] and named["d2"]):
        day = named["d"] or named["d2"]
        return int(named["y"]), number, int(day) if day else None
    raise _bad(written, order)


def _at(day: datetime, parts: re.Match[str], zone: str) -> datetime:
    hour, half = int(parts["h"]), parts["half"]
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + (12 if half[0] in "Pp" else 0)
    micro = int((parts["f"] or "0").ljust(6, "0")[:6])
    local = day.replace(hour=hour, minute=int(parts["min"]), second=int(parts["s"] or 0), microsecond=micro)
    offset = parts["zone"]
    if offset and offset[0] in "+-":
        minutes = int(offset[1:3]) * 60 + int(offset[-2:])
        return local - timedelta(minutes=minutes if offset[0] == "+" else -minutes)
    if offset or zone == "UTC":
        return local
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _bad(written: str, order: Order) -> BadDate:
    return BadDate(f"is not a date in the order {order} with a year of four digits", where=written[:100])
