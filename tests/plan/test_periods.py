from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cutset.errors import CutsetError
from cutset.plan.fiscal_years import BadFiscalYear
from cutset.plan.periods import BadPeriod, read


@pytest.mark.parametrize(
    ("written", "label", "start", "end"),
    [
        ("FY2021", "FY2021", (2020, 10), (2021, 10)),
        ("fy 21", "FY2021", (2020, 10), (2021, 10)),
        ("fiscal year 2021", "FY2021", (2020, 10), (2021, 10)),
        ("2021", "2021", (2021, 1), (2022, 1)),
        ("2021-08", "2021-08", (2021, 8), (2021, 9)),
        ("2021-12..2022-01", "2021-12..2022-01", (2021, 12), (2022, 2)),
        ("2020-10 .. 2021-09", "FY2021", (2020, 10), (2021, 10)),
        ("FY2020..FY2021", "2019-10..2021-09", (2019, 10), (2021, 10)),
    ],
)
def test_what_is_a_period(written: str, label: str, start: tuple[int, int], end: tuple[int, int]) -> None:
    found = read(written)
    assert found.label == label
    assert (found.start, found.end) == (datetime(*start, 1, tzinfo=UTC), datetime(*end, 1, tzinfo=UTC))
    assert read(found.label) == found


@pytest.mark.parametrize("written", ["FY20x1", "FY2020/21", "FY", "fiscal", "FY 0021"])
def test_a_label_that_is_no_fiscal_year(written: str) -> None:
    with pytest.raises(BadFiscalYear, match="FY 2021"):
        read(written)


@pytest.mark.parametrize("written", ["", "last year", "2021-13", "2021-00", "21", "2022..2021", "2021..", "1066"])
def test_what_is_no_period_is_told_with_what_to_do(written: str) -> None:
    with pytest.raises(BadPeriod) as caught:
        read(written)
    assert isinstance(caught.value, CutsetError)
    assert caught.value.remedy


def test_the_fiscal_year_that_a_period_lies_in() -> None:
    assert [read(each).fiscal_year for each in ("FY2021", "2020-10", "2021-09", "2021", "2020-09..2020-10")] == [
        2021,
        2021,
        2021,
        None,
        None,
    ]
