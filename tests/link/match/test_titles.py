from __future__ import annotations

import pytest

from cutset.link.match.frequencies import Frequencies
from cutset.link.match.titles import Agreement, best, compare, organisation, vessel

FREQUENCIES = Frequencies()


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("Comercializadora El Águila, S.A. de C.V.", "COMERCIALIZADORA AGUILA SA DE CV", "SAME"),
        ("Rosneft Trading GmbH", "Trading Rosneft", "SAME"),
        ("Sea Horse Ltd", "Seahorse Limited", "SAME"),
        ("ООО «Восток»", "OOO Vostok", "SAME"),
        ("Grupo Quiroga", "Grupo Quiroga Transportes", "PART"),
        ("Vostok Shipping", "Vostock Shiping", "SLIP"),
        ("Banco Nacional Agrario", "BNA", "ACRONYM"),
        ("Zafiro Polar Trading", "Boreal Onix Trading", "DIFFERENT"),
    ],
)
def test_organisations(left: str, right: str, expected: str) -> None:
    one, other = organisation(left), organisation(right)
    assert one
    assert other
    assert compare(one, other, FREQUENCIES).name == expected
    assert compare(other, one, FREQUENCIES).name == expected


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("X Uno S.A. de C.V.", "sa_cv"),
        ("X Uno, L.L.C.", "llc"),
        ("X Uno S. de R.L.", "srl"),
        ("X Uno Ltda.", "limited"),
        ("X Uno", ""),
        ("GmbH", ""),
    ],
)
def test_legal_forms(written: str, form: str) -> None:
    found = organisation(written)
    assert found
    assert found.form == form


def test_a_renamed_vessel_is_found_by_its_former_name() -> None:
    now = tuple(filter(None, (vessel("M/V Amber Dawn"), vessel("Coral Trader"))))
    before = tuple(filter(None, (vessel("CORAL TRADER"),)))
    assert best(now, before, FREQUENCIES)[0] is Agreement.SAME


def test_the_number_of_a_ship_is_written_both_ways() -> None:
    one, other = vessel("Ocean Star II"), vessel("OCEAN STAR 2")
    assert one
    assert one == other
    assert one != vessel("Ocean Star III")


@pytest.mark.parametrize("nothing", ["", "...", "​"])
def test_nothing_is_no_name(nothing: str) -> None:
    assert organisation(nothing) is None
    assert vessel(nothing) is None
