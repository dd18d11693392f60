"""Identifiers of aircraft: registration, and 24-bit address."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache, lru_cache
from typing import NamedTuple

from cutset.model.selectors.characters import plain, says_nothing
from cutset.model.selectors.tables import load

_ADDRESS = re.compile(r"(?:ICAO|0X)?([0-9A-F]{6})")
_THREE_LETTERS = "[A-Z]{3}"
_LONGEST_MARK = 4


def registration(written: str, issuer: str) -> str | None:
    """An aircraft's registration without its hyphen, if its nationality mark and form are a registry's.

    It has no check digit. Source: ICAO Annex 7.

    >>> registration("hk-4567", ""), registration("N123AB", ""), registration("N0123", "")
    ('HK4567', 'N123AB', None)
    """
    value = plain(written) or ""
    # Oman's mark is A4O with a letter, and is as often typed with a digit.
    value = "A4O" + value[3:] if value.startswith("A40") else value
    return value if aircraft_country(value) and not says_nothing(value) else None


@lru_cache(maxsize=16_384)
def aircraft_country(value: str) -> str:
    """ISO 3166-1 alpha-2 of the registry of an aircraft registration; "" if it is none's.

    >>> aircraft_country("HK4567"), aircraft_country("VPCXX"), aircraft_country("??")
    ('CO', 'KY', '')
    """
    for length in range(min(_LONGEST_MARK, len(value)), 0, -1):
        for form, country in _registries().get(value[:length], ()):
            if form.fullmatch(value, length):
                return country
    return ""


def icao_address(written: str, issuer: str) -> str | None:
    """An aircraft's 24-bit address as six hexadecimal digits, if it lies in a State's block.

    It has no check digit. Source: ICAO Annex 10, volume III, chapter 9.

    >>> icao_address("a1b2c3", ""), icao_address("FFFFFF", "")
    ('A1B2C3', None)
    """
    found = _ADDRESS.fullmatch(plain(written) or "")
    return found[1] if found and address_country(found[1]) else None


def address_country(value: str) -> str:
    """ISO 3166-1 alpha-2 of the State in whose block a 24-bit address lies; "" if in none.

    >>> address_country("0AC123"), address_country("FFFFFF")
    ('CO', '')
    """
    try:
        address = int(value, 16)
    except ValueError:
        return ""
    blocks = _blocks()
    place = bisect_right(blocks, address, key=lambda block: block.first) - 1
    return blocks[place].country if place >= 0 and address <= blocks[place].last else ""


class _Block(NamedTuple):
    first: int
    last: int
    country: str


@cache
def _blocks() -> list[_Block]:
    table = load("icao", dict[str, dict[str, str]])
    return sorted(
        _Block(int(first, 16), int(first, 16) + int(length) - 1, country)
        for length, firsts in table.items()
        for country, first in firsts.items()
    )


@cache
def _registries() -> dict[str, list[tuple[re.Pattern[str], str]]]:
    """Nationality mark -> the forms that may follow it, and whose they are."""
    registries: dict[str, list[tuple[re.Pattern[str], str]]] = {}
    for country, marks in load("aircraft", dict[str, list[str]]).items():
        for mark in marks:
            prefix, _, form = mark.partition("-")
            registries.setdefault(prefix, []).append((re.compile(form or _THREE_LETTERS), country))
    return registries
