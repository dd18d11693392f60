"""Addresses: read into number, street, places and postcode, and compared as a street and as an area.

An address is read from one line, whose parts are set apart by commas: the part with a house number or a word for a kind
of street is the street, a part that is a postcode is the postcode, and the others are places. Words for kinds of
streets are left out of the comparison, for clerks leave them out too.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache
from typing import Final

import msgspec
from rapidfuzz.distance import JaroWinkler

from cutset.link.match.frequencies import Frequencies
from cutset.link.match.names import likeness
from cutset.link.match.transliterate import latin
from cutset.model.text import fold

MOST_PLACES: Final = 6
"""The parts of one address that are compared as places."""


class Address(msgspec.Struct, frozen=True, array_like=True):
    """An address: house `number`, `street` without its kind, `places` (folded, three letters or more), `postcode`."""

    number: str = ""
    street: str = ""
    places: tuple[str, ...] = ()
    postcode: str = ""


class Street(IntEnum):
    """How two streets agree, from worst to best."""

    DIFFERENT = 0
    NUMBER = 1
    """The number alone."""
    STREET = 2
    """The street, with another number."""
    NEAR = 3
    """The street, with no number or one a digit away; or the number, with a street that is alike."""
    SAME = 4


class Area(IntEnum):
    """How two areas agree, from worst to best."""

    DIFFERENT = 0
    ALIKE = 1
    """The postcode is a digit away, or a place is alike."""
    PLACE = 2
    """A place is the same, and the postcode differs or is not written."""
    POSTCODE = 3
    """The postcode is the same, and no place is."""
    SAME = 4
    """Postcode and a place."""


# Kinds of streets in English, Spanish and Portuguese, and what stands before a number.
_KINDS: Final = frozenset(
    "street st str road rd avenue ave av avda avenida boulevard blvd bulevar lane ln drive dr court ct place pl square "
    "sq terrace tce crescent cres cct circuit close cl parade pde highway hwy carretera carr way calle c cl cra "
    "carrera calz calzada callejon cerrada privada prol prolongacion camino andador rua r travessa tv alameda al "
    "rodovia rod estrada diagonal dg transversal tr via paseo pasaje autopista circle cir grove gr trail trl loop "
    "parkway pkwy".split()
)
_BEFORE_NUMBER: Final = frozenset("no num numero nr n number".split())
_UNIT: Final = frozenset(
    "apt apartment unit suite ste flat room rm depto departamento dpto piso int interior local".split()
)
_PLACE_KINDS: Final = frozenset(
    "col colonia barrio bairro fracc fraccionamiento urb urbanizacion city ciudad de of".split()
)
_POSTCODE_WORDS: Final = re.compile(r"\b(?:cp|c p|zip|cep|postcode)\b")
_BRITISH: Final = re.compile(r"\b([a-z]{1,2}\d[a-z\d]?) ?(\d[a-z]{2})\b")
_DIGITS: Final = re.compile(r"\b(\d{4,6})(?: \d{4})?\b")
_NUMBER: Final = re.compile(r"\d{1,5}[a-z]?")
_LONGEST: Final = 400


@lru_cache(maxsize=16_384)
def read(written: str) -> Address | None:
    """The parts of a written address, or None where nothing of it can be compared.

    >>> read("123 N. Main St Apt 4, Laredo, TX 78040")
    Address(number='123', street='n main', places=('laredo',), postcode='78040')
    >>> read("Av. 5 de Mayo No. 12, Col. Centro, C.P. 06000, México")
    Address(number='12', street='5 mayo', places=('centro', 'mexico'), postcode='06000')
    >>> read("Karachi"), read("-"), read("TA4 3XX, Taunton")
    (Address(number='', street='', places=('karachi',), postcode=''), None, \
Address(number='', street='', places=('taunton',), postcode='ta43xx'))
    """
    number = street = postcode = ""
    places: list[str] = []
    for part in re.split(r"[,;\n]", latin(written[:_LONGEST])):
        folded = _POSTCODE_WORDS.sub(" ", fold(part))
        tokens = folded.split()
        is_street = (
            not street
            and len(tokens) > 1
            and (any(map(_NUMBER.fullmatch, tokens[:1])) or not _KINDS.isdisjoint(tokens))
        )
        if is_street:
            number, street, is_street = _street(tokens)
        if not is_street:
            found, rest = _postcode(folded)
            postcode = postcode or found
            place = " ".join(word for word in rest.split() if word not in _PLACE_KINDS)
            # Two and three letters are a state's or a country's code: too many live there to say anything.
            if len(place) > 3 and place not in places:
                places.append(place)
    found_address = Address(number, street, tuple(places[:MOST_PLACES]), postcode)
    return found_address if found_address != Address() else None


def compare_streets(left: Address, right: Address) -> int:
    """How the streets agree, -1 where one has none.

    >>> one, other = read("7 Wallaby Place"), read("7 walaby pl")
    >>> Street(compare_streets(one, other)).name, Street(compare_streets(one, read("9 Wallaby St"))).name
    ('SAME', 'STREET')
    """
    if not left.street or not right.street:
        return -1
    like = _alike(left.street, right.street)
    same_number = left.number == right.number and left.number != ""
    if like < 2:
        return (Street.NEAR if like else Street.NUMBER) if same_number else Street.DIFFERENT
    if same_number:
        return Street.SAME
    if not left.number or not right.number:
        return Street.NEAR
    # 7 and 9 are neighbours as often as they are a slip; 177 and 117 are not.
    slip = max(len(left.number), len(right.number)) > 1 and _one_digit(left.number, right.number)
    return Street.NEAR if slip else Street.STREET


def compare_areas(left: Address, right: Address) -> int:
    """How the postcodes and places agree, -1 where there is nothing on both sides to compare."""
    both_codes = left.postcode != "" and right.postcode != ""
    both_places = bool(left.places) and bool(right.places)
    if not both_codes and not both_places:
        return -1
    like = _places_alike(left.places, right.places) if both_places else 0
    if both_codes and left.postcode == right.postcode:
        return Area.SAME if like == 2 else Area.POSTCODE
    if like == 2:
        return Area.PLACE
    return Area.ALIKE if like or (both_codes and _one_digit(left.postcode, right.postcode)) else Area.DIFFERENT


def best(left: tuple[Address, ...], right: tuple[Address, ...]) -> tuple[int, int, Address, Address]:
    """The street and area agreement of the two addresses that agree best, and these two; neither may be empty."""
    found: tuple[int, int, Address, Address] | None = None
    for one in left:
        for other in right:
            street, area = compare_streets(one, other), compare_areas(one, other)
            # Ties are settled by street, then by the addresses, so that both sides find the same.
            here = (street + area, street, *sorted((_in_order(one), _in_order(other))))
            if found is None or here > (
                found[0] + found[1],
                found[0],
                *sorted((_in_order(found[2]), _in_order(found[3]))),
            ):
                found = (street, area, one, other)
    if found is None:
        raise ValueError("there is no address to compare")
    return found


def shared_area(left: Address, right: Address, frequencies: Frequencies) -> float:
    """The share of mentions in the postcode or, if that differs, in the rarest place that both have; 0 if not known."""
    if left.postcode and left.postcode == right.postcode:
        return frequencies.share("place", left.postcode)
    shares = [frequencies.share("place", place) for place in left.places if place in right.places]
    return min(shares, default=0.0)


def _places_alike(left: tuple[str, ...], right: tuple[str, ...]) -> int:
    best = 0
    for one in left:
        if one in right:
            return 2
        for other in right:
            best = max(best, _alike(one, other))
    return best


def _in_order(address: Address) -> tuple[str, str, tuple[str, ...], str]:
    return address.number, address.street, address.places, address.postcode


@lru_cache(maxsize=131_072)
def _alike(left: str, right: str) -> int:
    """2: the same but for a slip of the pen; 1: alike; 0: not."""
    if left == right:
        return 2
    like = likeness(left, right)
    return 2 if like >= 3 else 1 if like or JaroWinkler.similarity(left, right) >= 0.86 else 0


def _one_digit(left: str, right: str) -> bool:
    if len(left) == len(right):
        places = [at for at in range(len(left)) if left[at] != right[at]]
        swapped = (
            len(places) == 2
            and places[1] == places[0] + 1
            and left[places[0]] == right[places[1]]
            and left[places[1]] == right[places[0]]
        )
        return len(places) == 1 or swapped
    longer, shorter = (left, right) if len(left) > len(right) else (right, left)
    return len(longer) == len(shorter) + 1 and any(
        longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer))
    )


def _street(tokens: list[str]) -> tuple[str, str, bool]:
    """House number, street, and whether there is a street at all in these words."""
    unit_at = next((at for at, token in enumerate(tokens) if token in _UNIT and at), len(tokens))
    rest = [token for token in tokens[:unit_at] if token not in _BEFORE_NUMBER or len(token) == 1]
    number = ""
    if _NUMBER.fullmatch(rest[0]):
        number, rest = rest[0], rest[1:]
    elif len(rest) > 1 and _NUMBER.fullmatch(rest[-1]):
        number, rest = rest[-1], rest[:-1]
    words = [word for word in rest if word not in _KINDS and word not in _PLACE_KINDS] or rest
    street = " ".join(words)
    return number, street, bool(street)


def _postcode(folded: str) -> tuple[str, str]:
    """The postcode in a part of an address, and the rest of the part."""
    for pattern in (_BRITISH, _DIGITS):
        if found := pattern.search(folded):
            code = "".join(found.groups())
            return code, folded[: found.start()] + " " + folded[found.end() :]
    return "", folded
