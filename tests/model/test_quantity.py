"""Amounts: read as written, converted exactly where the law of units allows, never guessed."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutset.model import codes
from cutset.model.quantity import BadQuantity, money, read


@pytest.mark.parametrize(
    ("amount", "unit", "mass_kg"),
    [
        ("1", "Kilogram", 1.0), ("1.1", "Gram", 0.0011), ("0.007", "g", 0.000007), ("4", "Milligram", 0.000004),
        ("1", "lbs", 0.45359237), ("1", "oz", 0.028349523125), ("3", "metric tons", 3000.0),
        ("1", "tola", 0.0116638038), ("5", "Viss", 8.16466266), ("2", "100 gram", 0.2),
        ("2", "Block (350gr)", 0.7), ("1", "short ton", 907.18474),
    ],
)  # fmt: skip
def test_masses_are_exact(amount: str, unit: str, mass_kg: float) -> None:
    assert read(amount, unit).mass_kg == pytest.approx(mass_kg, rel=1e-15)


@pytest.mark.parametrize(
    "unit", ["Maund", "Ton", "seer", "arroba", "Tablet", "Plants", "Acres", "Dose", "Litre", "other"]
)
def test_no_mass_is_guessed(unit: str) -> None:
    assert read("2", unit).mass_kg is None


def test_a_pure_liquid_has_a_mass_and_a_solution_has_none() -> None:
    assert read("10", "Litre", substance="acetone").mass_kg == pytest.approx(7.9)
    assert read("1", "Gallons (US, liquid)", substance="acetone").mass_kg == pytest.approx(3.785411784 * 0.79)
    assert read("10", "Litre", substance="cocaine").mass_kg is None
    assert read("10", "Litre", substance="hydrochloric acid").mass_kg is None
    assert read("10", "Gallons", substance="acetone").mass_kg is None
    assert read("10", "Tablet", substance="acetone").mass_kg is None


def test_a_count_stays_a_count_and_keeps_its_words() -> None:
    found = read("2", "Thousand of tablets")
    assert (found.amount, found.unit, found.mass_kg, found.written) == (2000.0, "tablet", None, "2 Thousand of tablets")
    unknown = read("7.5", "hogsheads")
    assert (unknown.amount, unknown.unit, unknown.written) == (7.5, "", "7.5 hogsheads")
    assert read(3, "").written == "3"


@pytest.mark.parametrize(
    ("written", "decimal", "amount"),
    [
        ("1,234.5", ".", 1234.5), ("1,234", ".", 1234.0), ("1 234 567,5", ",", 1234567.5), ("1.234,5", ",", 1234.5),
        ("1.234", ",", 1234.0), ("1'234.5", ".", 1234.5), ("1\u202f234,5", ",", 1234.5),
        ("12,34,567.5", ".", 1234567.5),
        (",5", ",", 0.5), ("+3,0", ",", 3.0), ("1e-05", ".", 0.00001), ("1,5E3", ",", 1500.0), (" 4 ", ".", 4.0),
        ("0.0", ".", 0.0),
    ],
)  # fmt: skip
def test_separators(written: str, decimal: str, amount: float) -> None:
    assert read(written, "g", decimal=decimal).amount == amount


@pytest.mark.parametrize(
    ("written", "decimal"),
    [
        ("nan", "."), ("NaN", ","), ("inf", "."), ("-Infinity", "."), ("-1", "."), ("-1,5", ","), ("", "."), ("", ","),
        ("12,5", "."), ("1.5", ","), ("1,23,4", "."), ("1_000", "."), ("1e400", "."), ("1e300", "."), ("ten", "."),
        ("1.2.3", "."), ("1.234,5", "."), (".", "."), ("0x10", "."), ("1,234 567", "."), ("9" * 400, "."),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused(written: str, decimal: str) -> None:
    with pytest.raises(BadQuantity):
        read(written, "kg", decimal=decimal)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -0.5, -3, 10**400])
def test_numbers_are_held_to_the_same(number: float) -> None:
    for decimal in (".", ","):
        with pytest.raises(BadQuantity):
            read(number, "kg", decimal=decimal)


@given(st.decimals(0, 10**9, places=3), st.sampled_from([(".", ","), (",", "."), (",", " "), (".", "'")]))
def test_grouping_changes_nothing(number: Decimal, signs: tuple[str, str]) -> None:
    decimal, group = signs
    written = f"{number:,.3f}".translate({ord(","): group, ord("."): decimal})
    assert read(written, "kg", decimal=decimal).amount == float(number)
    assert money(written, "USD", decimal=decimal).amount == number


@given(st.text(max_size=12), st.sampled_from([".", ","]))
def test_any_text_is_an_amount_or_refused(written: str, decimal: str) -> None:
    try:
        found = read(written, "kg", decimal=decimal)
    except BadQuantity:
        return
    assert 0 <= found.amount <= 1e18
    assert found.mass_kg == found.amount


@given(st.floats(0, 1e12), st.sampled_from(sorted(codes.units())))
def test_a_mass_is_the_units_factor(amount: float, unit: str) -> None:
    """Against exact arithmetic: the result is within two roundings of the true one."""
    found = read(amount, unit)
    known = codes.units()[found.unit]
    if known.factor is None or known.dimension not in ("mass", "count"):
        assert found.mass_kg is None
    else:
        exact = Fraction(found.amount) * Fraction(known.factor) / Fraction(known.divisor)
        assert found.mass_kg == pytest.approx(float(exact), rel=1e-15, abs=1e-300)


def test_money_is_exact() -> None:
    assert money("0.1", "USD").amount + money("0.2", "USD").amount == Decimal("0.3")
    assert money(0.1, "eur").amount == Decimal("0.1")
    assert money(Decimal("1.005"), "MXN").amount == Decimal("1.005")
    assert money("1.234.567,89", "Colombian Peso", decimal=",") == money("1234567.89", "COP")
    assert money(5, "US$").currency == "USD"


@pytest.mark.parametrize("currency", ["", "$", "XYZ", "peso", "USDT"])
def test_no_currency_is_guessed(currency: str) -> None:
    with pytest.raises(BadQuantity, match="ISO 4217"):
        money("1", currency)


@pytest.mark.parametrize(
    "amount", ["nan", "-1", "", Decimal("NaN"), Decimal("-1"), Decimal("Infinity"), float("inf"), -2]
)
def test_what_is_no_amount_of_money_is_refused(amount: str | Decimal | float) -> None:
    with pytest.raises(BadQuantity):
        money(amount, "USD")


def test_every_multiple_is_of_a_unit_of_the_same_dimension() -> None:
    for each in codes.units().values():
        assert each.dimension in ("mass", "volume", "area", "count")
        if each.of:
            assert codes.units()[each.of].dimension == each.dimension
            assert not codes.units()[each.of].of
        elif each.dimension != "count":
            assert each.factor is not None or each.note, each.code
