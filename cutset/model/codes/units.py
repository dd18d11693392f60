"""Units: what an amount is counted or measured in, and its factor to kilograms, litres or hectares."""

from __future__ import annotations

from functools import cache, lru_cache

import msgspec

from cutset.model.codes.files import load
from cutset.model.text import fold


class Unit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A unit.

    `dimension` is mass, volume, area or count. An amount times `factor`, by `divisor`, is in kilograms (mass), litres
    (volume) or hectares (area); for a count it is the mass in kilograms, where each piece has a stated one. `factor` is
    None where none is lawful; `note` says why. The two numbers keep decimals exact: 1.1 g is 0.0011 kg.
    A multiple ("thousand tablets") is `times` the unit whose code is `of`.
    """

    code: str
    title: str
    dimension: str
    factor: float | None = None
    divisor: float = 1.0
    of: str = ""
    times: float = 1.0
    note: str = ""
    names: tuple[str, ...] = ()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    unit: tuple[Unit, ...]


@cache
def units() -> dict[str, Unit]:
    """Every unit by its code."""
    return {unit.code: unit for unit in load("units", _File).unit}


@cache
def _by_name() -> dict[str, Unit]:
    return {fold(name): each for each in units().values() for name in (each.code, each.title, *each.names)}


@lru_cache(maxsize=1 << 12)
def find_unit(written: str) -> Unit | None:
    """The unit that a word or abbreviation means; None where it is not known.

    >>> find_unit("lbs").code, find_unit("Kilogramos").code
    ('lb', 'kg')
    """
    return _by_name().get(fold(written))
