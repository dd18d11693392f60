"""What the made agencies' forms say is what truly happened: how it came, from where, and what it was."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import msgspec
import pytest
from msgspec.structs import replace

from cutset.exercise.files import write
from cutset.exercise.play import scores, submit
from cutset.exercise.truth import START, Happening, World
from cutset.exercise.world import make
from cutset.ingest.formats import reader
from cutset.ingest.reader import Context, Draft
from cutset.model.marking import Marking
from cutset.model.report import Report, Seizure
from cutset.node import Node


@pytest.fixture(scope="module")
def world() -> World:
    return make(7, quiet=0, scale=0.02)


@pytest.fixture(scope="module")
def folder(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("forms") / "world"
    write(world, path)
    return path


def reports(folder: Path, form: str, file: str) -> Iterator[Report]:
    for each in reader(form).read(folder / file, Context(marking=Marking(originator="made"), made=True)):
        assert isinstance(each, Draft), each
        yield each.report


def of_partner(world: World) -> list[Happening]:
    return [each for each in world.happenings if each.agency == "partner" and each.filed]


def test_a_partner_files_how_it_came(world: World, folder: Path) -> None:
    truly = {each.key: each for each in of_partner(world)}
    assert {each.modality for each in truly.values()} == {"land vehicle", "maritime", "container"}
    precursors = 0
    for report in reports(folder, "exercise-partner-actas", "partner-actas.csv"):
        content, happening = report.content, truly[report.source.record]
        assert isinstance(content, Seizure)
        assert content.modality == happening.modality
        # A lorry has no IMO number, and a vessel that is met at sea no container's.
        kinds = {thing.kind for thing in happening.things} - {"phone"}
        (goods,) = content.goods
        assert goods.substance == happening.substance
        # What comes out of China by container is no drug yet: of it fentanyl is made in Culiacán.
        assert (goods.contraband == "precursor") == (happening.substance == "4-ap")
        assert (happening.edge == "box-precursor") <= (happening.substance == "4-ap")
        precursors += goods.contraband == "precursor"
        assert kinds <= {"maritime": {"imo"}, "container": {"container"}}.get(happening.modality, set())

    assert precursors > 1


def test_unodcs_form_says_how_and_whence_it_came(world: World, folder: Path) -> None:
    rows = list(reports(folder, "unodc-ids", "unodc-made.csv"))
    truly = of_partner(world)
    assert len(rows) == len(truly)
    said = {"container": "maritime", "land vehicle": "land vehicle", "maritime": "maritime"}
    for report, happening in zip(rows, truly, strict=True):
        content = report.content
        assert isinstance(content, Seizure)
        assert content.modality == said[happening.modality]
        assert content.where.country == happening.destination
        assert content.where.installation == {"container": "Seaport", "maritime": "International Waters"}.get(
            happening.modality, "Road"
        )
        assert content.route.departure == happening.departure
        assert content.route.producing == {"cocaine": "CO"}.get(happening.substance, content.route.producing)
        assert (content.route.producing == "CO") == (happening.substance == "cocaine")


def test_every_form_says_when_it_was_filed(world: World, folder: Path) -> None:
    filed = {each.key: each.filed for each in world.happenings if each.filed}
    filed |= {each.record: each.filed for each in world.papers if each.filed}
    for name, key, column, form in (
        ("cbp-seizures.csv", "event_id", "filed", "%Y-%m-%d"),
        ("uscg-interdictions.csv", "event", "filed", "%Y-%m-%dT%H:%M:%SZ"),
        ("usps-parcels.csv", "case_no", "filed_on", "%Y-%m-%d"),
        ("bank-reports.csv", "number", "filed", "%Y-%m-%d"),
        ("southbound.csv", "number", "filed", "%Y-%m-%d"),
        ("partner-actas.csv", "acta", "presentada", "%d/%m/%Y"),
    ):
        with (folder / name).open(newline="") as file:
            rows = list(csv.DictReader(file, delimiter=";" if name.startswith("partner") else ","))
        assert rows
        assert [row[column] for row in rows] == [f"{filed[row[key]]:{form}}" for row in rows]
    stops = [msgspec.json.decode(line) for line in (folder / "county-stops.jsonl").read_bytes().splitlines()]
    assert [stop["filed"] for stop in stops] == [f"{filed[stop['stop']]:%m/%d/%Y}" for stop in stops]
    cards = {each.number: each for each in world.organisations}
    for line in (folder / "dea-cases.jsonl").read_bytes().splitlines():
        case = msgspec.json.decode(line)
        card = cards[case["number"]]
        assert (case["opened"], case["filed"]) == (f"{card.opened:%Y-%m-%d}", f"{card.filed:%Y-%m-%d}")
        assert card.opened <= card.filed


def test_some_cases_are_opened_weeks_after_a_seizure_whose_things_they_know() -> None:
    world = make(7)
    held = {each.key: each for each in world.happenings}
    opened = [card for card in world.organisations if card.opened_by]
    active = [card for card in world.organisations if card.active]
    assert 0.2 * len(active) < len(opened) < 0.6 * len(active)
    linked = {(link.event, link.case) for link in world.links if not link.spoiled and not link.hidden}
    for card in opened:
        seizure = held[card.opened_by]
        assert seizure.filed is not None
        assert 14 <= (card.opened - seizure.filed).days <= 56
        assert (seizure.key, card.number) in linked
    # Of those that nobody met with some are new as well, and most cases are older than the world.
    new = [card for card in world.organisations if card.opened >= START]
    assert any(not card.active for card in new)
    assert 0.2 * len(world.organisations) < len(new) < 0.6 * len(world.organisations)


def test_a_lead_is_there_when_both_its_ends_are_filed(tmp_path: Path) -> None:
    world = make(3, organisations=12, quiet=0, scale=0.02, months=12)
    late = datetime(2030, 1, 1, tzinfo=UTC)
    node = Node.create(str(tmp_path / "exercise.cutset"))
    submit(node, world, tmp_path / "world")
    # Whatever is filed last decides: were every card filed years later, every lead would be there years later.
    (usual, *_) = scores(node, world)
    cards = tuple(replace(card, filed=late) for card in world.organisations)
    (slow, *_) = scores(node, replace(world, organisations=cards))
    at = {each.key: each.at for each in world.happenings} | {each.record: each.at for each in world.papers}
    at |= {each.mmsi: each.at for each in world.voyages}
    held = [late - at[link.event] for link in world.links if not link.hidden and not link.spoiled]
    assert usual.days_to_lead is not None
    assert slow.days_to_lead == round(median(each.total_seconds() / 86400 for each in held), 1)
    assert usual.days_to_lead < 60 < slow.days_to_lead


def test_only_containers_that_come_into_the_united_states_are_on_its_manifests(world: World) -> None:
    truly = {
        each.load: each for each in world.happenings if each.modality == "container" and each.load and not each.repeats
    }
    seized = [paper for paper in world.papers if paper.feed == "manifests" and paper.seized]
    assert seized
    assert {truly[paper.load].agency for paper in seized} == {"cbp"}
