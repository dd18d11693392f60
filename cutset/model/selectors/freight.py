"""Identifiers of freight: container, postal item, parcels of UPS and USPS, air waybill, bill of lading."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import iso6346

from cutset.model.selectors import issuer as issuers
from cutset.model.selectors.characters import plain, says_nothing
from cutset.model.text import compact

_CONTAINER = re.compile(r"[A-Z]{3}[UJZR][0-9]{7}")
_POSTAL_ITEM = re.compile(r"[A-Z]{2}([0-9]{8})([0-9])([A-Z]{2})")
_TRACKING = r"(?:TRACKING)?(?:NUMBER|NO|NR)?"
_UPS = re.compile(rf"(?:UPS)?{_TRACKING}(1Z([0-9A-Z]{{15}})([0-9]))")
# Of the older numbers of twenty digits only those of services that USPS names: other 20 digits are a SIM card's, a
# logistic unit's, or an account's.
_USPS = re.compile(
    rf"(?:USPS)?{_TRACKING}"
    r"((?:420(?:[0-9]{5}|[0-9]{9}))?9[1-5](?:[0-9]{20}|[0-9]{24})|(?:03|23|7[0137]|81)[0-9]{18})"
)
_USPS_LENGTHS = (22, 26)
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


def ups_parcel(written: str, issuer: str) -> str | None:
    """A parcel's 1Z number of UPS in eighteen characters, if its check digit is right.

    After 1Z stand six characters of the shipper's account, two of the service, seven of the parcel, and the check.
    Source: UPS, as `Algorithm::CheckDigits::M10_011` documents it, and the numbers of UPS's own guides.

    >>> ups_parcel("1Z 999 AA1 01 2345 6784", ""), ups_parcel("1Z999AA10123456785", "")
    ('1Z999AA10123456784', None)
    """
    found = _UPS.fullmatch(plain(written) or "")
    if not found or says_nothing(found[2]) or int(found[3]) != ups_check_digit(found[2]):
        return None
    return found[1]


def ups_check_digit(body: str) -> int:
    """The check digit of the fifteen characters between 1Z and it.

    What lacks to a multiple of ten of the sum of the values, those in even places twice. A digit is its own value; the
    letters' begin with A at 2, and begin anew at 0 after 9.

    >>> ups_check_digit("999AA1012345678")
    4
    """
    # "A" is 65, and its value 2.
    values = (int(char) if char.isdigit() else (ord(char) - 63) % 10 for char in body)
    return -sum(value * (1 + place % 2) for place, value in enumerate(values)) % 10


def usps_parcel(written: str, issuer: str) -> str | None:
    """A package's identification code of the United States Postal Service, if its check digit is right.

    Twenty-two or twenty-six digits from 91 to 95, or twenty of the older services. The barcode has the addressee's ZIP
    code before them (420, and five or nine digits): it is not part of what names the package, and left out.
    Source: USPS2000508 (Intelligent Mail package barcode), and USPS Publication 109 §2-8.5 for those of twenty digits.

    >>> usps_parcel("420 22153 9101 0268 3733 1000 0395 21", ""), usps_parcel("9400111899223197428498", "")
    ('9101026837331000039521', None)
    """
    found = _USPS.fullmatch(plain(written) or "")
    if not found:
        return None
    codes = {code for code in _usps_codes(found[1]) if not says_nothing(code[2:]) and _ends_in_check_digit(code)}
    # A ZIP code of nine digits before 22, and one of five before 26, are as long: where both pass, neither is known.
    return codes.pop() if len(codes) == 1 else None


def _usps_codes(digits: str) -> Iterator[str]:
    """What may be the identification code in the digits of a barcode, which may have a ZIP code before it."""
    if len(digits) <= max(_USPS_LENGTHS):
        yield digits
        return
    for length in _USPS_LENGTHS:
        # 420, and a ZIP code of five or nine digits.
        if len(digits) - length in (8, 12) and "91" <= digits[-length:][:2] <= "95":
            yield digits[-length:]


def _ends_in_check_digit(code: str) -> bool:
    """Whether the last digit is right: modulo 10, weights 3 and 1 by turns from the right (as GS1's)."""
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(code))) % 10 == 0


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
