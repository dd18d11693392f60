"""Places: countries, subdivisions, UN/LOCODE, and the Plan's areas of operation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from math import asin, cos, inf, pi, radians, sin, sqrt

import msgspec

from cutset.model.codes.files import load
from cutset.model.report import Where
from cutset.model.text import fold


class Country(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A country or territory of ISO 3166-1: English name, codes, and `at`, where to put its label (degrees).

    `home` is the country of which it is a territory with its own code (Puerto Rico's is US), "" for others. `former` is
    the year in which its code was withdrawn, None while it is in use.
    """

    name: str
    alpha3: str
    at: tuple[float, float]
    numeric: str = ""
    home: str = ""
    former: int | None = None
    en: tuple[str, ...] = ()
    es: tuple[str, ...] = ()
    pt: tuple[str, ...] = ()
    fr: tuple[str, ...] = ()


class Subdivision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A State, province or territory: English or local name, other names, U.S. FIPS digits where it has them."""

    name: str
    names: tuple[str, ...] = ()
    fips: str = ""


class Locode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place of UN/LOCODE: two letters of country and three of place, degrees, and what goods and people enter by.

    `function` holds UNECE's digits: 1 port, 2 rail, 3 road, 4 airport, 5 postal exchange, 6 inland clearance depot,
    7 fixed transport, B border crossing. `latitude_deg` and `longitude_deg` are None where the list gives none.
    """

    code: str
    name: str
    latitude_deg: float | None = None
    longitude_deg: float | None = None
    function: str = ""
    subdivision: str = ""

    @property
    def country(self) -> str:
        """The ISO 3166-1 alpha-2 code of its country."""
        return self.code[:2]


