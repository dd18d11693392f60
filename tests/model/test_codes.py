"""The code lists: whole, without clashes, and knowing what the files on hand write."""

from __future__ import annotations

import csv
import gzip
import os
import re
from collections import Counter
from importlib import resources
from pathlib import Path

import pytest
from stdnum import casrn

from cutset.model import codes, place
from cutset.model.codes.files import BadCodeFile, load
from cutset.model.text import fold

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("CUTSET_DATA", ROOT.parent / "shared" / "data"))

# What UNODC's file writes and no one should guess at: spellings of brands that we could not trace, and "other".
UNTRACED = {
    "Acyl", "Colina", "Controlled Drug Mix", "Halbiridol", "Kitil", "Lozenal", "Methylester", "Novazine", "Nozepane",
    "Orzepam", "Other", "Parkedil", "Parkenal", "Roche", "Soulperane", "Unknown", "Yava",
}  # fmt: skip


def unodc(*columns: str) -> list[Counter[str]]:
    file = DATA / "seizures" / "unodc_ids_dev_2011-2014.csv.gz"
    if not file.exists():
        pytest.skip("needs CUTSET_DATA: UNODC's individual drug seizures")
    counts: list[Counter[str]] = [Counter() for _ in columns]
    with gzip.open(file, "rt", encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines, delimiter=";"):
            for column, count in zip(columns, counts, strict=True):
                count[row[column]] += 1
    return counts


def clashes(spellings: dict[str, tuple[str, ...]]) -> dict[str, set[str]]:
    """Folded spellings that mean two codes."""
    found: dict[str, set[str]] = {}
    for code, names in spellings.items():
        for name in names:
            found.setdefault(fold(name), set()).add(code)
    return {name: meant for name, meant in found.items() if len(meant) > 1 or not name}


@pytest.mark.parametrize("name", codes.CODE_LISTS)
def test_every_list_is_whole_and_says_where_it_is_from(name: str) -> None:
    found = codes.code_list(name)
    assert found.title
    assert len(found.source) > 20
    assert all(code.code and code.title and code.meaning for code in found.codes)
    assert len({code.code for code in found.codes}) == len(found.codes)
    assert clashes({code.code: code.spellings for code in found.codes}) == {}
    for code in found.codes:
        assert {codes.code(name, spelling) for spelling in code.spellings} == {code.code}
        assert codes.title(name, code.code) == code.title
    assert [word for word in found.unsaid if codes.code(name, word)] == []


def test_every_data_file_is_used_and_has_its_source_and_paragraph() -> None:
    page = (ROOT / "docs" / "codes.md").read_text(encoding="utf-8")
    paragraphs = dict(re.findall(r"^### `([\w.-]+)`\n\n((?:.+\n)+)", page, flags=re.MULTILINE))
    files = {each.name: each for each in resources.files(codes).iterdir() if each.name.endswith(".toml")}
    assert set(paragraphs) == set(files)
    assert {f"{name.replace(' ', '-')}.toml" for name in codes.CODE_LISTS} <= set(files)
    for name, text in paragraphs.items():
        assert len(text) > 80, name
        assert "source" in files[name].read_text(encoding="utf-8").lower(), name


def test_an_unknown_list_says_which_there_are() -> None:
    with pytest.raises(codes.UnknownCodeList, match="modality"):
        codes.code("colour", "red")


def test_a_broken_file_is_named() -> None:
    with pytest.raises(BadCodeFile, match=r"area\.toml"):
        load("area", dict[str, int])


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert codes.title("modality", "teleport") == "teleport"


# --- substances


def test_no_name_means_two_substances() -> None:
    assert clashes({code: each.names for code, each in codes.substances().items()}) == {}
    for each in codes.substances().values():
        assert {codes.find_substance(name) for name in each.names} == {each}


def test_numbers_and_schedules_have_their_form() -> None:
    classes = {code.code for code in codes.code_list("drug class").codes}
    numbers = [each.cas for each in codes.substances().values() if each.cas]
    assert len(numbers) == len(set(numbers)) > 200
    assert [number for number in numbers if not casrn.is_valid(number)] == []
    for each in codes.substances().values():
        assert each.drug_class in classes, each.code
        assert re.fullmatch(r"|I{1,3}|IV|V|List II?", each.dea_schedule), each.code
        assert re.fullmatch(r"|1961 I{1,3}( and IV)?|1971 (I{1,3}|IV)|1988 Table II?", each.un_treaty), each.code
        assert all(re.fullmatch(r"\d{4}\.\d{2}", heading) for heading in each.hs_codes), each.code
        assert each.drug_class != "precursor" or each.precursor, each.code
        assert not each.un_treaty.startswith("1988") or each.precursor, each.code
        assert each.density_kg_per_l is None or 0.6 < each.density_kg_per_l < 2, each.code


