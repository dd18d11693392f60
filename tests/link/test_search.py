"""Search by words and by identifiers, however they are typed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from cutset.access.registry import Agency, Viewer
from cutset.link.search.index import MOST_POSITIONS, SearchIndex
from cutset.link.search.places import places
from cutset.model.mention import Mention, MentionKind, SelectorKind
from cutset.model.report import Position, Report, Source, Track, Where
from cutset.model.selector import read
from cutset.node import Node
from tests.samples import case, marked, private, seizure
from tests.worlds import START, Store

HELD = {
    "car": (SelectorKind.VIN, "2T3E6Z5393AJD7J2A"),
    "parcel": (SelectorKind.POSTAL_ITEM, "EB294751488CN"),
    "telephone": (SelectorKind.PHONE, "+13205550119"),
    "another telephone": (SelectorKind.PHONE, "+13205550156"),
}


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Node:
    node = Node.create(str(Path(tmp_path_factory.mktemp("search")) / "s.cutset"))
    node.register(
        Agency(id="dea", name="DEA", country="US"),
        Agency(id="ash", name="Ash", country="MX"),
        Viewer(id="ann@dea", agency="dea"),
        Viewer(id="eve@ash", agency="ash"),
    )
    for title, (kind, value) in HELD.items():
        selector = read(kind, value)
        bearer = Mention(kind=MentionKind.PERSON, name="Maria Elena", selectors=(selector,))
        node.submit(
            case(f"C {title}", bearer, marking=private("dea") if title == "car" else marked("dea")), by="ann@dea"
        )
    return node


def found(node: Node, asked: str, viewer: str = "ann@dea") -> list[str]:
    hits = node.search(asked, viewer=viewer).hits
    return [entry.report.content.number for entry in node.reports([hit.id for hit in hits], viewer=viewer)]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("2T3E 6Z53 93AJ D7J2 A", "car"),
        ("2t3e6z5393ajd7j2a", "car"),
        ("EB 294 751 488 CN", "parcel"),
        ("320-555-0119", "telephone"),
        ("(320) 555 0119", "telephone"),
        ("+1 320 555 0119", "telephone"),
        ("13205550119", "telephone"),
    ],
)
def test_an_identifier_is_found_however_it_is_spaced(node: Node, asked: str, title: str) -> None:
    assert found(node, asked) == [f"C {title}"]


def test_a_number_that_nobody_bears_is_not_read_as_another(node: Node) -> None:
    assert found(node, "EB 294 751 491 CN") == []
    assert found(node, "320-555-0118") == []
    assert found(node, "maria elenna") == found(node, "maria elena")


def test_words_and_an_identifier_are_both_found(node: Node) -> None:
    said = case("C note", marking=marked("dea"), text="asked of 320-555-0119 by letter")
    node.submit(said, by="ann@dea")
    assert set(found(node, "320-555-0119")) == {"C telephone", "C note"}
    assert len(found(node, "maria elena")) == 4


def test_what_is_hidden_is_not_found_by_its_identifier(node: Node) -> None:
    assert found(node, "2T3E 6Z53 93AJ D7J2 A", viewer="eve@ash") == []
    assert found(node, "EB 294 751 488 CN", viewer="eve@ash") == ["C parcel"]


def test_places_are_of_what_may_be_seen_a_track_is_thinned_and_what_is_purged_goes(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "s.cutset"))
    at = Where(place="Mile 7", latitude_deg=31.5, longitude_deg=-106.2)
    shown = store.submit(seizure(where=at, marking=marked("ash")))
    store.submit(seizure(where=at, marking=private("birch")))
    store.submit(seizure(where=Where(place="Mile 8", latitude_deg=95.0, longitude_deg=0.0), marking=marked("ash")))
    steps = 3 * MOST_POSITIONS
    along = tuple(Position(START + timedelta(seconds=each), 10.0 + each / steps, 20.0) for each in range(steps))
    track = store.submit(Report(marking=marked("ash"), source=Source(dataset="ais"), content=Track(positions=along)))
    index, rights = store.index(SearchIndex), store.log.rights("ann@ash")

    found = places(index, rights, "")
    assert {each.id for each in found.placed} == {shown, track}
    assert found.total == 2
    assert [(each.named, each.positions) for each in places(index, rights, "mile").placed] == [
        ("Mile 7", ((31.5, -106.2),))
    ]
    line = next(each.positions for each in found.placed if each.id == track)
    assert len(line) == MOST_POSITIONS + 1
    assert (line[0], line[-1]) == ((10.0, 20.0), (along[-1].latitude_deg, 20.0))
    assert places(index, rights, "", limit=1).total == 2

    store.log.purge([shown], reason="entered by mistake", by="ann@ash")
    assert [each.id for each in places(store.index(SearchIndex), rights, "").placed] == [track]