class _Countries(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    country: dict[str, Country]


class _Subdivisions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    subdivision: dict[str, Subdivision]


class _Listed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    function: str
    at: tuple[float, float]
    names: tuple[str, ...] = ()


class _Locodes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    locode: dict[str, _Listed]


class _Areas(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    seas: tuple[str, ...]
    entry: tuple[str, ...]


@cache
def countries() -> dict[str, Country]:
    """Every country and territory by its ISO 3166-1 alpha-2 code, former ones among them."""
    return load("countries", _Countries).country


@cache
def _country_names() -> dict[str, str]:
    found: dict[str, str] = {}
    for alpha2, each in countries().items():
        codes = (alpha2, each.alpha3, each.numeric)
        for name in (*codes, each.name, *each.en, *each.es, *each.pt, *each.fr):
            if name:
                found.setdefault(fold(name), alpha2)
    return found


@lru_cache(maxsize=1 << 13)
def country(written: str) -> str:
    """The ISO 3166-1 alpha-2 code of a country, by its name in any usual form or by its codes; "" where it is none.

    "A, B" is read as "B A" too, and an article does not matter. "Unknown", "Other" and regions give "".

    >>> country("Bolivia, Plurinational State of"), country("Korea, South"), country("Estados Unidos"), country("COL")
    ('BO', 'KR', 'US', 'CO')
    >>> country("Multiple Countries")
    ''
    """
    known = _country_names()
    folded = fold(written)
    if folded in known:
        return known[folded]
    head, comma, tail = written.partition(",")
    turned = fold(f"{tail} {head}") if comma else folded
    plain = " ".join(word for word in turned.split() if word != "the")
    return known.get(turned) or known.get(plain) or known.get(_unabbreviated(plain), "")


def _unabbreviated(folded: str) -> str:
    words = {"st": "saint", "rep": "republic", "dem": "democratic", "is": "islands"}
    return " ".join(words.get(word, word) for word in folded.split())


def country_name(alpha2: str) -> str:
    """The English short name of a country; the code itself where it is none.

    >>> country_name("BO"), country_name("XX")
    ('Bolivia', 'XX')
    """
    known = countries().get(alpha2)
    return known.name if known else alpha2


def centroid(alpha2: str) -> tuple[float, float] | None:
    """Latitude and longitude, in degrees, at which to put a country's label; None where it is none.

    >>> centroid("CO")
    (4.0, -73.0)
    """
    known = countries().get(alpha2)
    return known.at if known else None


@cache
def subdivisions() -> dict[str, Subdivision]:
    """The subdivisions of the United States, Mexico and Canada by their ISO 3166-2 codes."""
    return load("subdivisions", _Subdivisions).subdivision


@cache
def _subdivision_names(alpha2: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for code, each in subdivisions().items():
        if code.startswith(f"{alpha2}-"):
            for name in (code, code[3:], each.name, *each.names, *([each.fips] if each.fips else [])):
                found.setdefault(fold(name), code)
    return found


@lru_cache(maxsize=1 << 12)
def subdivision(written: str, alpha2: str = "US") -> str:
    """The ISO 3166-2 code of a subdivision of country `alpha2`; "" where it is none that is known.

    >>> subdivision("Texas"), subdivision("tx"), subdivision("US-TX"), subdivision("N.L.", "MX")
    ('US-TX', 'US-TX', 'US-TX', 'MX-NLE')
    """
    folded = fold(written)
    for of in (alpha2, written[:2].upper()):
        # "MX-SON" tells its country, whatever was asked.
        if (of == alpha2 or written[2:3] == "-") and (found := _subdivision_names(of).get(folded)):
            return found
    return ""


_SUBDIVISION = re.compile(r"([A-Z]{2})-[A-Z0-9]{1,3}")


@lru_cache(maxsize=1 << 12)
def jurisdiction(written: str) -> str:
    """The ISO 3166-2 code of a State or province, or the alpha-2 code of a country, as people in the US mean it.

    A State of the United States comes first: "CA" is California, and "Canada" or "CAN" is Canada. Then come countries,
    then what only one of Mexico and Canada has. "" where it is none of these.

    >>> jurisdiction("tx"), jurisdiction("Texas"), jurisdiction("Canada"), jurisdiction("Nuevo León"), jurisdiction("?")
    ('US-TX', 'US-TX', 'CA', 'MX-NLE', '')
    >>> jurisdiction("br-sp"), jurisdiction("XX-SP")
    ('BR-SP', '')
    """
    if found := subdivision(written) or country(written):
        return found
    near = {found for alpha2 in ("MX", "CA") if (found := subdivision(written, alpha2))}
    if len(near) == 1:
        return near.pop()
    # Of other countries' subdivisions no list is at hand: that the country exists is all that is checked.
    code = _SUBDIVISION.fullmatch(written.strip().upper())
    return code[0] if code and country(code[1]) == code[1] else ""


def jurisdiction_name(code: str) -> str:
    """The name of what `jurisdiction` gives a code for; the code itself where none is known.

    >>> jurisdiction_name("US-TX"), jurisdiction_name("CO"), jurisdiction_name("BR-SP")
    ('Texas', 'Colombia', 'BR-SP')
    """
    known = subdivisions().get(code)
    return known.name if known else country_name(code)


@cache
def _listed() -> dict[str, _Listed]:
    return load("locodes", _Locodes).locode


@cache
def locodes() -> dict[str, Locode]:
    """The places that are shipped, by UN/LOCODE: the larger ports, the airports and the land ports of entry."""
    return {
        code: Locode(code=code, name=row.name, function=row.function, latitude_deg=row.at[0], longitude_deg=row.at[1])
        for code, row in _listed().items()
    }


@cache
def _locode_names() -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for code, row in _listed().items():
        for name in (row.name, row.name.partition(",")[0], *row.names):
            found.setdefault(fold(name), set()).add(code)
            found.setdefault(fold(f"{name} {code[:2]}"), set()).add(code)
    # Portland is in Oregon and in Maine: a name that means two places means neither.
    return {name: codes.pop() for name, codes in found.items() if len(codes) == 1}


@lru_cache(maxsize=1 << 13)
def locode(written: str) -> Locode | None:
    """The place of a UN/LOCODE ("USLAX", "US LAX") or of the name of one that is shipped; None where it is not known.

    A name that several places share gives None; "Freeport, BS" tells them apart.

    >>> locode("us lax").name, locode("Cartagena").code, locode("Portland") is None
    ('Los Angeles', 'COCTG', True)
    """
    folded = fold(written)
    code = folded.replace(" ", "").upper()
    return locodes().get(code) or locodes().get(_locode_names().get(folded, ""))


# UN/LOCODE Manual, 3.2.9: degrees and minutes, "4230N 00131E".
_COORDINATES = re.compile(r"(\d{2})(\d{2})([NS]) (\d{3})(\d{2})([EW])")


def read_unlocode(rows: Iterable[list[str]]) -> dict[str, Locode]:
    """The places in rows of UNECE's own code list files, by code.

    The columns are: change, country, location, name, name without diacritics, subdivision, function, status, date,
    IATA, coordinates, remarks. Rows of countries (no location), and rows marked X (to be removed), are passed over.

    >>> rows = [["", "AD", "CAN", "Canillo", "Canillo", "", "--3-----", "RL", "0307", "", "4234N 00135E", ""]]
    >>> read_unlocode(rows)["ADCAN"].function
    '3'
    """
    found: dict[str, Locode] = {}
    for row in rows:
        if len(row) < 11 or not row[2].strip() or row[0] == "X":
            continue
        at = _COORDINATES.match(row[10].strip())
        latitude = longitude = None
        if at is not None:
            latitude = (int(at[1]) + int(at[2]) / 60) * (1 if at[3] == "N" else -1)
            longitude = (int(at[4]) + int(at[5]) / 60) * (1 if at[6] == "E" else -1)
        code = row[1] + row[2]
        found[code] = Locode(
            code=code,
            name=row[3],
            latitude_deg=latitude,
            longitude_deg=longitude,
            function=row[6].replace("-", ""),
            subdivision=f"{row[1]}-{row[5]}" if row[5] else "",
        )
    return found


# The codes of `codes/area.toml`; a test holds the two together.
BEYOND = "beyond the borders"
BORDER = "border region"
INSIDE = "inside the borders"

_CROSSING = frozenset({"inbound", "outbound", "transit"})
_BY_SEA = frozenset({"maritime", "container"})
# Territorial sea and contiguous zone are 24 miles wide, the exclusive economic zone 200 (UNCLOS, articles 33 and 57).
_CONTIGUOUS_NMI = 24.0
_ECONOMIC_NMI = 200.0


def area_of_operation(where: Where, direction: str, modality: str, home: str = "US") -> str:
    """The Plan's area of operation in which an event lies, seen from the country `home`; "" where nothing tells.

    `direction` and `modality` are codes of the lists of those names. The first rule that applies decides:

    1. In another country, whatever the direction: beyond the borders. A territory of `home` is home.
    2. No country is named. International waters, by direction or by the name of a sea: beyond the borders. A position
       within 24 nautical miles of a listed port of `home`: border region; farther than 200 from all: beyond the
       borders; between the two, or with no position: "".
    3. At home, and goods crossed the border there (inbound, outbound, transit), or it was a tunnel under the border:
       border region.
    4. At home, and said to be domestic: inside the borders.
    5. At home, on the sea, or at a place of entry, by its installation or its UN/LOCODE (a border crossing; a port for
       what came by sea, an airport for what came by air): border region.
    6. At home otherwise: inside the borders.

    >>> area_of_operation(Where(country="CO"), "inbound", "air")
    'beyond the borders'
    >>> area_of_operation(Where(country="US", locode="USLRD"), "", "land vehicle")
    'border region'
    >>> area_of_operation(Where(country="US", subdivision="Ohio"), "domestic", "land vehicle")
    'inside the borders'
    """
    known = countries().get(where.country or where.locode[:2])
    here = where.country or where.locode[:2]
    if here == home or (known is not None and known.home == home):
        return _area_at_home(where, direction, modality)
    # XZ is UN/LOCODE's "installations in international waters".
    if here:
        return BEYOND
    return _area_at_sea(where, direction, home)


def _area_at_home(where: Where, direction: str, modality: str) -> str:
    if direction in _CROSSING or modality == "tunnel":
        return BORDER
    if direction == "domestic":
        return INSIDE
    if modality == "maritime" or fold(where.installation) in _words().entry:
        return BORDER
    listed = locodes().get(where.locode)
    function = listed.function if listed else ""
    by_sea = "1" in function and modality in _BY_SEA
    by_air = "4" in function and modality == "air"
    return BORDER if "B" in function or by_sea or by_air else INSIDE


def _area_at_sea(where: Where, direction: str, home: str) -> str:
    named = {fold(where.place), fold(where.subdivision), fold(where.installation)}
    if direction == "international waters" or named & _words().seas:
        return BEYOND
    if where.latitude_deg is None or where.longitude_deg is None:
        return ""
    away = _from_port_nmi(where.latitude_deg, where.longitude_deg, home)
    return BORDER if away <= _CONTIGUOUS_NMI else BEYOND if away > _ECONOMIC_NMI else ""


class _Words(msgspec.Struct, frozen=True):
    seas: frozenset[str]
    entry: frozenset[str]


@cache
def _words() -> _Words:
    areas = load("operation-areas", _Areas)
    return _Words(seas=frozenset(map(fold, areas.seas)), entry=frozenset(map(fold, areas.entry)))


def _from_port_nmi(latitude_deg: float, longitude_deg: float, home: str) -> float:
    """Nautical miles to the nearest listed port of `home` or its territories; infinity where it has none."""
    mine = {home} | {alpha2 for alpha2, each in countries().items() if each.home == home}
    ports = [row.at for code, row in _listed().items() if code[:2] in mine and "1" in row.function]
    return min((_apart_nmi((latitude_deg, longitude_deg), at) for at in ports), default=inf)


def _apart_nmi(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Great-circle distance in nautical miles between two (latitude, longitude) in degrees, on a sphere (haversine)."""
    south, north = radians(here[0]), radians(there[0])
    half_lat, half_lon = (north - south) / 2, radians(there[1] - here[1]) / 2
    chord = sin(half_lat) ** 2 + cos(south) * cos(north) * sin(half_lon) ** 2
    # A minute of arc is a nautical mile: 60 x 180 / pi to the radian.
    return 2 * asin(sqrt(min(1.0, chord))) * 10800 / pi
