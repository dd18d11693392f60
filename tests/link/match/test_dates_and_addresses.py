from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutset.link.match import addresses, dates
from cutset.link.match.addresses import Area, Street
from cutset.link.match.dates import Agreement


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("1979-09-21", "1979-09-21", Agreement.SAME),
        ("1979-01-01", "1979-01-01", Agreement.SAME_DEFAULT),
        ("1979-09-21", "1979-09-27", Agreement.SLIP),
        ("1979-09-21", "1978-09-21", Agreement.SLIP),
        ("1979-09-21", "1797-09-21", Agreement.NEAR),
        ("1979-09-21", "1979-09-12", Agreement.SLIP),
        ("1979-04-09", "1979-09-04", Agreement.SLIP),
        ("1979", "1979-09-21", Agreement.POSSIBLE),
        ("1979", "1979", Agreement.POSSIBLE),
        ("1979-09", "1979-09-21", Agreement.POSSIBLE),
        ("1979-08", "1979-09-21", Agreement.NEAR),
        ("1980", "1979-09-21", Agreement.NEAR),
        ("circa 1980", "1979-09-21", Agreement.POSSIBLE),
        ("circa 1979-09", "1977-01-05", Agreement.POSSIBLE),
        ("circa 1990", "1979-09-21", Agreement.DIFFERENT),
        ("1979-09-21", "1981-03-14", Agreement.DIFFERENT),
    ],
)
def test_dates(left: str, right: str, expected: Agreement) -> None:
    one, other = dates.read(left), dates.read(right)
    assert one
    assert other
    assert dates.compare(one, other) is expected
    assert dates.compare(other, one) is expected


@pytest.mark.parametrize("nothing", ["", "unknown", "21/09/1979", "1979-9-21", "79", "٢٠٢٠x"])
def test_what_is_no_date_is_left_out(nothing: str) -> None:
    assert dates.read(nothing) is None


@pytest.mark.parametrize(
    ("left", "right", "street", "area"),
    [
        ("7 Wallaby Place, Cleveland, 2119", "7 walaby pl, Cleveland 2119", Street.SAME, Area.SAME),
        ("7 Wallaby Place, Cleveland, 2119", "97 Wallaby Place, Clevland, 2191", Street.NEAR, Area.PLACE),
        ("123 Main St, Laredo, TX 78040", "123 MAIN STREET APT 4, Houston, TX 78040", Street.SAME, Area.POSTCODE),
        ("Av. 5 de Mayo 12, Puebla", "Calle 5 de Mayo No. 12, Puebla", Street.SAME, Area.PLACE),
        ("12 Oak Rd, Leeds", "99 Elm Rd, Truro", Street.DIFFERENT, Area.DIFFERENT),
        ("Karachi", "Lahore", -1, Area.DIFFERENT),
        ("TA4 3XX", "ta43xx", -1, Area.POSTCODE),
    ],
)
def test_addresses(left: str, right: str, street: int, area: int) -> None:
    one, other = addresses.read(left), addresses.read(right)
    assert one
    assert other
    assert (addresses.compare_streets(one, other), addresses.compare_areas(one, other)) == (street, area)
    assert (addresses.compare_streets(other, one), addresses.compare_areas(other, one)) == (street, area)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_an_address_or_none(text: str) -> None:
    found = addresses.read(text)
    if found:
        assert addresses.compare_streets(found, found) in {-1, Street.SAME, Street.NEAR}
        assert addresses.compare_areas(found, found) in {-1, Area.SAME, Area.POSTCODE, Area.PLACE}
