"""What visible reports say of estimates: counted once, shared in proportion, and nothing where nothing is visible."""

from __future__ import annotations

from math import exp

import msgspec
import pytest

from cutset.allocate.evidence import Evidence, Revise, evidence, revised
from cutset.allocate.index import AllocateIndex
from cutset.allocate.network import Network
from cutset.model.marking import Tlp
from cutset.model.network import Estimate
from cutset.model.report import Detection, Outcome, Portion, Precision, Report, Source, When, Where
from tests.allocate.shores import COCAINE, SWEEP, met, network, patrol, way
from tests.samples import cocaine, day, marked, private
from tests.worlds import Store

replace = msgspec.structs.replace


def told(store: Store, of: Network, agency: str = "ash") -> Evidence:
    return evidence(store.index(AllocateIndex), store.rights(agency), of)


def fill(store: Store, days: int = 20, seizures: int = 3) -> list[str]:
    ids = [store.submit(patrol(number, asset=f"Cutter {number}")) for number in range(1, days + 1)]
    return ids + [store.submit(met(number, record=f"s{number}")) for number in range(1, seizures + 1)]


def test_nothing_is_said_where_nothing_is_visible(store: Store) -> None:
    found = told(store, network())
    assert (found.found, found.reports, found.marking) == ((), (), None)
    assert [(each.revised, each.posterior, each.events) for each in found.sweeps] == [(None, None, 0.0)] * 2
    assert {each.no_data for each in found.sweeps} == {"no order that you may see put an asset on task there"}
    assert revised(network(), found, Revise.SWEEP) == revised(network(), found, Revise.TRAFFIC) == network()


def test_a_sweep_is_revised_by_the_seizures_and_the_asset_days(store: Store) -> None:
    fill(store)
    (only,) = told(store, network(way())).sweeps
    assert only.prior is not None
    assert only.posterior is not None
    assert only.revised is not None
    # Ten loads a month set out; 20 asset-days met each with chance 1 - exp(-0.02 * 20).
    exposure = 10 * (1 - exp(-0.02 * 20)) / 0.02
    assert only.exposure == pytest.approx(exposure)
    assert only.events == 3
    assert only.posterior.shape == pytest.approx(only.prior.shape + 3)
    assert only.posterior.rate == pytest.approx(only.prior.rate + exposure)
    assert only.revised.value == pytest.approx(only.posterior.mean)
    assert only.revised.low < only.revised.value < only.revised.high
    assert (only.reports, only.made, only.shared_with) == (23, False, ())
    assert only.revised.source == "assumed; revised by 23 reports"


def test_finds_as_expected_leave_the_value_and_narrow_the_range(store: Store) -> None:
    stated = network(way(days=40.0))
    expected = 10 * (1 - exp(-0.02 * 40))
    for number in range(40):
        store.submit(patrol(number % 20 + 1, asset=f"Cutter {number // 20}"))
    for number in range(round(expected)):
        store.submit(met(number + 1, record=f"s{number}"))
    (only,) = told(store, stated).sweeps
    assert only.factor == pytest.approx(1.0, abs=0.04)
    assert only.revised is not None
    assert only.revised.high - only.revised.low < SWEEP.high - SWEEP.low


def test_ways_of_one_area_and_modality_share_what_was_found_in_proportion(store: Store) -> None:
    fill(store)
    both = told(store, network())
    north, south = both.sweeps
    assert (north.shared_with, south.shared_with) == (("ash/south",), ("ash/north",))
    assert north.events + south.events == pytest.approx(3)
    # Thirty of forty stated days are the south's, and so are most of what is to be found.
    assert south.events > 2 * north.events
    assert both.found[0].ways == ("ash/north", "ash/south")


def test_a_way_of_another_modality_takes_its_part_of_the_days_and_none_of_the_finds(store: Store) -> None:
    fill(store)
    by_air = way("air", modality="air")
    sea, air = sorted(told(store, network(way(), by_air)).sweeps, key=lambda each: each.name != "ash/north")
    assert (sea.events, air.events) == (3, 0)
    # Half of the area's days are the other's.
    routes_share = 0.5
    assert sea.exposure == pytest.approx(10 * routes_share * (1 - exp(-0.02 * 10)) / 0.02)


def test_an_asset_counts_once_a_day_and_an_event_once(store: Store) -> None:
    store.submit(patrol(1))
    store.submit(patrol(1, marking=marked("ash", les=True)))
    store.submit(patrol(1, asset="Aircraft"))
    store.submit(met(1, record="s1"))
    store.submit(met(2, 1, cocaine(50.0), record="s1"))
    store.submit(met(3, record="s1", marking=marked("birch")))
    (found,) = told(store, network()).found
    assert (found.asset_days, found.months, found.seizures) == (2.0, 1, 2)
    assert found.kg == {"cocaine": 150.0}


def test_seizures_of_months_without_an_asset_day_are_left_out_and_said(store: Store) -> None:
    fill(store)
    store.submit(met(5, 3, record="later"))
    (found,) = told(store, network()).found
    assert (found.seizures, found.unwatched) == (3, 1)
    assert sum(each.events for each in told(store, network()).sweeps) == pytest.approx(3)


