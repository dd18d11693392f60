"""Currencies of ISO 4217."""

from __future__ import annotations

from functools import cache, lru_cache

import msgspec

from cutset.model.codes.files import load
from cutset.model.text import fold


class Currency(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A currency: its ISO 4217 letters and digits, and how many decimals its minor unit has."""

    code: str
    numeric: str
    decimals: int
    name: str
    names: tuple[str, ...] = ()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    currency: tuple[Currency, ...]


@cache
def currencies() -> dict[str, Currency]:
    """Every currency by its three letters."""
    return {each.code: each for each in load("currencies", _File).currency}


@cache
def _by_name() -> dict[str, Currency]:
    found: dict[str, Currency] = {}
    for each in currencies().values():
        found |= {fold(name): each for name in (each.code, each.numeric, each.name)}
        # "US$" and "€": folding would drop the sign that carries the meaning.
        found |= {name.casefold(): each for name in each.names}
    return found


@lru_cache(maxsize=1 << 10)
def find_currency(written: str) -> Currency | None:
    """The currency that letters, digits, a name or an unambiguous sign mean; None where it is not known.

    A bare "$" or "peso" is several currencies, and so none.

    >>> find_currency("usd").code, find_currency("US$").code, find_currency("$")
    ('USD', 'USD', None)
    """
    tidy = " ".join(written.casefold().split())
    return _by_name().get(tidy) or _by_name().get(fold(written))
