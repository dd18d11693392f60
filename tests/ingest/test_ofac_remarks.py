from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutset.ingest.ofac_remarks import parse
from cutset.ingest.ofac_sdn import OfacSdn
from tests.ingest.reading import read, real


def only(remarks: str):
    (found,) = parse(remarks).selectors
    return (str(found.kind), found.value, found.verified)


@pytest.mark.parametrize(
    ("remarks", "expected"),
    [
        ("Passport AJ126708 (Colombia) issued 26 Mar 2004 expires 25 Mar 2014.", ("passport", "CO:AJ126708", True)),
        ("alt. Passport RL 1622378 (Lebanon)", ("passport", "LB:RL1622378", True)),
        ("Diplomatic Passport A0002987 (Iran)", ("passport", "IR:A0002987", True)),
        ("alt. Passport Booklet: A5199819 (Pakistan)", ("passport", "PK:A5199819", True)),
        ("Passport 472220033 (Korea, North)", ("passport", "KP:472220033", True)),
        ("Passport 1091875", ("passport", "1091875", False)),
        ("Cedula No. 16247821 (Colombia)", ("identity-document", "CO:16247821", True)),
        ("SSN 219-09-9999", ("identity-document", "US:219099999", True)),
        ("National ID No. CNIC: 35202-5400413-9 (Pakistan)", ("identity-document", "PK:3520254004139", True)),
        ("Vessel Registration Identification IMO 9074729", ("imo", "9074729", True)),
        ("Vessel Registration Identification IMO 9074728", ("imo", "9074728", False)),
        ("MMSI 572469210", ("mmsi", "572469210", True)),
        ("Previous Aircraft Tail Number G-VSSH", ("aircraft-registration", "G-VSSH", True)),
        ("Aircraft Mode S Transponder Code 730C5D", ("icao-24bit", "730C5D", True)),
        ("EMAIL made@example.org", ("email", "made@example.org", True)),
        ("Email:made@example.org", ("email", "made@example.org", True)),
        ("Telephone (98)(21)(66153220)", ("phone", "+982166153220", True)),
        ("Telephone No. 009613679153", ("phone", "+9613679153", True)),
        ("Phone Number 982188526300", ("phone", "+982188526300", True)),
        ("Telephone No. (218) (0)214778301", ("phone", "+218214778301", True)),
    ],
)
def test_an_identifier_becomes_a_selector(remarks, expected):
    found = only(remarks)
    # How a registration is written when normalised is for the model's own tests.
    assert (found[0], found[1].replace("-", ""), found[2]) == (expected[0], expected[1].replace("-", ""), expected[2])


def test_a_document_keeps_its_label_as_it_was_written():
    (found,) = parse("alt. Cedula No. 16247821 (Colombia).").selectors
    assert found.written == "Cedula No. 16247821 (Colombia)"


@pytest.mark.parametrize(
    "remarks",
    [
        "Matricula Mercantil No 1362098 (Colombia)",
        "Registration ID HRB 26136 (Germany)",
        "Driver's License No. 180839 (Mexico)",
        "National ID No.: 1372584, Kenya",
        "Telephone No. (022) 7363030",
    ],
)
def test_a_number_that_is_not_unique_or_not_whole_never_links(remarks):
    (found,) = parse(remarks).selectors
    assert not found.verified


@pytest.mark.parametrize("remarks", ["Company Number IMO 9074729", "Identification Number IMO 9074729"])
def test_an_imo_company_number_is_no_ship(remarks):
    found = parse(remarks)
    assert (found.selectors, found.facts) == ((), (remarks,))


@pytest.mark.parametrize(
    ("remarks", "born"),
    [
        ("DOB 10 Dec 1948", ("1948-12-10",)),
        ("DOB Sep 1938", ("1938-09",)),
        ("DOB 1946", ("1946",)),
        ("DOB circa 1951; alt. DOB 1952", ("circa 1951", "1952")),
        ("DOB circa 07 Jul 1966", ("circa 1966-07-07",)),
        ("DOB 1929 to 1931", ("1929", "1930", "1931")),
        ("DOB circa 1979-1980", ("circa 1979", "circa 1980")),
        ("DOB 01 Jan 1953 to 31 Dec 1954", ("1953", "1954")),
    ],
)
def test_births_are_partial_dates(remarks, born):
    assert parse(remarks).born == born


@pytest.mark.parametrize("remarks", ["DOB 30 Feb 1950", "DOB 1900 to 1999", "DOB 1990 to 1980", "DOB unknown"])
def test_a_birth_that_is_no_date_or_says_nothing_is_left(remarks):
    assert (parse(remarks).born, parse(remarks).left) == ((), (remarks,))


def test_the_last_full_stop_goes_unless_it_ends_an_abbreviation():
    assert parse("Linked To: TALIBAN.").linked == ("TALIBAN",)
    assert parse("Linked To: R D I S.A.").linked == ("R D I S.A.",)
    assert parse("a.k.a. ''Umar al-Made'; f.k.a. 'MADE'.").aliases == ("'Umar al-Made", "MADE")


def test_torn_remarks_give_no_half_identifier():
    remarks = "Phone Number 982188526300; Passport 1 (Mexico); MMSI 572469210."
    assert parse(remarks, torn=True).left == ("Phone Number 982188526300",)
    assert "phone" not in {str(found.kind) for found in parse(remarks, torn=True).selectors}


CLAUSE = st.one_of(
    st.text(max_size=40),
    st.builds(
        "{}{} {}{}".format,
        st.sampled_from(["", "alt. "]),
        st.sampled_from(
            [
                "DOB",
                "Passport",
                "NIT #",
                "Telephone",
                "Email Address",
                "MMSI",
                "a.k.a. '",
                "Linked To:",
                "RFC",
                "Digital Currency Address - XBT",
                "Aircraft Model",
                "Vessel Registration Identification IMO",
            ]
        ),
        st.text(max_size=30),
        st.sampled_from(["", " (Mexico)", " (", " issued 1 Jan 2001", " to 1950", "'"]),
    ),
)


@given(st.lists(CLAUSE, max_size=6).map("; ".join), st.booleans())
def test_it_never_raises_and_gives_nothing_empty(remarks, torn):
    found = parse(remarks, torn=torn)
    for words in (found.born, found.aliases, found.linked, found.operators, found.facts, found.left):
        assert all(words)
        assert len(set(words)) == len(words) or words is found.left
    assert all(each.value for each in found.selectors if each.verified)
    assert parse(remarks, torn=torn) == found


@pytest.mark.data
def test_of_the_real_remarks_hardly_an_identifier_is_left():
    drafts, _ = read(OfacSdn(), real("sanctions"))
    remarks = [draft.report.text for draft in drafts if "sdn.csv" in draft.file]
    found = [parse(text) for text in remarks]
    left = [clause for each in found for clause in each.left]
    numbered = [clause for clause in left if re.search(r"\d{5}", clause)]
    assert sum(len(each.selectors) for each in found) > 5_300
    # An arrest's place, a telex, a note with a number: none is a form of identifier that comes twice.
    assert len(numbered) <= 5
    assert sum(len(each.born) for each in found) > 4_000
