"""What a scenario moved is told against the same theatre without it, for the months of the change, whoever wrote it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from cutset.cli.exercise_pages import film_page
from cutset.cli.exercise_score import told_interdiction
from cutset.errors import CutsetError
from cutset.exercise import displacement, files, scenario, truth_files
from cutset.exercise.scenario import Change, Scenario
from cutset.exercise.score import Interdiction, interdiction
from cutset.exercise.theatre import Flow
from cutset.exercise.truth import World
from cutset.exercise.world import make

OWN = Scenario(
    name="my own",
    title="The courier from China is watched",
    story="Told by nobody else.",
    changes=(Change(since=4, until=6, edge="courier", effort=4.0), Change(since=5, edge="post", effort=4.0, until=7)),
)


@pytest.fixture(scope="module")
def down() -> World:
    return make(7, quiet=0, scale=0, plot=scenario.load("scanner-down"))


@pytest.fixture(scope="module")
def found(down: World) -> Interdiction:
    return interdiction(down)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few other worlds, where they are not what is tried."""
    monkeypatch.setattr(displacement, "OTHERS", 2)


def loads(flows: tuple[Flow, ...], edge: str, first: int, last: int) -> int:
    return sum(flow.loads for flow in flows if flow.edge == edge and first <= flow.month <= last)


def test_the_effect_is_that_against_the_same_world_without_the_change(down: World, found: Interdiction) -> None:
    steady = make(7, quiet=0, scale=0)
    assert [flow for flow in down.flows if flow.month < 9] == [flow for flow in steady.flows if flow.month < 9]
    moved = found.displacement
    assert moved is not None
    assert (moved.since, moved.until, moved.changed) == (9, 14, ("otay-port",))
    (otay,) = (each for each in moved.ways if each.name == "otay-port")
    assert otay.under == loads(down.flows, "otay-port", 9, 14) / 6
    assert otay.without == loads(steady.flows, "otay-port", 9, 14) / 6
    # Where the scanner is down more goes through, though before it went down yet more did, as the world was settling.
    assert otay.change is not None
    assert otay.change > 0.03
    assert otay.mean is not None
    assert otay.half is not None
    assert otay.mean - otay.half > 0
    ports = next(each for each in moved.modes if each.name == "port-of-entry")
    assert ports.under == sum(each.under for each in moved.ways if each.name.endswith("-port"))


def test_the_film_and_the_score_tell_the_months_and_both_plays(down: World, found: Interdiction) -> None:
    sentences, rows = told_interdiction(found)
    assert any("months 9 to 14, without the scenario's changes and with them" in each for each in sentences)
    (otay,) = (row for row in rows if row[0] == "Culiacán to San Diego, port-of-entry *")
    assert otay[3].startswith("+")
    page = film_page(down, found)
    assert scenario.load("scanner-down").story in page
    for cell in otay[1:]:
        assert cell in page


@pytest.mark.usefixtures("few")
def test_a_way_that_opens_is_new_and_has_no_change() -> None:
    moved = interdiction(make(7, quiet=0, scale=0, plot=scenario.load("low-profile"))).displacement
    assert moved is not None
    assert (moved.since, moved.until) == (10, 24)
    (opened,) = (each for each in moved.ways if each.name == "ep-new-low-profile")
    assert opened.without == 0 < opened.under
    assert (opened.change, opened.mean) == (None, None)


@pytest.mark.usefixtures("few")
def test_ones_own_scenario_is_in_the_truth_and_scored_from_there(tmp_path: Path) -> None:
    world = make(3, organisations=8, quiet=0, scale=0, months=8, plot=OWN)
    files.write(world, tmp_path / "world")
    (read,) = truth_files.theatres(tmp_path / "world")
    assert read.scenario == truth_files.read(tmp_path / "world").scenario == OWN
    moved = interdiction(truth_files.theatres(tmp_path / "world")).displacement
    assert moved is not None
    assert moved == interdiction(world).displacement
    assert (moved.since, moved.until, moved.changed) == (4, 7, ("courier", "post"))
    page = film_page(read)
    assert OWN.title in page
    assert OWN.story in page


@pytest.mark.usefixtures("few")
def test_a_scenario_that_changes_nothing_or_no_traffic_says_so() -> None:
    steady = interdiction(make(7, organisations=8, quiet=0, scale=0, months=6))
    assert steady.displacement is None
    assert "changes nothing" in steady.untold
    silent = Scenario(name="silent", title="", story="", changes=(Change(since=3, agency="partner", shares=False),))
    unmoved = interdiction(make(7, organisations=8, quiet=0, scale=0, months=6, plot=silent))
    assert unmoved.displacement is not None
    assert unmoved.displacement.none
    assert "move no traffic" in told_interdiction(unmoved)[0][-1]


def test_a_world_that_this_version_would_not_make_is_not_compared(down: World) -> None:
    first, *rest = down.flows
    other = msgspec.structs.replace(down, flows=(msgspec.structs.replace(first, loads=first.loads + 1), *rest))
    untold = interdiction(other)
    assert untold.displacement is None
    assert "Another version" in told_interdiction(untold)[0][-1]


@pytest.mark.usefixtures("few")
def test_of_a_large_world_the_first_theatres_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(displacement, "MOST", 2)
    worlds = [make(3, organisations=4, quiet=0, scale=0, months=8, plot=OWN, theatre=number) for number in range(3)]
    all_three, two = interdiction(worlds), interdiction(worlds[:2])
    assert all_three.displacement == two.displacement
    assert two.displacement is not None
    assert two.displacement.theatres == 2
    assert all_three.loads > two.loads


def test_an_earlier_versions_truth_asks_to_be_made_again(tmp_path: Path) -> None:
    files.write(make(3, organisations=2, quiet=0, scale=0, months=2), tmp_path / "world")
    summary = tmp_path / "world" / "truth" / "summary.json"
    told = msgspec.json.decode(summary.read_bytes())
    summary.write_bytes(msgspec.json.encode(told | {"scenario": "steady"}))
    with pytest.raises(CutsetError, match="another version") as said:
        truth_files.read(tmp_path / "world")
    assert "again" in said.value.remedy