@pytest.mark.parametrize("drug_class", [code.code for code in codes.code_list("drug class").codes])
def test_every_class_has_a_substance(drug_class: str) -> None:
    assert any(each.drug_class == drug_class for each in codes.substances().values())


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Cocaína", "cocaine"), ("pasta base", "coca paste"), ("crack", "crack cocaine"), ("héroïne", "heroin"),
        ("maconha", "cannabis"), ("Marijuana", "cannabis"), ("haschisch", "cannabis resin"), ("éxtasis", "mdma"),
        ("Ecstasy", "mdma"), ("Lsd", "lsd"), ("Khat (Catha Edulis)", "khat"), ("Ketamine", "ketamine"),
        ("Fentanilo", "fentanyl"), ("Heroin hydrochloride", "heroin"), ("morphine sulfate", "morphine"),
        ("clorhidrato de metadona", "methadone"), ("anhydride acétique", "acetic anhydride"),
        ("GBL", "gamma-butyrolactone"), ("Cetamina", "ketamine"), ("4-ANPP", "anpp"),
        ("Alprazolam (Xanax)", "alprazolam"),
    ],
)  # fmt: skip
def test_names_and_slang_in_four_languages(written: str, code: str) -> None:
    found = codes.find_substance(written)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    "written", ["", "Other Drugs**", "ice", "sugar (not cocaine)", "fake (heroin)", "barium sulfate"]
)
def test_no_substance_is_guessed(written: str) -> None:
    assert codes.find_substance(written) is None


@pytest.mark.data
def test_unodc_names_are_known() -> None:
    (names,) = unodc("DRUG_NAME")
    unknown = {name for name in names if codes.find_substance(name) is None}
    assert unknown <= UNTRACED
    assert sum(names[name] for name in unknown) < 0.01 * names.total()


@pytest.mark.data
def test_cbp_drug_types_are_known() -> None:
    files = sorted((DATA / "seizures").glob("cbp-*.csv.gz"))
    if not files:
        pytest.skip("needs CUTSET_DATA: CBP's monthly totals")
    for file in files:
        with gzip.open(file, "rt", encoding="utf-8-sig", newline="") as lines:
            written = {row["Drug Type"] for row in csv.DictReader(lines)}
        assert {name for name in written if codes.find_substance(name) is None} <= {"Other Drugs**"}


# --- units, modality, concealment, direction in real files


def test_no_name_means_two_units() -> None:
    names = {code: (code, each.title, *each.names) for code, each in codes.units().items()}
    assert clashes(names) == {}


@pytest.mark.data
def test_unodc_units_and_codes_are_known() -> None:
    units, transport, hiding, routing = unodc("DRUG_UNIT", "TRANSPORT", "HIDING_PLACE", "ROUTING")
    assert {unit for unit in units if codes.find_unit(unit) is None} <= {"", "other"}
    for name, written in (("modality", transport), ("concealment", hiding), ("direction", routing)):
        unsaid = {"", *codes.code_list(name).unsaid}
        assert {word for word in written if not codes.code(name, word)} <= unsaid, name


# --- confidence, currencies, areas


@pytest.mark.parametrize(
    ("written", "reliability", "credibility", "high"),
    [("B2", "B", "2", None), ("a-1", "A", "1", None), ("F", "F", "", None), ("6", "", "6", None),
     ("Usually reliable", "B", "", None), ("High", "", "", True), ("other", "", "", False), ("", "", "", None),
     ("Z9", "", "", None)],
)  # fmt: skip
def test_confidence(written: str, reliability: str, credibility: str, high: bool | None) -> None:
    found = codes.confidence(written)
    assert (found.reliability, found.credibility, found.high) == (reliability, credibility, high)


def test_currencies_are_iso_4217() -> None:
    for code, each in codes.currencies().items():
        assert re.fullmatch(r"[A-Z]{3}", code)
        assert re.fullmatch(r"\d{3}", each.numeric)
        assert each.decimals in (0, 2, 3)
        assert codes.find_currency(code.lower()) is each
        assert codes.find_currency(each.name) is each
    assert [codes.find_currency(sign) for sign in ("$", "peso", "franc", "XXX", "")] == [None] * 5


def test_areas_of_the_code_are_those_of_the_list() -> None:
    listed = [code.code for code in codes.code_list("area").codes]
    assert listed == [place.BEYOND, place.BORDER, place.INSIDE]
