"""Fiscal years as people write them."""

from __future__ import annotations

import re
from datetime import date

from cutset.errors import CutsetError

_LABEL = re.compile(r"(?:FY|fiscal year)?[ \t]*'?(\d{4}|\d{2})", re.IGNORECASE)
_FIRST, _LAST = 1900, 2199


class BadFiscalYear(CutsetError):
    """A label that names no fiscal year."""


def read(label: str | int) -> int:
    """The fiscal year that `label` names. Raises `BadFiscalYear`.

    Two digits are of this century: no budget of this register is older. A span of calendar years is refused, since
    which of the two names the year differs from one State to another.

    >>> read("FY 2021"), read("FY21"), read(2021)
    (2021, 2021, 2021)
    """
    found = _LABEL.fullmatch(str(label).strip())
    year = 0
    if found:
        year = int(found[1]) + (2000 if len(found[1]) == 2 else 0)
    if not _FIRST <= year <= _LAST:
        raise BadFiscalYear("this is no fiscal year", where=repr(label), remedy="write it as FY 2021")
    return year


def of(day: date) -> int:
    """The U.S. fiscal year of a day, named after the year in which it ends (31 U.S.C. 1102).

    >>> of(date(2021, 9, 30)), of(date(2021, 10, 1))
    (2021, 2022)
    """
    return day.year + (day.month >= 10)


def span(fiscal_year: int) -> tuple[date, date]:
    """The first day of the U.S. fiscal year, and the first day after it.

    >>> [str(day) for day in span(2021)]
    ['2020-10-01', '2021-10-01']
    """
    return date(fiscal_year - 1, 10, 1), date(fiscal_year, 10, 1)
