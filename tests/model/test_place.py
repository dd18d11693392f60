"""Places: countries as the files write them, UN/LOCODE against the lists themselves, and the areas of operation."""

from __future__ import annotations

import csv
import gzip
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest

from cutset.model import place
from cutset.model.report import Where
from cutset.model.text import fold

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("CUTSET_DATA", ROOT.parent / "shared" / "data"))

# The list itself puts these elsewhere: San Ysidro near Warner Springs, Yantian in Fujian.
MISPLACED_BY_UNECE = {"USSYO", "CNYTN"}


def read_rows(pattern: str, encoding: str, **options: str) -> Iterator[list[str]]:
    files = sorted(DATA.glob(pattern))
    if not files:
        pytest.skip(f"needs CUTSET_DATA: {pattern}")
    for file in files:
        opener = gzip.open if file.suffix == ".gz" else open
        with opener(file, "rt", encoding=encoding, newline="") as lines:
            yield from csv.reader(lines, **options)  # type: ignore[arg-type]


@cache
def unlocode() -> dict[str, place.Locode]:
    return place.read_unlocode(read_rows("reference/unlocode-*.csv.gz", "latin-1"))


# --- countries


@pytest.mark.parametrize(
    ("written", "alpha2"),
    [
        ("Bolivia, Plurinational State of", "BO"), ("Korea, Democratic People's Republic of", "KP"), ("co", "CO"),
        ("MEX", "MX"), ("840", "US"), ("Congo, the Democratic Republic of the", "CD"), ("Congo", "CG"),
        ("Côte d'Ivoire", "CI"), ("Cote d Ivoire", "CI"), ("Kosovo under UNSCR 1244", "XK"), ("Burma", "MM"),
        ("Netherlands Antilles", "AN"), ("Virgin Islands, British", "VG"), ("St. Lucia", "LC"), ("Alemania", "DE"),
        ("États-Unis", "US"), ("Países Bajos", "NL"), ("Iraq (Kurdistan Region)", "IQ"), ("The Gambia", "GM"),
        ("United Kingdom (England and Wales)", "GB"), ("Libyan Arab Jamahiriya", "LY"), ("Swaziland", "SZ"),
        ("Macau, SAR of China", "MO"), ("Region: Gaza", "PS"), ("Estados Unidos da América", "US"),
        ("Puerto Rico", "PR"),
    ],
)  # fmt: skip
def test_countries_as_people_write_them(written: str, alpha2: str) -> None:
    assert place.country(written) == alpha2


@pytest.mark.parametrize(
    "written", ["", "Unknown", "Other", "Multiple Countries", "-0- ", "undetermined", "Atlantis", ","]
)
def test_no_country_is_guessed(written: str) -> None:
    assert place.country(written) == ""


def test_no_name_means_two_countries() -> None:
    meant: dict[str, set[str]] = {}
    for alpha2, each in place.countries().items():
        for name in (alpha2, each.alpha3, each.numeric, each.name, *each.en, *each.es, *each.pt, *each.fr):
            meant.setdefault(fold(name), set()).add(alpha2)
            assert not name or place.country(name) == alpha2
    meant.pop("", None)
    assert {name: codes for name, codes in meant.items() if len(codes) > 1} == {}


def test_every_country_has_a_name_codes_and_a_label_point() -> None:
    assert len([each for each in place.countries().values() if each.former is None]) == 250
    for alpha2, each in place.countries().items():
        assert place.country_name(alpha2) == each.name
        assert len(each.alpha3) == 3
        assert each.numeric or alpha2 == "XK"
        latitude, longitude = place.centroid(alpha2) or (999.0, 999.0)
        assert -90 <= latitude <= 90
        assert -180 <= longitude <= 180
        assert not each.home or each.home in place.countries()
    assert place.country_name("QQ") == "QQ"
    assert place.centroid("QQ") is None


def test_countries_are_those_of_iso_3166() -> None:
    pycountry = pytest.importorskip("pycountry", reason="pycountry, a second source of ISO 3166, is not installed")
    ours = {alpha2 for alpha2, each in place.countries().items() if each.former is None} - {"XK"}
    assert ours == {each.alpha_2 for each in pycountry.countries}
    for each in pycountry.countries:
        known = place.countries()[each.alpha_2]
        assert (known.alpha3, known.numeric) == (each.alpha_3, each.numeric)