def test_detections_and_published_totals_stand_beside_and_are_not_added(store: Store) -> None:
    fill(store)
    before = told(store, network()).sweeps
    store.submit(met(4, record="seen", kind=Detection))
    content = Outcome(
        period=When(at=day(1).at, precision=Precision.MONTH),
        events=70,
        where=Where(place="eastern pacific"),
        modality="maritime",
    )
    store.submit(Report(marking=marked(), source=Source(dataset="totals"), content=content))
    after = told(store, network())
    assert (after.found[0].detections, after.found[0].published) == (1, 70)
    assert [(each.events, each.revised) for each in after.sweeps] == [(each.events, each.revised) for each in before]


def test_a_correction_takes_the_place_of_what_it_corrects(store: Store) -> None:
    ids = fill(store)
    store.submit(met(1, 1, cocaine(700.0), record="s1", supersedes=(ids[20],)))
    assert told(store, network()).found[0].kg == {"cocaine": 900.0}
    store.submit(met(2, record="s2", supersedes=(ids[21],), withdrawn=True))
    assert told(store, network()).found[0].seizures == 2


def test_the_traffic_is_revised_by_the_seizures_of_its_substance(store: Store) -> None:
    fill(store, seizures=6)
    store.submit(met(9, 1, cocaine(1.0).__class__(contraband="drug", substance="heroin"), record="h"))
    (only,) = told(store, network(way())).traffic
    assert only.events == 6
    met_a_load = 1 - exp(-0.02 * 20)
    assert only.exposure == pytest.approx(met_a_load / 100)
    assert only.factor is not None
    assert only.factor > 1
    twice = replace(COCAINE, id="other")
    one, other = told(store, network(way(), traffic=(COCAINE, twice))).traffic
    assert one.events == other.events == pytest.approx(3)
    assert one.shared_with == ("ash/other",)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"sweep": None, "days": 0.0}, "no sweep is stated"),
        ({"area": ""}, "it names no area"),
        ({"open": False}, "it is shut"),
        ({"sweep": Estimate(value=0.1, low=0.1, high=0.1, source="assumed")}, "nothing to learn"),
        ({"modality": "air", "origin": way().goal, "goal": way().origin}, "no stated traffic"),
    ],
)
def test_what_cannot_be_revised_says_why(store: Store, changes: dict[str, object], why: str) -> None:
    fill(store)
    found = {each.name: each for each in told(store, network(way("other", days=5.0), way(**changes))).sweeps}
    assert why in found["ash/north"].no_data
    assert found["ash/north"].revised is None


def test_a_network_is_made_with_one_of_the_two_revised_and_never_with_both(store: Store) -> None:
    fill(store)
    stated, found = network(), told(store, network())
    by_sweep, by_traffic = revised(stated, found, Revise.SWEEP), revised(stated, found, Revise.TRAFFIC)
    assert by_sweep.traffic == stated.traffic
    assert by_sweep.ways != stated.ways
    assert by_traffic.ways == stated.ways
    assert by_traffic.traffic != stated.traffic
    assert revised(stated, found, Revise.NOTHING) == stated


def test_what_is_hidden_counts_for_nobody_who_may_not_see_it(store: Store) -> None:
    fill(store)
    before = told(store, network(), "birch")
    store.submit(patrol(25, marking=private("ash")))
    store.submit(met(25, record="hidden", marking=private("ash")))
    assert told(store, network(), "birch") == before
    assert told(store, network(), "ash") != before


def test_a_stricter_portion_marks_what_rests_on_it(store: Store) -> None:
    fill(store, seizures=0)
    inside = Portion(marking=marked("ash", tlp=Tlp.RED, rel_to=("agency:ash",)), goods=(cocaine(80.0),))
    bare = replace(met(3, record="p"), portions=(inside,))
    bare = replace(bare, content=replace(bare.content, goods=()))
    store.submit(bare)
    mine, theirs = told(store, network(way())), told(store, network(way()), "birch")
    assert (mine.traffic[0].events, theirs.traffic[0].events) == (1, 0)
    assert mine.traffic[0].marking is not None
    assert mine.traffic[0].marking.tlp is Tlp.RED
    assert (mine.found[0].kg, theirs.found[0].kg) == ({"cocaine": 80.0}, {})
    # That there was a seizure both may see.
    assert mine.sweeps[0].events == theirs.sweeps[0].events == 1


def test_an_index_that_was_fed_bit_by_bit_is_one_that_was_rebuilt_and_a_purge_forgets(store: Store) -> None:
    index = store.index(AllocateIndex)
    ids = []
    for number in range(1, 9):
        ids += [store.submit(patrol(number)), store.submit(met(number, record=f"s{number}"))]
        index = store.index(AllocateIndex)
    bit_by_bit = told(store, network())
    index.drop()
    assert told(store, network()) == bit_by_bit
    store.log.purge([ids[0], ids[3]], reason="its time is up", by="ann@ash")
    forgotten = told(store, network())
    assert forgotten.found[0].asset_days == 7.0
    assert forgotten.found[0].seizures == 7
    assert not set(forgotten.reports) & {ids[0], ids[3]}
    index.drop()
    assert told(store, network()) == forgotten


def test_the_two_databases_agree(store: Store, postgresql_url: str) -> None:
    other = Store(postgresql_url)
    for each in (store, other):
        ids = fill(each)
        each.submit(met(1, 1, cocaine(700.0), record="s1", supersedes=(ids[20],)))
        each.submit(met(25, record="hidden", marking=private("ash")))
    for agency in ("ash", "birch"):
        assert told(store, network(), agency) == told(other, network(), agency)
    other.log.purge([other.log.follow(0)[0].entry.id], reason="its time is up", by="ann@ash")
    assert told(other, network()).found[0].asset_days == 19.0
