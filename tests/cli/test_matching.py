"""`cutset match`: what it is asked is read, or refused; and what it does not compare it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cutset.model import selector
from cutset.model.mention import Mention, MentionKind, Role, SelectorKind
from cutset.node import Node
from tests.cli.running import Ran, run
from tests.samples import case, seizure
from tests.worlds import AGENCIES, VIEWERS


def borne(sort: SelectorKind, written: str, **about: Any) -> Mention:
    return Mention(selectors=(selector.read(sort, written),), **about)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("matching")
    node = Node.create(str(folder / "made.cutset"))
    node.register(*AGENCIES, *VIEWERS)
    olga = borne(SelectorKind.PHONE, "+12065550163", kind=MentionKind.PERSON, name="Olga Montero", role=Role.DRIVER)
    ship = borne(SelectorKind.IMO, "9074729", kind=MentionKind.VESSEL, name="Ocean Star", role=Role.CONVEYANCE)
    stamped = borne(SelectorKind.STAMP, "BLACK WOLF", kind=MentionKind.PARCEL, role=Role.ITEM)
    node.submit(seizure(olga, ship), by="ann@ash")
    node.submit(case("7", stamped), by="ann@ash")
    return folder


def asked(store: Path, *arguments: str) -> Ran:
    return run(store, "match", *arguments, "--as", "ann@ash")


def names(ran: Ran) -> list[str]:
    return [step["right"] for match in ran.json["matches"] for step in match["score"]["comparisons"] if step["right"]]


@pytest.mark.parametrize(("verb", "threshold"), [("match", "1"), ("matches", "nan")])
def test_a_threshold_that_no_match_has_is_refused(store: Path, verb: str, threshold: str) -> None:
    report = asked(store, "Olga Montero", "--threshold", "0", "--json").json["matches"][0]["report"]
    ran = run(store, verb, report, "--threshold", threshold, "--as", "ann@ash")
    assert ran.status == 2
    assert "from 0 to below 1" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("by", "kind"), [("+1 206 555 0163", "person"), ("IMO 9074729", "vessel"), ("9074729", "vessel")]
)
def test_an_identifier_tells_what_is_looked_for(store: Path, by: str, kind: str) -> None:
    ran = asked(store, "--by", by, "--threshold", "0", "--json")
    assert ran.status == 0, ran.err
    assert len(ran.json["matches"]) == 1
    assert asked(store, "--by", by, "--kind", kind, "--threshold", "0", "--json").json == ran.json


@pytest.mark.parametrize(
    "arguments",
    [
        ("Olga Montero", "--born", "soon"),
        ("Olga Montero", "--address", "..."),
        ("--by", "not an identifier"),
        ("Olga Montero", "--by", "not an identifier"),
        ("--by", "9074729", "--kind", "person"),
        ("FNU LNU",),
        ("Unknown", "--born", "1979"),
    ],
)
def test_what_cannot_be_read_is_refused(store: Path, arguments: tuple[str, ...]) -> None:
    ran = asked(store, *arguments)
    assert ran.status == 2
    assert ran.out == ""
    assert ran.err.startswith("cutset: this ")


@pytest.mark.parametrize("arguments", [("--kind", "phone", "--by", "+12065550163"), ("box", "--kind", "parcel")])
def test_what_is_not_compared_is_said(store: Path, arguments: tuple[str, ...]) -> None:
    ran = asked(store, *arguments)
    assert ran.status == 0
    assert "Not compared" in ran.out
    assert "No match" not in ran.out
    assert asked(store, *arguments, "--json").json["compared"] is False


def test_a_day_that_is_in_no_calendar_is_compared_as_written_and_said(store: Path) -> None:
    # Clerks write such days, and the same mistake twice says something.
    ran = asked(store, "Olga Montero", "--born", "2020-13-45", "--threshold", "0", "--json")
    assert ran.status == 0
    assert "2020-13-45 is not in the calendar" in ran.err
    assert asked(store, "Olga Montero", "--born", "2020-02-29").err == ""


def test_a_single_name_is_said_to_find_only_its_like(store: Path) -> None:
    assert "A single name is compared only" in asked(store, "Montero").out
    assert "A single name" not in asked(store, "Pedro Zambada").out
    assert "A single name" not in asked(store, "Montero", "--born", "1979-09-21").out


def test_a_stamp_says_where_from_and_not_which(store: Path) -> None:
    ran = asked(store, "--by", "BLACK WOLFS", "--kind", "drug lot")
    assert ran.status == 0, ran.err
    assert "probability 0.8" in ran.out
    assert "says of no two that they are one thing" in ran.out
    assert names(asked(store, "--by", "Black Wolfs", "--kind", "parcel", "--json")) == ["black wolf"]
    assert "one source" not in asked(store, "Olga Montero", "--threshold", "0").out


@pytest.mark.parametrize("by", ["1Z999AA10123456784", "9400111899223197428497", "EB294751488CN"])
def test_every_tracking_number_is_a_parcels(store: Path, by: str) -> None:
    ran = asked(store, "--by", by, "--json")
    assert ran.status == 0, ran.err
    assert ran.json["compared"] is False