@pytest.mark.data
def test_unodc_and_ofac_countries_are_known() -> None:
    rows = read_rows("seizures/unodc_ids_dev_*.csv.gz", "utf-8-sig", delimiter=";")
    header = next(rows)
    columns = [header.index(f"{name}COUNTRY") for name in ("", "PRODUCING_", "DEPARTURE_", "DESTINATION_")]
    written = {row[column] for row in rows for column in columns}
    assert {name for name in written if not place.country(name)} <= {"", "Other", "Unknown", "Multiple Countries"}
    addresses = {row[4] for row in read_rows("sanctions/ofac-2019-add.csv.gz", "latin-1") if len(row) > 4}
    regions = {"-0- ", "undetermined", "Region: Commonwealth of Independent States", "Region: Kafia Kingi"}
    assert {name for name in addresses if not place.country(name)} <= regions


@pytest.mark.data
def test_label_points_lie_by_their_countries() -> None:
    """Each label point of a country that Natural Earth draws lies within a degree of its outline's bounding box."""
    file = DATA / "reference" / "countries-110m.json"
    if not file.exists():
        pytest.skip("needs CUTSET_DATA: Natural Earth's countries")
    topology = msgspec.json.decode(file.read_bytes())
    checked = 0
    for shape in topology["objects"]["countries"]["geometries"]:
        alpha2 = place.country(str(shape.get("id", "")))
        if alpha2:
            west, south, east, north = _bounds(topology, shape)
            latitude, longitude = place.centroid(alpha2) or (999.0, 999.0)
            assert south - 1 <= latitude <= north + 1, alpha2
            assert west - 1 <= longitude <= east + 1, alpha2
            checked += 1
    assert checked > 150


