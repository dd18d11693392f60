"""How much was seized, as it is plainly typed: `3 lbs`, `2.5kg`, `3,5`, `about 3`, `$5,000`."""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec.structs import replace

from cutset.model import quantity
from cutset.model.codes.currencies import find_currency
from cutset.model.codes.units import find_unit
from cutset.model.quantity import BadQuantity
from cutset.model.report import Money, Quantity
from cutset.model.text import fold, tidy
from cutset.web.texts import say

# `static/typed.js` has the same form, and a test holds the two together.
_AMOUNT = re.compile(
    r"(?:(?:~|≈|(?:about|approx|approximately|around|roughly|circa|ca|aprox|aproximadamente|unos|unas)\b)\.?\s*)?"
    r"([^\d.,\-+]*)"
    r"(\d[\d .,'’\u00a0\u202f\u2009]*|[.,]\d+)"
    r"([^\d]*)",
    re.IGNORECASE,
)
NOT_READ = "How much: “{typed}” is no amount. Type a number, as 2.5, and its unit beside it"
TWO_UNITS = "How much: two units are given, “{one}” and “{other}”. Which is it?"


class Unread(BadQuantity):
    """What was typed as an amount is none; it says why in the page's language."""


def amount(typed: str, unit: str, *, substance: str = "") -> Quantity:
    """An amount with its unit, which may stand behind the number too; `written` keeps all that was typed.

    A comma is the sign before decimals where it cannot part thousands. `about` is kept in `written` alone.
    Raises `Unread` for what is no one number, and for two units.

    >>> amount("2.5kg", ""), amount("about 2,5", "kg").written
    (Quantity(amount=2.5, unit='kg', mass_kg=2.5, written='2.5kg'), 'about 2,5 kg')
    >>> amount("1,500", "g").amount, amount("0,500", "g").amount, amount("1.234,5", "g").amount
    (1500.0, 0.5, 1234.5)
    """
    before, number, behind = _parts(typed)
    if before:
        raise Unread(say(NOT_READ, typed=typed))
    one = _one(behind, unit, find_unit)
    try:
        found = quantity.read(number, one, substance=substance, decimal=decimal(number))
    except BadQuantity:
        raise Unread(say(NOT_READ, typed=typed)) from None
    return replace(found, written=tidy(f"{typed} {unit}"))


def money(typed: str, currency: str) -> Money:
    """An amount of money; its currency may stand before or behind the number, and is the US dollar where none is said.

    A dollar sign is that of the currency beside it. Raises `Unread` as `amount` does, and `BadQuantity` for a currency
    that is none.

    >>> money("$5,000", ""), money("300 EUR", "").currency, money("$ 1.500,50", "MXN").currency
    (Money(amount=Decimal('5000'), currency='USD'), 'EUR', 'MXN')
    """
    before, number, behind = _parts(typed)
    before, behind = ("" if each == "$" else each for each in (before, behind))
    one = _one(_one(before, behind, find_currency), currency, find_currency) or "USD"
    try:
        return quantity.money(number, one, decimal=decimal(number))
    except BadQuantity:
        if find_currency(one) is None:
            raise
        raise Unread(say(NOT_READ, typed=typed)) from None


def decimal(number: str) -> str:
    """The sign before a number's decimals: a comma where it cannot part thousands, else a point.

    >>> [decimal(each) for each in ("3,5", "1,500", "0,500", "1.234,5", "1,234.5", "1.234.567")]
    [',', '.', ',', ',', '.', ',']
    """
    whole, comma, rest = number.rpartition(",")
    if "." in rest or not comma:
        return "," if number.count(".") > 1 else "."
    once = "," not in whole
    thousands = len(rest) == 3 and len(whole) <= 3 and whole.strip("0") != ""
    return "," if once and ("." in whole or not thousands) else "."


def _parts(typed: str) -> tuple[str, str, str]:
    """What stands before the number, the number, and what stands behind it. Raises `Unread`."""
    found = _AMOUNT.fullmatch(tidy(typed))
    if not found:
        raise Unread(say(NOT_READ, typed=typed))
    # A full stop behind the number ends what was said.
    return found[1].strip(), found[2].rstrip(" .,"), found[3].strip(" .-")


def _one(first: str, second: str, meaning: Callable[[str], object | None]) -> str:
    """The one of two units that was given, or either where both mean the same. Raises `Unread` where they differ."""
    if first and second and (meaning(first) or fold(first)) != (meaning(second) or fold(second)):
        raise Unread(say(TWO_UNITS, one=first, other=second))
    return second or first
