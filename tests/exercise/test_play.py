"""The made world: the same for the same seed, and wholly found within each viewer's rights."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from cutset.errors import CutsetError
from cutset.exercise import files, scenario, truth_files
from cutset.exercise.agencies import FEEDS, SCORED
from cutset.exercise.parameters import Impossible
from cutset.exercise.play import scores, submit, theatres
from cutset.exercise.scenario import Change, Scenario
from cutset.exercise.world import make
from cutset.model.report import (
    Case,
    Content,
    Custody,
    Detection,
    Lab,
    Outcome,
    Seizure,
    Shipment,
    Tasking,
    Track,
    When,
)
from cutset.node import Node

STEADY = scenario.load("steady")


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_makes_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("one", 3), ("two", 3), ("other", 4)):
        files.write(theatres(1.2, seed, 6, STEADY), tmp_path / name)
    one, other = digests(tmp_path / "one"), digests(tmp_path / "other")
    assert one == digests(tmp_path / "two")
    for name in ("truth/happenings.jsonl", "cbp-seizures.csv", "manifests.csv", "county-stops.jsonl"):
        assert one[name] != other[name]


def test_a_table_whose_first_theatre_gives_no_row_has_its_header(tmp_path: Path) -> None:
    full = next(theatres(0.2, 3, 6, STEADY))
    without = msgspec.structs.replace(full, papers=tuple(p for p in full.papers if p.feed != "manifests"))
    files.write([without, full], tmp_path / "late")
    files.write([full], tmp_path / "whole")
    late, whole = ((tmp_path / name / "manifests.csv").read_text() for name in ("late", "whole"))
    assert late == whole
    assert late.startswith("number,")


@pytest.mark.parametrize("seed", [1, 2])
def test_all_that_was_planted_is_found_and_nothing_else_is(tmp_path: Path, seed: int) -> None:
    node, world = Node.create(str(tmp_path / "exercise.cutset")), make(seed, organisations=12, quiet=5, scale=0.1)
    loaded = submit(node, world, tmp_path / "world")
    paths = [tmp_path / "world" / feed.file for feed in FEEDS]
    written = [path for path in paths if path.exists() and path.stat().st_size]
    # Examinations are read twice: as orders and as outcomes. In so small a world a partner may send out no ship, and so
    # file neither assets nor taskings, and an ally may notice nothing.
    may_lack = {"partner-taskings.csv", "partner-assets.csv", "ally-sightings.csv"}
    assert len(loaded) == len(written) + 1
    assert {path.name for path in paths} - {path.name for path in written} <= may_lack
    assert all(each.rejected == 0 and each.read == each.accepted for each in loaded)
    found = scores(node, world)
    assert len(found) == 1 + len(SCORED)
    assert all(each.perfect for each in found), found
    assert all(each.near_misses > 10 for each in found)
    assert all(each.spoiled > 0 and each.regained == 0 for each in found)
    # The truth holds links that only one agency may see, and those that it sees differ from agency to agency.
    assert len({each.planted for each in found}) > 1


def test_a_missed_link_and_a_wrong_lead_are_told(tmp_path: Path) -> None:
    node, world = Node.create(str(tmp_path / "exercise.cutset")), make(5, organisations=6, quiet=0, scale=0.0)
    submit(node, world, tmp_path / "world")
    other = make(6, organisations=6, quiet=0, scale=0.0)
    (first, *_) = scores(node, other)
    assert first.found < first.planted
    assert not first.perfect


def test_theatres_share_no_identifier_and_are_read_back_as_they_were(tmp_path: Path) -> None:
    worlds = list(theatres(2, 7, 4, STEADY))
    things = [{thing for card in world.organisations for thing in card.things} for world in worlds]
    assert not things[0] & things[1]
    found = [{thing for each in world.happenings for thing in (*each.things, *each.hidden)} for world in worlds]
    assert not found[0] & found[1]
    files.write(worlds, tmp_path / "world")
    read = truth_files.read(tmp_path / "world")
    assert read.happenings == tuple(each for world in worlds for each in world.happenings)
    assert read.links == tuple(each for world in worlds for each in world.links)
    assert read.flows == tuple(each for world in worlds for each in world.flows)


@pytest.mark.parametrize("scale", [1.1, 1.5, 2.5])
def test_no_two_cases_of_a_world_have_the_same_number(scale: float) -> None:
    numbers = [card.number for world in theatres(scale, 7, 1, STEADY) for card in world.organisations]
    assert len(numbers) == len(set(numbers)) > 300


def test_a_partner_that_stops_sharing_files_nothing_more(tmp_path: Path) -> None:
    silent, steady = (make(7, quiet=0, plot=scenario.load(name)) for name in ("partner-silent", "steady"))
    of_partner = [each for each in silent.happenings if each.agency == "partner"]
    assert any(each.filed for each in of_partner)
    late = [each for each in of_partner if each.filed is None]
    assert late
    # It still seizes: nothing else in the world is other than it was.
    assert [each.key for each in silent.happenings] == [each.key for each in steady.happenings]
    files.write(silent, tmp_path / "world")
    written = (tmp_path / "world" / "partner-actas.csv").read_text(encoding="utf-8")
    assert not any(each.key in written for each in late)


@pytest.mark.parametrize("agency", ["uscg", "cbp", "uspis", "partner", "county-sheriff"])
def test_an_agency_that_shares_nothing_has_nothing_in_any_file(tmp_path: Path, agency: str) -> None:
    plot = Scenario(name="silent", title="", story="", changes=(Change(since=3, agency=agency, shares=False),))
    world = make(7, organisations=12, quiet=5, scale=0.1, months=5, plot=plot)
    node = Node.create(str(tmp_path / "exercise.cutset"))
    loaded = submit(node, world, tmp_path / "world")
    # Of the first two months it files as ever; then nothing of any sort, and the rest is whole without it.
    assert not sum(each.rejected for each in loaded)
    found = [held.entry.report for held in node.log.follow(0, 100_000)]
    mine = [day(each.content) for each in found if each.originator == agency]
    assert len(mine) > 2
    assert max(mine) < datetime(2022, 12, 1, tzinfo=UTC)
    assert any(each.originator != agency and day(each.content) > max(mine) for each in found)
    assert all(each.perfect for each in scores(node, world))


def day(content: Content) -> datetime:
    """When that was of which a report tells."""
    match content:
        case Seizure() | Detection() | Custody():
            return content.when.at
        case Outcome():
            return content.period.at
        case Track():
            return content.positions[0].at
        case Shipment(arrives=When() as when) | Tasking(when=When() as when) | Lab(when=When() as when):
            return when.at
        case Case(opened=When() as when):
            return when.at
    return datetime.min.replace(tzinfo=UTC)


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep")
    with pytest.raises(CutsetError, match="not a made world"):
        files.write(make(1, organisations=1, quiet=0, scale=0, months=1), tmp_path / "mine")
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    assert (tmp_path / "mine" / "letter.txt").read_text() == "keep"


@pytest.mark.parametrize(
    "added", ["thesis.txt", "exercise.cutset", "truth/notes.txt", "treasury/notes.txt"], ids=lambda name: name
)
def test_a_made_world_beside_which_something_else_lies_is_left_alone(tmp_path: Path, added: str) -> None:
    small = make(1, organisations=1, quiet=0, scale=0, months=1)
    files.write(small, tmp_path / "world")
    (tmp_path / "world" / added).write_text("keep")
    before = digests(tmp_path / "world")
    with pytest.raises(CutsetError, match="would be lost") as told:
        files.write(small, tmp_path / "world")
    assert told.value.where.endswith(added)
    assert digests(tmp_path / "world") == before
    (tmp_path / "world" / added).unlink()
    files.write(small, tmp_path / "world")


@pytest.mark.parametrize("taken", ["READ-ME.txt", "truth/summary.json"])
def test_a_folder_without_a_made_worlds_label_or_truth_is_none(tmp_path: Path, taken: str) -> None:
    small = make(1, organisations=1, quiet=0, scale=0, months=1)
    files.write(small, tmp_path / "world")
    (tmp_path / "world" / taken).unlink()
    with pytest.raises(CutsetError, match="not a made world"):
        files.write(small, tmp_path / "world")


def test_another_folders_read_me_makes_no_made_world_of_it(tmp_path: Path) -> None:
    (tmp_path / "READ-ME.txt").write_text("How to build my thesis")
    with pytest.raises(CutsetError, match="not a made world"):
        files.write(make(1, organisations=1, quiet=0, scale=0, months=1), tmp_path)
    assert (tmp_path / "READ-ME.txt").read_text() == "How to build my thesis"


def test_a_folder_in_which_someone_stands_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = make(1, organisations=1, quiet=0, scale=0, months=1)
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")
    for where in (".", "..", "/"):
        with pytest.raises(CutsetError, match="folder you are in"):
            files.write(small, Path(where))
    files.write(small, Path("world"))
    assert (tmp_path / "inner" / "world" / "READ-ME.txt").exists()


def test_what_fails_half_way_leaves_the_earlier_world_whole(tmp_path: Path) -> None:
    small = make(1, organisations=1, quiet=0, scale=0, months=1)
    files.write(small, tmp_path / "world")
    before = digests(tmp_path / "world")

    def breaks():
        yield small
        raise Impossible("stopped on purpose")

    with pytest.raises(Impossible):
        files.write(breaks(), tmp_path / "world")
    assert digests(tmp_path / "world") == before
    assert [path.name for path in tmp_path.iterdir()] == ["world"]


@pytest.mark.parametrize(
    ("given", "said"),
    [({"organisations": 0}, "organisation"), ({"scale": -1}, "background"), ({"months": 0}, "at least one month")],
    ids=["organisations", "scale", "months"],
)
def test_a_world_that_cannot_be_is_refused(given: dict[str, int], said: str) -> None:
    with pytest.raises(Impossible, match=said) as refused:
        make(1, **given)
    assert refused.value.remedy


@pytest.mark.parametrize("scale", [0, -1, 1e9, float("nan"), float("inf")])
def test_a_scale_that_cannot_be_is_refused(scale: float) -> None:
    with pytest.raises(Impossible, match="scale"):
        list(theatres(scale, 1, 1, STEADY))
