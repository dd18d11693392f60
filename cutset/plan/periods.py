"""Periods: the months that a measure is taken over, as people write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from cutset.clock import microseconds
from cutset.errors import CutsetError
from cutset.model.report import Struct
from cutset.plan import fiscal_years

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_YEAR = re.compile(r"\d{4}")
_FIRST, _LAST = 1900, 2199


class BadPeriod(CutsetError):
    """What was written is no period."""


class Period(Struct, frozen=True):
    """Whole months, from `first` up to but not including `after`, counted from January of the year 0.

    `label` is how the period is written.
    """

    label: str
    first: int
    after: int

    @property
    def months(self) -> int:
        """How many months it has."""
        return self.after - self.first

    @property
    def start(self) -> datetime:
        """Its first instant, in UTC."""
        return _instant(self.first)

    @property
    def end(self) -> datetime:
        """The first instant after it, in UTC."""
        return _instant(self.after)

    @property
    def span_us(self) -> tuple[int, int]:
        """Start and end in microseconds, as the tables keep times."""
        return microseconds(self.start), microseconds(self.end)

    @property
    def fiscal_year(self) -> int | None:
        """The U.S. fiscal year that the period is or lies in; None where it lies in several."""
        first, last = ((self.first + 3) // 12, (self.after - 1 + 3) // 12)
        return first if first == last else None

    def holds(self, year: int, month: int | None) -> bool:
        """Whether a month lies in it; where only a year is known (`month` is None), whether the whole year does.

        >>> read("FY2021").holds(2020, 10), read("FY2021").holds(2021, None), read("2021").holds(2021, None)
        (True, False, True)
        """
        if month is None:
            return self.first <= year * 12 and year * 12 + 12 <= self.after
        return self.first <= year * 12 + month - 1 < self.after

    def before(self) -> Period:
        """The period of the same length just before this one.

        >>> read("FY2021").before().label, read("2021-01..2021-03").before().label
        ('FY2020', '2020-10..2020-12')
        """
        first = self.first - self.months
        return Period(label=_label(first, self.first), first=first, after=self.first)


def read(label: str) -> Period:
    """The period that `label` names: a fiscal year, a month, a calendar year, or a range of these.

    Raises `BadPeriod`, and `fiscal_years.BadFiscalYear` for a label that begins as a fiscal year and is none.

    >>> read("FY 2021").label, read("2021-08").months, read("FY2020..2021-03").months
    ('FY2021', 1, 18)
    """
    written = " ".join(label.split())
    begin, dots, end = (part.strip() for part in written.partition(".."))
    if not dots:
        first, after = _one(begin, label)
    else:
        first, after = _one(begin, label)[0], _one(end, label)[1]
        if first >= after:
            raise BadPeriod("the range ends before it begins", where=repr(label), remedy="write the earlier end first")
    return Period(label=_label(first, after), first=first, after=after)


def fiscal_year(year: int) -> Period:
    """The U.S. fiscal year named after the calendar year in which it ends.

    >>> str(fiscal_year(2021).start.date())
    '2020-10-01'
    """
    return Period(label=f"FY{year}", first=(year - 1) * 12 + 9, after=year * 12 + 9)


def month(year: int, number: int) -> Period:
    """One calendar month; `number` is 1 to 12."""
    first = year * 12 + number - 1
    return Period(label=_label(first, first + 1), first=first, after=first + 1)


def _one(written: str, label: str) -> tuple[int, int]:
    found = _MONTH.fullmatch(written)
    if found and _FIRST <= int(found[1]) <= _LAST and 1 <= int(found[2]) <= 12:
        first = int(found[1]) * 12 + int(found[2]) - 1
        return first, first + 1
    if _YEAR.fullmatch(written) and _FIRST <= int(written) <= _LAST:
        return int(written) * 12, int(written) * 12 + 12
    if written.casefold().startswith(("fy", "fiscal")):
        period = fiscal_year(fiscal_years.read(written))
        return period.first, period.after
    raise BadPeriod(
        "this is no period",
        where=repr(label),
        remedy="write a fiscal year (FY2021), a month (2021-08), a calendar year (2021), or a range (2021-01..2021-06)",
    )


def _instant(number: int) -> datetime:
    return datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)


def _label(first: int, after: int) -> str:
    if after - first == 12 and first % 12 == 0:
        return str(first // 12)
    if after - first == 12 and first % 12 == 9:
        return f"FY{after // 12}"
    ends = [f"{number // 12:04}-{number % 12 + 1:02}" for number in (first, after - 1)]
    return ends[0] if after - first == 1 else "..".join(ends)
