from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutset.ingest.dates import BadDate, Order, month, past, read
from cutset.model.report import Precision

ALL = tuple(Order)


@pytest.mark.parametrize(
    ("written", "orders", "at", "precision"),
    [
        ("2014-06-17", ALL, "2014-06-17T00:00", Precision.DAY),
        ("2014/6/7", ALL, "2014-06-07T00:00", Precision.DAY),
        ("20140617", ALL, "2014-06-17T00:00", Precision.DAY),
        ("2014-06", ALL, "2014-06-01T00:00", Precision.MONTH),
        ("2014", ALL, "2014-01-01T00:00", Precision.YEAR),
        ("07/06/2014", (Order.DMY,), "2014-06-07T00:00", Precision.DAY),
        ("07/06/2014", (Order.MDY,), "2014-07-06T00:00", Precision.DAY),
        ("17.6.2014", (Order.DMY,), "2014-06-17T00:00", Precision.DAY),
        ("06/2014", (Order.DMY, Order.MDY), "2014-06-01T00:00", Precision.MONTH),
        ("June 17, 2014", ALL, "2014-06-17T00:00", Precision.DAY),
        ("17 de junho de 2014", ALL, "2014-06-17T00:00", Precision.DAY),
        ("17-AGO-2014", ALL, "2014-08-17T00:00", Precision.DAY),
        ("Sept 2014", ALL, "2014-09-01T00:00", Precision.MONTH),
        ("2014-06-17T10:11:12Z", ALL, "2014-06-17T10:11:12", Precision.SECOND),
        ("2014-06-17T10:11:12.25-05:00", ALL, "2014-06-17T15:11:12.250", Precision.SECOND),
        ("06/17/2014 12:05 AM", (Order.MDY,), "2014-06-17T00:05", Precision.SECOND),
        ("06/17/2014 3:05 p.m.", (Order.MDY,), "2014-06-17T15:05", Precision.SECOND),
    ],
)
def test_dates_as_sources_write_them(written: str, orders: tuple[Order, ...], at: str, precision: Precision) -> None:
    for order in orders:
        when = read(f" {written} ", order)
        assert when.at == datetime.fromisoformat(at).replace(tzinfo=UTC)
        assert when.precision is precision


@pytest.mark.parametrize(
    ("written", "order", "what"),
    [
        ("17/06/14", Order.DMY, "a year of four digits"),
        ("17/06/2014", Order.YMD, "is not a date in the order ymd"),
        ("17/06/2014", Order.MDY, "no day or time of any calendar"),
        ("2014-02-30", Order.YMD, "no day or time of any calendar"),
        ("2014-06-17 24:10", Order.YMD, "no day or time of any calendar"),
        ("06/17/2014 13:00 PM", Order.MDY, "no day or time of any calendar"),
        ("0214-06-17", Order.YMD, "lies before 1900"),
        ("2014-06 10:00", Order.YMD, "is not a date"),
        ("NaN", Order.YMD, "is not a date"),
        ("", Order.YMD, "is not a date"),
        ("1" * 100_000, Order.DMY, "is not a date"),
        ("3 June 4 2014", Order.DMY, "is not a date"),
        ("3 Brumaire 2014", Order.DMY, "is not a date"),
    ],
)
def test_what_is_no_date_is_said_so(written: str, order: Order, what: str) -> None:
    with pytest.raises(BadDate, match=what):
        read(written, order)


def test_a_time_without_an_offset_is_that_of_its_zone_and_a_day_has_none() -> None:
    assert read("2014-07-01 12:00", Order.YMD, "America/New_York").at == datetime(2014, 7, 1, 16, tzinfo=UTC)
    assert read("2014-01-01 12:00", Order.YMD, "America/New_York").at == datetime(2014, 1, 1, 17, tzinfo=UTC)
    assert read("2014-07-01", Order.YMD, "America/New_York").at == datetime(2014, 7, 1, tzinfo=UTC)


def test_the_future_is_refused_and_today_is_not_even_where_it_begins_first() -> None:
    now = datetime(2024, 3, 1, 11, tzinfo=UTC)
    for written in ("2024-03-01", "2024-03-02", "2024", "2024-03", "2024-03-02 00:30"):
        assert past(read(written), now)
    for written in ("2024-03-03", "2025", "2024-04", "2024-03-02 02:00"):
        with pytest.raises(BadDate, match="future"):
            past(read(written), now)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001
def test_every_day_is_read_back_in_every_order(at: datetime) -> None:
    day = datetime(at.year, at.month, at.day, tzinfo=UTC)
    assert read(f"{day:%Y-%m-%d}").at == day
    assert read(f"{day:%d/%m/%Y}", Order.DMY).at == day
    assert read(f"{day:%m/%d/%Y}", Order.MDY).at == day
    assert read(at.isoformat(sep=" ", timespec="seconds")).at - day < timedelta(days=1)


def test_months_by_name() -> None:
    assert [month(name) for name in ("jan", "FEV", "Março", "avr.", "mai", "no month")] == [1, 2, 3, 4, 5, 0]