def _bounds(topology: dict, shape: dict) -> tuple[float, float, float, float]:
    (scale_x, scale_y), (shift_x, shift_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    xs, ys = [], []
    polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
    for arc in {index if index >= 0 else ~index for polygon in polygons for ring in polygon for index in ring}:
        x = y = 0
        for step_x, step_y in topology["arcs"][arc]:
            x, y = x + step_x, y + step_y
            xs.append(x * scale_x + shift_x)
            ys.append(y * scale_y + shift_y)
    return min(xs), min(ys), max(xs), max(ys)


# --- subdivisions


def test_subdivisions_of_north_america() -> None:
    counts = [sum(code.startswith(country) for code in place.subdivisions()) for country in ("US-", "MX-", "CA-")]
    assert counts == [57, 32, 13]
    for code, each in place.subdivisions().items():
        country = code[:2]
        assert {place.subdivision(name, country) for name in (code, code[3:], each.name, *each.names)} == {code}
        assert place.subdivision(code) == code


@pytest.mark.parametrize(
    ("written", "country", "code"),
    [("Texas", "US", "US-TX"), ("48", "US", "US-TX"), ("Edomex", "MX", "MX-MEX"), ("Nuevo León", "MX", "MX-NLE"),
     ("BC", "MX", "MX-BCN"), ("BC", "CA", "CA-BC"), ("Québec", "CA", "CA-QC"), ("Bavaria", "DE", ""), ("", "US", "")],
)  # fmt: skip
def test_subdivision(written: str, country: str, code: str) -> None:
    assert place.subdivision(written, country) == code


# --- UN/LOCODE


def test_locode_by_code_and_by_name() -> None:
    laredo = place.locode("US LRD")
    assert laredo is not None
    assert (laredo.code, laredo.country, laredo.name) == ("USLRD", "US", "Laredo")
    assert place.locode("La Habana") == place.locode("cuhav")
    for both in ("Portland", "Nogales", "Freeport", "", "USZZZ"):
        assert place.locode(both) is None
    freeport = place.locode("Freeport, BS")
    assert freeport is not None
    assert freeport.code == "BSFPO"


@pytest.mark.data
def test_shipped_places_are_in_the_list() -> None:
    listed = unlocode()
    assert len(listed) > 100_000
    for code, ours in place.locodes().items():
        assert code in listed, ours
        theirs = listed[code]
        if theirs.latitude_deg is None or theirs.longitude_deg is None or code in MISPLACED_BY_UNECE:
            continue
        assert ours.latitude_deg == pytest.approx(theirs.latitude_deg, abs=0.3), ours
        assert ours.longitude_deg == pytest.approx(theirs.longitude_deg, abs=0.3), ours


@pytest.mark.data
def test_shipped_ports_are_where_the_world_port_index_has_them() -> None:
    """A second source, in which ports are by name: of ports that have the same name and country, one must be near."""
    rows = read_rows("reference/world_port_index.csv", "utf-8")
    header = next(rows)
    columns = [header.index(name) for name in ("port_name", "country", "port_latitude", "port_longitude")]
    index: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for row in rows:
        name, country, latitude, longitude = (row[column] for column in columns)
        index.setdefault((fold(name), country), []).append((float(latitude), float(longitude)))
    checked = 0
    for ours in place.locodes().values():
        found = index.get((fold(ours.name.partition(",")[0]), ours.country), [])
        if "1" in ours.function and found:
            assert ours.latitude_deg is not None
            assert ours.longitude_deg is not None
            apart = min(max(abs(ours.latitude_deg - lat), abs(ours.longitude_deg - lon)) for lat, lon in found)
            assert apart <= 0.3, ours
            checked += 1
    assert checked > 100


@pytest.mark.data
def test_unlocode_reads_coordinates_and_subdivisions() -> None:
    found = unlocode()["USELP"]
    assert found.subdivision == "US-TX"
    assert found.function == "345"
    assert found.latitude_deg == pytest.approx(31.75, abs=0.01)
    assert found.longitude_deg == pytest.approx(-106.48, abs=0.01)


def test_unlocode_passes_over_what_is_no_place() -> None:
    rows = [["", "AD", "", ".ANDORRA"], ["X", "AD", "XXX", "Gone", "Gone", "", "1", "", "", "", ""], []]
    assert place.read_unlocode(rows) == {}


# --- areas of operation


@pytest.mark.parametrize(
    ("where", "direction", "modality", "area"),
    [
        (Where(country="CO"), "domestic", "land vehicle", place.BEYOND),
        (Where(country="MX", locode="MXTIJ"), "outbound", "land vehicle", place.BEYOND),
        (Where(locode="PABLB"), "", "", place.BEYOND),
        (Where(place="Eastern Pacific"), "", "maritime", place.BEYOND),
        (Where(), "international waters", "", place.BEYOND),
        (Where(latitude_deg=8.0, longitude_deg=-90.0), "", "maritime", place.BEYOND),
        (Where(latitude_deg=25.7, longitude_deg=-80.0), "", "maritime", place.BORDER),
        (Where(latitude_deg=27.0, longitude_deg=-79.0), "", "maritime", ""),
        (Where(latitude_deg=18.6, longitude_deg=-66.2), "", "maritime", place.BORDER),
        (Where(country="US"), "inbound", "land vehicle", place.BORDER),
        (Where(country="US"), "outbound", "", place.BORDER),
        (Where(country="US"), "transit", "air", place.BORDER),
        (Where(country="US"), "", "tunnel", place.BORDER),
        (Where(country="US", locode="USSYO"), "", "", place.BORDER),
        (Where(country="US", locode="USLAX"), "", "container", place.BORDER),
        (Where(country="US", locode="USATL"), "", "air", place.BORDER),
        (Where(country="US", locode="USATL"), "", "land vehicle", place.INSIDE),
        (Where(country="US", locode="USLAX"), "domestic", "container", place.INSIDE),
        (Where(country="US", installation="International Airport"), "", "", place.BORDER),
        (Where(country="US", installation="Residence"), "", "", place.INSIDE),
        (Where(country="PR"), "", "maritime", place.BORDER),
        (Where(country="PR"), "", "", place.INSIDE),
        (Where(country="US", subdivision="Ohio"), "", "land vehicle", place.INSIDE),
        (Where(), "inbound", "air", ""),
        (Where(), "", "", ""),
    ],
)
def test_area_of_operation(where: Where, direction: str, modality: str, area: str) -> None:
    assert place.area_of_operation(where, direction, modality) == area


def test_another_country_can_be_home() -> None:
    assert place.area_of_operation(Where(country="CO"), "outbound", "maritime", home="CO") == place.BORDER
    assert place.area_of_operation(Where(country="US"), "inbound", "air", home="CO") == place.BEYOND
    assert place.area_of_operation(Where(latitude_deg=10.5, longitude_deg=-75.6), "", "", home="CO") == place.BORDER
