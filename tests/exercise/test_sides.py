"""The counter side as cutset holds it: what examinations name, which asset was where, and what an ally's ship sees."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from cutset.exercise import scenario, truth_files
from cutset.exercise.agencies import AGENCIES, FEEDS
from cutset.exercise.files import write
from cutset.exercise.identifiers import Maker
from cutset.exercise.network import network
from cutset.exercise.papers import SHIPMENTS
from cutset.exercise.parameters import Parameters
from cutset.exercise.patrols import AT_SEA
from cutset.exercise.play import ranking, submit, take_in, theatres
from cutset.exercise.score import interdiction
from cutset.exercise.targeting import hits
from cutset.exercise.truth import World
from cutset.exercise.world import make
from cutset.model.report import Entry, Kind, Outcome, Tasking
from cutset.node import Node
from cutset.plan import document

MODE = {
    "go-fast": "go-fast",
    "low-profile vessel": "low-profile",
    "semi-submersible": "semi-submersible",
    "fishing vessel": "fishing",
}
WORLD = make(3, organisations=12, quiet=5, scale=0.1)


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Node:
    folder = tmp_path_factory.mktemp("sides")
    made = Node.create(str(folder / "exercise.cutset"))
    loaded = submit(made, WORLD, folder / "world")
    assert not sum(each.rejected for each in loaded)
    return made


def entries(node: Node, viewer: str) -> list[Entry]:
    ids = [held.entry.id for held in node.log.follow(0, 100_000)]
    return list(node.log.fetch(ids, node.rights(viewer)).values())


def papers(world: World, feed: str) -> list[str]:
    return [paper.record for paper in world.papers if paper.feed == feed]


def test_every_examination_is_a_tasking_and_an_outcome_that_name_its_paper(node: Node) -> None:
    held = {entry.id: entry.report for entry in entries(node, "desk@cbp")}
    truth = {paper.record: paper for paper in WORLD.papers if paper.feed == "examinations"}
    outcomes = [each for each in held.values() if isinstance(each.content, Outcome) and each.content.found is not None]
    assert sorted(each.source.record for each in outcomes) == sorted(truth)
    for each in outcomes:
        about = [held[id] for id in each.content.about]
        (order,) = [other for other in about if isinstance(other.content, Tasking)]
        (shipment,) = [other for other in about if other.kind is Kind.SHIPMENT]
        cells = truth[each.source.record].cells
        assert (order.source.record, order.content.order) == (each.source.record, cells["order"])
        assert shipment.source.record == cells["paper"]
        assert each.content.found == (cells["found"] == "yes")
        assert each.source.made


def test_the_plan_measures_what_the_exercise_shows(node: Node) -> None:
    days = node.measure("asset-days-had", viewer="desk@uscg")
    mine = [p.cells for p in WORLD.papers if p.feed in ("uscg-taskings", "partner-taskings")]
    agency = {p.record: p.feed.partition("-")[0] for p in WORLD.papers}
    assert days.whole.value == len({(agency[c["number"]], c["asset"], c["day"]) for c in mine}) > 100


def test_parcels_come_with_data_late_or_without(node: Node) -> None:
    parcels = [paper for paper in WORLD.papers if paper.feed == "advance-parcels"]
    before = sum(bool(p.cells["declared"]) and p.cells["declared"] < p.cells["arrives"] for p in parcels)
    late = [p for p in parcels if p.cells["declared"] > p.cells["arrives"]]
    assert late
    assert {p.cells["modality"] for p in late} == {"mail"}
    assert all(p.cells["declared"] for p in parcels if p.cells["modality"] != "mail")
    assert not any(p.cells["sender"] or p.cells["goods"] or p.signs for p in parcels if not p.cells["declared"])
    share = node.measure("parcels-with-advance-data", viewer="desk@uspis", by=("agency",))
    assert share.whole.value == pytest.approx(before / len(parcels), abs=0.001)
    assert 0.3 < before / len(parcels) < 0.8


def test_agencies_of_the_plan_have_its_ids() -> None:
    of_plan = {agency.id for agency in document.load("niccp_2021").agencies}
    assert {"dea", "cbp", "uscg", "uspis", "fincen", "treasury"} <= of_plan & {agency.id for agency in AGENCIES}


def test_the_ranking_is_the_targeters_own_and_beats_chance(node: Node) -> None:
    ranked = ranking(node)
    shipped = {p.record for feed in SHIPMENTS for p in WORLD.papers if p.feed == feed}
    assert sum(ranked.get(each) is not None for each in shipped) == len(ranked) < len(shipped)
    assert len(ranking(node, "desk@ally")) == 0
    for found in hits(WORLD, ranked):
        assert found.ranked is not None
        assert found.ranked[2] > 1.2 * found.chance[2], found


def test_a_load_seen_twice_has_come_as_far_as_its_speed_takes_it() -> None:
    world = make(3, organisations=20, quiet=0, scale=0, months=6)
    seen: dict[int, list[dict[str, str]]] = {}
    for paper in world.papers:
        if paper.feed in ("uscg-sightings", "ally-sightings") and paper.cells["area"] == "Eastern Pacific":
            seen.setdefault(paper.load, []).append(paper.cells)
    twice = [cells for cells in seen.values() if len(cells) == 2]
    assert len(twice) > 10
    for first, last in twice:
        assert first["phase"] == "detected"
        assert last["phase"] in ("handed off", "monitored")
        hours = (datetime.fromisoformat(last["at"]) - datetime.fromisoformat(first["at"])).total_seconds() / 3600
        north = abs(float(last["latitude"]) - float(first["latitude"])) * 60
        assert 0 < north / hours < 1.3 * Parameters()[f"{MODE[first['conveyance']]}.speed_kn"]


def test_effort_at_sea_is_asset_days_there() -> None:
    world = make(3, organisations=10, quiet=0, scale=0, months=6)
    effort: Counter[str] = Counter()
    for flow in world.flows:
        effort[flow.edge] += flow.effort  # type: ignore[assignment]
    patrols = [paper for paper in world.papers if paper.feed == "uscg-taskings" and paper.cells["order"] == "patrol"]
    sea = {name for name, e in network().edges.items() if e.mode in AT_SEA and e.watch == "uscg"}
    whole = sum(effort[name] for name in sea)
    assert len(patrols) == pytest.approx(8 * whole, rel=0.1)


def test_an_allys_ship_sees_sightings_at_sea_and_no_more(node: Node) -> None:
    seen = Counter(entry.report.originator for entry in entries(node, "desk@ally"))
    sightings = len(papers(WORLD, "uscg-sightings")) + len(papers(WORLD, "ally-sightings"))
    kinds = Counter(entry.report.kind for entry in entries(node, "desk@ally"))
    assert kinds[Kind.DETECTION] == sightings > 20
    assert seen["ally"] == len(papers(WORLD, "ally-sightings")) > 0
    # The rest that it sees is for everyone: TLP:CLEAR lists and TLP:GREEN tracks.
    rest = [e.report for e in entries(node, "desk@ally") if e.report.kind is not Kind.DETECTION]
    assert {str(each.marking.tlp) for each in rest} == {"TLP:CLEAR", "TLP:GREEN"}
    watch = Counter(entry.report.originator for entry in entries(node, "watch@fusion"))
    assert watch["ally"] == seen["ally"]
    assert watch["cbp"] > 0
    assert not any(e.report.originator in ("dea", "partner") for e in entries(node, "desk@ally"))


def test_agencies_mark_their_reports_each_in_its_own_way() -> None:
    markings = {(feed.agency, feed.marking.banner) for feed in FEEDS}
    assert len({banner for _, banner in markings}) >= 9
    assert all(feed.marking.originator == feed.agency for feed in FEEDS)


def test_an_examination_of_a_paper_that_was_not_taken_in_is_a_reject(tmp_path: Path) -> None:
    write(WORLD, tmp_path / "world")
    path = tmp_path / "world" / "manifests.csv"
    lines = path.read_text().splitlines(keepends=True)
    examined = {paper.cells["paper"] for paper in WORLD.papers if paper.feed == "examinations"}
    gone = next(line for line in lines if line.split(",")[0] in examined)
    path.write_text("".join(line for line in lines if line != gone))
    loaded = take_in(Node.create(str(tmp_path / "exercise.cutset")), tmp_path / "world")
    assert sum(each.rejected for each in loaded) == 2  # as a tasking, and as an outcome


def test_the_truth_is_read_theatre_by_theatre(tmp_path: Path) -> None:
    worlds = list(theatres(2.3, 7, 4, scenario.load("steady")))
    write(worlds, tmp_path / "world")
    read = list(truth_files.theatres(tmp_path / "world"))
    assert [each.theatre for each in read] == [0, 1, 2]
    for made, found in zip(worlds, read, strict=True):
        assert found.happenings == made.happenings
        assert found.papers == made.papers
        assert found.flows == made.flows
    assert interdiction(read).displacement is None
    assert interdiction(read) == interdiction(truth_files.read(tmp_path / "world"))


def test_a_theatre_far_out_has_fewer_identifiers_and_is_made_all_the_same() -> None:
    world = make(7, organisations=6, quiet=4, scale=0.1, months=2, theatre=1100)
    assert world.happenings
    assert not world.voyages  # no IMO number is left for them
    assert Maker(Random(1), 1100).new("imo") == ""
    assert make(7, organisations=6, quiet=4, scale=0.1, months=2, theatre=999).voyages
