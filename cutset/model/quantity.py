"""Quantities and money: the one place where amounts are read and units convert.

A mass converts to kilograms by its unit's exact factor. A volume converts only where the substance is a pure liquid of
known density. A count converts only where each piece has a stated mass. Otherwise `mass_kg` is None: no silent guess.
"""

from __future__ import annotations

import re
from decimal import Decimal

from cutset.errors import CutsetError
from cutset.model.codes.currencies import find_currency
from cutset.model.codes.substances import substance as substance_of
from cutset.model.codes.units import Unit, find_unit
from cutset.model.report import Money, Quantity


class BadQuantity(CutsetError):
    """An amount is not a number, is infinite or negative, or its currency is none of ISO 4217."""


# Groups of three (1,234,567) or as in India (12,34,567). The same sign must part all groups.
_GROUPED = re.compile(r"\d{1,3}(?:([ ,.'])\d{3})(?:\1\d{3})*|\d{1,2}(?:(,)\d{2})(?:\2\d{2})*,\d{3}")
_NUMBER = re.compile(r"(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d{1,2})?")
# More than any seizure, and so far below the largest float that no factor makes it infinite.
_MOST = 1e18
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2019": "'"})


def read(amount: str | float | int, unit: str, *, substance: str = "", decimal: str = ".") -> Quantity:
    """An amount in a unit, with its mass in kilograms where that lawfully follows.

    `substance` is a code of `substances.toml`: its density turns the volume of a pure liquid into a mass. `decimal`
    is the sign before the decimals, "." or ","; groups of thousands may be parted by the other one, by spaces or by
    apostrophes. A multiple becomes its unit ("2 thousand tablets" is 2,000 of `tablet`). An unknown unit gives
    the unit "". `written` keeps the source's own words.
    Raises `BadQuantity` for what is not a number, NaN, infinite or negative.

    >>> read("2", "lbs")
    Quantity(amount=2.0, unit='lb', mass_kg=0.90718474, written='2 lbs')
    >>> read("1.234,5", "Tabletas", decimal=",")
    Quantity(amount=1234.5, unit='tablet', mass_kg=None, written='1.234,5 Tabletas')
    >>> read(2, "Litre", substance="gamma-butyrolactone").mass_kg
    2.26
    """
    written = f"{amount} {unit}" if unit else str(amount)
    number = _float(amount, decimal) if decimal == "." else float(_decimal(amount, decimal))
    # One comparison refuses NaN, infinity and negatives together.
    if not 0.0 <= number <= _MOST:
        raise BadQuantity(f"an amount must be a number from 0 to {_MOST:g}", where=written)
    known = find_unit(unit)
    if known is None:
        return Quantity(amount=number, unit="", written=written)
    if known.of:
        number *= known.times
        known = find_unit(known.of) or known
    return Quantity(amount=number, unit=known.code, mass_kg=_mass_kg(number, known, substance), written=written)


def money(amount: str | int | float | Decimal, currency: str, *, decimal: str = ".") -> Money:
    """An exact amount of an ISO 4217 currency, which may be given by its letters, digits, name or unambiguous sign.

    Raises `BadQuantity` for a currency that is none, and for what is not a number, infinite or negative.

    >>> money("1,234.50", "usd")
    Money(amount=Decimal('1234.50'), currency='USD')
    """
    known = find_currency(currency)
    if known is None:
        raise BadQuantity(
            "this is not one currency of ISO 4217", where=currency, remedy="give its three letters, such as USD or MXN"
        )
    value = amount if isinstance(amount, Decimal) else _decimal(amount, decimal)
    if not value.is_finite() or value < 0:
        raise BadQuantity("an amount of money must be a number, not negative and not infinite", where=str(amount))
    return Money(amount=value, currency=known.code)


def _mass_kg(number: float, unit: Unit, substance: str) -> float | None:
    if unit.factor is None or unit.dimension == "area":
        return None
    base = number * unit.factor / unit.divisor
    if unit.dimension != "volume":
        return base
    pure = substance_of(substance) if substance else None
    return base * pure.density_kg_per_l if pure is not None and pure.density_kg_per_l is not None else None


def _float(amount: str | float | int, decimal: str) -> float:
    # The hot path: files write plain decimals, row after row. `float` would also read "1_000", which no source means.
    try:
        if isinstance(amount, str) and "_" in amount:
            raise ValueError
        return float(amount)
    except ValueError:
        return float(_decimal(amount, decimal))
    except OverflowError:
        return float("inf")


def _decimal(amount: str | float | int, decimal: str) -> Decimal:
    """The number exactly as written, its groups of thousands taken out. Raises `BadQuantity`."""
    if not isinstance(amount, str):
        return Decimal(str(amount))
    tidy = amount.translate(_SPACES).strip()
    whole, _, fraction = tidy.removeprefix("+").partition(decimal)
    grouped = _GROUPED.fullmatch(whole)
    if grouped is not None and decimal not in grouped.groups():
        whole = re.sub(r"\D", "", whole)
    number = f"{whole}.{fraction}"
    if _NUMBER.fullmatch(number) is None:
        raise BadQuantity(
            f"this is not a number, not negative, with {decimal!r} before its decimals",
            where=tidy,
            remedy="correct it, or say which sign its decimals have",
        )
    return Decimal(number)
