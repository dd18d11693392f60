"""Dates of birth, in part or in doubt, and how two of them compare.

A date is known to the year, the month or the day, or with `circa` before it: then a year to either side is possible.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache
from typing import Final

import msgspec

CIRCA_YEARS: Final = 2
"""How far `circa` reaches to either side, in years."""


class Born(msgspec.Struct, frozen=True, array_like=True):
    """A date of birth; `month` and `day` are 0 where they are not known, and `circa` says that it was guessed."""

    year: int
    month: int = 0
    day: int = 0
    circa: bool = False


class Agreement(IntEnum):
    """How two dates of birth compare, from worst to best."""

    DIFFERENT = 0
    NEAR = 1
    """The same year and another day, the same day of another year, or parts of dates a year apart."""
    POSSIBLE = 2
    """One is known in part, or guessed, and both may be the same day."""
    SLIP = 3
    """One digit differs, two neighbours are swapped, or day and month are."""
    SAME_DEFAULT = 4
    """The same day, the first of January: what clerks write when only the year is known."""
    SAME = 5
    """The same day."""


_WRITTEN: Final = re.compile(r"(?P<circa>circa |c\. ?|ca\.? |~)?(?P<y>\d{4})(?:-(?P<m>\d{2})(?:-(?P<d>\d{2}))?)?")
_COMPACT: Final = re.compile(r"(?P<circa>)(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})")


@lru_cache(maxsize=65_536)
def read(written: str) -> Born | None:
    """A partial ISO 8601 date, with or without `circa`, or None where it is none; an impossible day is kept as written.

    The 31st of February is evidence too: the same mistake twice says more than nothing.

    >>> read("1979-09"), read("circa 1979"), read("19790921"), read("1979-13-01"), read("unknown")
    (Born(year=1979, month=9, day=0, circa=False), Born(year=1979, month=0, day=0, circa=True), \
Born(year=1979, month=9, day=21, circa=False), Born(year=1979, month=13, day=1, circa=False), None)
    """
    text = written.strip().lower()
    found = _WRITTEN.fullmatch(text) or _COMPACT.fullmatch(text)
    if not found:
        return None
    year, month, day = int(found["y"]), int(found["m"] or 0), int(found["d"] or 0)
    return Born(year, month, day if month else 0, bool(found["circa"]))


def compare(left: Born, right: Born) -> Agreement:
    """How two dates compare.

    >>> def two(a, b): return compare(read(a), read(b)).name
    >>> two("1979-09-21", "1979-09-21"), two("1979-01-01", "1979-01-01"), two("1979", "1979-09-21")
    ('SAME', 'SAME_DEFAULT', 'POSSIBLE')
    >>> two("1979-09-04", "1979-04-09"), two("1979-09-21", "1979-09-12"), two("1979-09-21", "1978-09-21")
    ('SLIP', 'SLIP', 'SLIP')
    >>> two("1979-09-21", "1979-02-03"), two("1979-09-21", "circa 1980"), two("1979-09-21", "1951-02-03")
    ('NEAR', 'POSSIBLE', 'DIFFERENT')
    """
    if left.day and right.day and not (left.circa or right.circa):
        return _days(left, right)
    reach = CIRCA_YEARS if left.circa or right.circa else 0
    if abs(left.year - right.year) > reach:
        return Agreement.NEAR if abs(left.year - right.year) <= reach + 1 else Agreement.DIFFERENT
    if not reach and left.month and right.month and left.month != right.month:
        return Agreement.NEAR
    return Agreement.POSSIBLE


def best(left: tuple[Born, ...], right: tuple[Born, ...]) -> tuple[Agreement, Born, Born]:
    """The best agreement of any date of one with any of the other, and these two; neither may be empty."""
    found: tuple[Agreement, Born, Born] | None = None
    for one in left:
        for other in right:
            agreement = compare(one, other)
            if found is None or agreement > found[0]:
                found = (agreement, one, other)
    if found is None:
        raise ValueError("there is no date to compare")
    return found


def _days(left: Born, right: Born) -> Agreement:
    if left == right:
        return Agreement.SAME_DEFAULT if left.month == left.day == 1 else Agreement.SAME
    if left.year != right.year and (left.month, left.day) != (right.month, right.day):
        # One slip touches the year, or month and day: it does not reach across.
        return Agreement.DIFFERENT
    a, b = f"{left.year:04}{left.month:02}{left.day:02}", f"{right.year:04}{right.month:02}{right.day:02}"
    places = [place for place in range(8) if a[place] != b[place]]
    if len(places) == 1 or _swapped(a, b, places):
        return Agreement.SLIP
    if left.year == right.year and (left.month, left.day) == (right.day, right.month):
        return Agreement.SLIP
    same_day = (left.month, left.day) == (right.month, right.day)
    return Agreement.NEAR if left.year == right.year or same_day else Agreement.DIFFERENT


def _swapped(a: str, b: str, places: list[int]) -> bool:
    return (
        len(places) == 2
        and places[1] == places[0] + 1
        and a[places[0]] == b[places[1]]
        and a[places[1]] == b[places[0]]
    )
