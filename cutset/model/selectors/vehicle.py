"""Identifiers of road vehicles: VIN, and licence plate with its jurisdiction."""

from __future__ import annotations

import re
from functools import cache

from cutset.model.selectors import issuer as issuers
from cutset.model.selectors.characters import plain, says_nothing
from cutset.model.selectors.tables import load

_VIN = re.compile(r"(?:VIN)?(?:NUMBER|NO|NR)?([1-9A-HJ-NPR-Z][A-HJ-NPR-Z0-9]{16})")
_CHARACTERS = "ABCDEFGHJKLMNPRSTUVWXYZ1234567890"
# 49 CFR 565.15(c), tables III and IV: the value of each letter, and the weight of each place.
_VALUES = {char: int(char) for char in "0123456789"} | dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
)
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)

# The Vienna Convention on Road Traffic, annex 2, wants Latin letters: those of these scripts that plates use look so.
_LATIN = str.maketrans("АВЕКМНОРСТУХІЈΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTYXIJABEZHIKMNOPTYX")
_LONGEST_PLATE = 12


def vin(written: str, issuer: str) -> str | None:
    """A vehicle identification number of seventeen characters, without I, O and Q (ISO 3779).

    A North American one must have the right check digit in the ninth place (49 CFR 565.15). Elsewhere that place is
    the maker's own, and the last four characters must be digits (ISO 3779 §4.4).

    >>> vin("1M8GDM9AXKP042788", ""), vin("1M8GDM9A1KP042788", "")
    ('1M8GDM9AXKP042788', None)
    """
    found = _VIN.fullmatch(plain(written) or "")
    if not found or says_nothing(found[1]):
        return None
    value = found[1]
    right = value[8] == check_character(value) if _north_american(value) else value[-4:].isdigit()
    return value if right else None


def check_character(value: str) -> str:
    """The check character, 0-9 or X, of a VIN of seventeen lawful characters (49 CFR 565.15).

    Sum of value x weight over the places, modulo 11; the check's own place weighs nothing.

    >>> check_character("1M8GDM9A0KP042788")
    'X'
    """
    remainder = sum(_VALUES[char] * weight for char, weight in zip(value, _WEIGHTS, strict=True)) % 11
    return "X" if remainder == 10 else str(remainder)


def vin_country(value: str) -> str:
    """ISO 3166-1 alpha-2 of the country of a VIN's maker; "" where its first two characters are not assigned.

    >>> vin_country("3FA6P0HD1ER000000"), vin_country("WVWZZZ1JZXW000001")
    ('MX', 'DE')
    """
    return _makers().get(value[:2], "")


def plate(written: str, issuer: str) -> str | None:
    """A licence plate after its jurisdiction: `US-TX:ABC1234`, or `CO:ABC123`; without a jurisdiction, None.

    `issuer` is an ISO 3166-2 subdivision, or a country. Letters of other scripts that look Latin become so; O and 0
    stay apart. It has no check digit.

    >>> plate("abc-1234", "US-TX"), plate("US-TX:ABC1234", ""), plate("ABC1234", "")
    ('US-TX:ABC1234', 'US-TX:ABC1234', None)
    """
    parts = issuers.split(written, issuer, issuers.jurisdiction)
    value = (plain(parts[1]) or "").translate(_LATIN) if parts else ""
    if not parts or not 2 <= len(value) <= _LONGEST_PLATE or says_nothing(value):
        return None
    return f"{parts[0]}:{value}"


def _north_american(value: str) -> bool:
    return value[0] in "12345" or vin_country(value) == "US"


@cache
def _makers() -> dict[str, str]:
    makers = {}
    for country, ranges in load("wmi", dict[str, list[str]]).items():
        for each in ranges:
            first, _, last = each.partition("-")
            start = _CHARACTERS.index(first[1]) if last else 0
            stop = _CHARACTERS.index(last[1]) if last else len(_CHARACTERS) - 1
            makers.update({first[0] + second: country for second in _CHARACTERS[start : stop + 1]})
    return makers
