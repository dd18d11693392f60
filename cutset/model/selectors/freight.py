"""Identifiers of freight: container, postal item, air waybill, bill of lading."""

from __future__ import annotations

import re

from stdnum import iso6346

from cutset.model.selectors import issuer as issuers
from cutset.model.selectors.characters import plain, says_nothing
from cutset.model.text import compact

_CONTAINER = re.compile(r"[A-Z]{3}[UJZR][0-9]{7}")
_POSTAL_ITEM = re.compile(r"[A-Z]{2}([0-9]{8})([0-9])([A-Z]{2})")
_AIR_WAYBILL = re.compile(r"(?:AWB|MAWB)?(?:NUMBER|NO|NR)?([0-9]{11})")
_CARRIER = re.compile(r"[A-Z]{2,4}")
_BILL = re.compile(r"(?=.*[0-9])[A-Z0-9]{4,20}")
# UPU S10-12 §5.1: the weights of the eight digits of the serial.
_POSTAL_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def container(written: str, issuer: str) -> str | None:
    """A freight container's owner, category, serial and check digit, in eleven characters (ISO 6346).

    >>> container("CSQU 305438 3", ""), container("CSQU3054384", "")
    ('CSQU3054383', None)
    """
    value = plain(written) or ""
    return value if _CONTAINER.fullmatch(value) and iso6346.is_valid(value) else None


def postal_item(written: str, issuer: str) -> str | None:
    """A postal item's identifier in thirteen characters: service, serial, check digit, country (UPU standard S10).

    >>> postal_item("RA 473 124 829 GB", ""), postal_item("RA473124820GB", "")
    ('RA473124829GB', None)
    """
    value = plain(written) or ""
    found = _POSTAL_ITEM.fullmatch(value)
    if not found or int(found[2]) != postal_check_digit(found[1]) or says_nothing(found[1]):
        return None
    return value if issuers.country(found[3]) == found[3] else None


def postal_check_digit(serial: str) -> int:
    """The check digit of the eight digits of a postal item's serial.

    11 less the weighted sum modulo 11, where 10 becomes 0 and 11 becomes 5. Source: UPU S10-12 §5.1.

    >>> postal_check_digit("47312482")
    9
    """
    total = sum(int(digit) * weight for digit, weight in zip(serial, _POSTAL_WEIGHTS, strict=True))
    check = 11 - total % 11
    return {10: 0, 11: 5}.get(check, check)


def air_waybill(written: str, issuer: str) -> str | None:
    """An air waybill's eleven digits: the airline's three, a serial of seven, and their check digit.

    The check digit is the serial modulo 7. Source: IATA Resolution 600a.

    >>> air_waybill("020-1234 5675", ""), air_waybill("020-12345676", "")
    ('02012345675', None)
    """
    found = _AIR_WAYBILL.fullmatch(plain(written) or "")
    if not found or found[1].startswith("000") or len(set(found[1][3:])) == 1:
        return None
    return found[1] if int(found[1][3:10]) % 7 == int(found[1][10]) else None


def bill_of_lading(written: str, issuer: str) -> str | None:
    """A bill of lading after its carrier's code: `MAEU:123456789`; without a carrier, None.

    `issuer` is the carrier's SCAC, of two to four letters; where the number repeats it, it is taken off. A bill has
    no check digit.

    >>> bill_of_lading("MAEU 204-871-560", "MAEU"), bill_of_lading("204871560", "")
    ('MAEU:204871560', None)
    """
    parts = issuers.split(written, issuer, _carrier)
    if not parts:
        return None
    carrier, rest = parts
    value = plain(rest) or ""
    while value.startswith(carrier):
        value = value.removeprefix(carrier)
    return f"{carrier}:{value}" if _BILL.fullmatch(value) and not says_nothing(value) else None


def _carrier(written: str) -> str:
    code = compact(written)
    return code if _CARRIER.fullmatch(code) else ""
