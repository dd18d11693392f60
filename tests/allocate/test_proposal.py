from __future__ import annotations

import sys
from math import exp

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cutset.allocate.changes import Changes, changed, what_if
from cutset.allocate.network import BadNetwork, Network
from cutset.allocate.outcome import outcome
from cutset.allocate.proposal import Method, Proposal, expected, propose
from cutset.allocate.response import Objective
from cutset.allocate.solver import MissingExtra
from cutset.model.network import Posting
from tests.allocate.making import about, diamond, needs_highs, networks, way

POSTINGS = (Posting(means="a/cutters", way="a/xt", days=20), Posting(means="a/cutters", way="a/yt", days=40))


def test_an_outcome_is_as_by_hand() -> None:
    found = outcome(diamond(), POSTINGS)
    assert found.arrived_kg == pytest.approx(100 * exp(-0.4))
    assert found.met_kg == pytest.approx(100 * (1 - exp(-0.4)))
    assert found.denied_usd == pytest.approx(2_000_000 * (1 - exp(-0.4)))
    assert (found.days, found.cost_usd) == (60, 60_000)
    (traffic,) = found.traffic
    assert traffic.route is not None
    assert traffic.route.chance_met == pytest.approx(1 - exp(-0.4))
    assert {each.way: each.chance for each in found.ways}["a/xt"] == pytest.approx(1 - exp(-0.4))


def test_who_would_lose_by_sending_stays_home() -> None:
    network = diamond()
    dear = {name: replace(each, cost_usd_kg=about(8_000)) for name, each in network.ways.items()}
    found = outcome(replace(network, ways=dear), POSTINGS, Objective.PROFIT)
    # 20,000 exp(-0.4) is 13,406: less than the 16,000 that either route costs.
    assert (found.objective, found.arrived_kg, found.traffic[0].stays_home) == (0, 0, True)
    assert found.denied_usd == pytest.approx(2_000_000)


@needs_highs
def test_a_proposal_says_all_that_a_planner_needs() -> None:
    network = diamond()
    network = replace(network, ways=network.ways | {"a/sx": replace(network.ways["a/sx"], days=60)})
    found = propose(network, months=6, draws=40, gap=1e-4)
    assert found.outcome.objective == pytest.approx(100 * exp(-0.4))
    assert found.proved
    assert [each.name for each in found.baselines] == ["as now", "spread evenly", "where finds are", "greedy"]
    now = found.baselines[0]
    assert now.outcome.objective == pytest.approx(100)
    assert all(each.outcome.objective >= found.outcome.objective - 1e-9 for each in found.baselines)
    assert found.robustness is not None
    assert found.robustness.beats_now == 1.0
    assert found.simulated is not None
    assert now.simulated is not None
    assert found.simulated.estimates.arrived_kg.mean < now.simulated.estimates.arrived_kg.mean
    by_way = {each.way: each for each in found.reasons}
    assert by_way["a/xt"].worth == pytest.approx(100 - 100 * exp(-0.4))
    assert "least watched route of cocaine from S to T" in by_way["a/xt"].words
    (shadow,) = found.shadow
    # One more on one route leaves the other as it is; placed anew a day is worth 67 x 0.01 x 0.02 / 0.03.
    assert shadow.worth == pytest.approx(0)
    assert shadow.price == pytest.approx(10 * 100 * exp(-0.4) * 0.01 * 0.02 / 0.03, rel=1e-2)
    assert found.notes == ()
    figures = expected(found)
    assert figures["arrived_kg"] == found.outcome.arrived_kg
    assert figures["cost_usd"] == 60_000
    assert figures["beats_now"] == 1.0
    again = msgspec.json.decode(msgspec.json.encode(found), type=Proposal)
    assert again == found
    assert propose(network, months=6, draws=40, gap=1e-4) == found


def test_the_greedy_method_needs_no_extra_and_says_that_no_bound_is_known() -> None:
    found = propose(diamond(), method=Method.GREEDY, months=0)
    assert found.outcome.objective == pytest.approx(100 * exp(-0.4))
    assert (found.bound, found.proved, found.simulated, found.robustness) == (0, False, None, None)
    assert any("no bound" in note for note in found.notes)


def test_without_the_extra_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("highspy", "numpy"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtra, match=r"highspy.*not installed.*pip install 'cutset\[allocate\]'"):
        propose(diamond())
    with pytest.raises(MissingExtra, match="numpy"):
        propose(diamond(), method=Method.GREEDY)
    assert propose(diamond(), method=Method.GREEDY, months=0).postings


@needs_highs
def test_those_who_err_are_placed_against_with_no_bound() -> None:
    found = propose(diamond(), method=Method.QUANTAL, heat=0.12, months=0)
    assert sum(each.days for each in found.postings) == 60
    assert (found.bound, found.proved) == (0, False)
    assert any("no bound" in note for note in found.notes)


def test_notes_say_what_a_comparison_is_of() -> None:
    network = diamond()
    ways = network.ways | {"a/blind": way("blind", "X", "Y", None), "a/far": way("far", "X", "Y", area="far", days=9)}
    means = {"a/cutters": replace(network.means["a/cutters"], ways=("xt", "yt", "sx", "sy"))}
    notes = propose(replace(network, ways=ways, means=means), method=Method.GREEDY, months=0).notes
    assert any("60 days a month in whole deployments, and 0 are spent now" in note for note in notes)
    assert any("9 days stay" in note and "a/far" in note for note in notes)
    assert any("nothing can be met: a/blind" in note for note in notes)


def test_what_if_fewer_days_a_closed_way_a_new_way() -> None:
    network = diamond()
    fewer = what_if(network, Changes(days={"a/cutters": 30}), postings=POSTINGS)
    assert sum(each.days for each in fewer.postings) == 30
    assert fewer.after.arrived_kg == pytest.approx(100 * exp(-0.1))
    assert any("of 40 days of a/cutters on a/yt 10 are left" in note for note in fewer.notes)
    closed = what_if(network, Changes(closed=("a/xt",)), postings=POSTINGS)
    assert closed.after.arrived_kg == pytest.approx(100 * exp(-0.4))
    assert any("can no longer be spent on a/xt" in note for note in closed.notes)
    opened = what_if(network, Changes(ways={"a/new": way("new", "S", "T")}), postings=POSTINGS)
    assert opened.after.arrived_kg == pytest.approx(100)
    (shift,) = opened.traffic
    assert shift.route_after is not None
    assert shift.route_after.ways == ("a/new",)
    assert {each.way: (each.share_before, each.share_after) for each in opened.ways}["a/new"] == (0, 1)
    moved = what_if(network, Changes(postings=(Posting(means="a/cutters", way="a/sy", days=60),)), postings=POSTINGS)
    assert moved.after.arrived_kg == pytest.approx(100)
    cut_off = what_if(network, Changes(closed=("a/sx", "a/sy")), postings=POSTINGS)
    assert cut_off.after.arrived_kg == 0
    assert "a/coca has no open route left" in cut_off.notes


@needs_highs
def test_what_if_placed_anew() -> None:
    found = what_if(diamond(), Changes(days={"a/cutters": 90}), postings=POSTINGS, again=True)
    assert found.after.arrived_kg == pytest.approx(100 * exp(-0.6))
    as_now = what_if(diamond(), Changes(), again=True)
    assert (as_now.before.arrived_kg, as_now.after.arrived_kg) == (100, pytest.approx(100 * exp(-0.4)))


@settings(max_examples=30, deadline=None)
@given(networks, st.sampled_from(list(Objective)), st.data())
def test_what_if_nothing_changes_nothing_and_a_closed_way_never_helps(
    network: Network, objective: Objective, data: st.DataObject
) -> None:
    same = what_if(network, Changes(), objective=objective)
    assert same.before == same.after
    assert all(each.share_before == each.share_after for each in same.ways)
    closed = data.draw(st.sampled_from(sorted(network.ways)))
    found = what_if(network, Changes(closed=(closed,)), objective=objective)
    assert found.after.objective <= found.before.objective + 1e-9 * (1 + found.before.objective)
    shut = Changes(ways={closed: replace(network.ways[closed], open=False)})
    assert found == what_if(network, shut, objective=objective)


def test_a_change_that_cannot_be_is_refused() -> None:
    with pytest.raises(BadNetwork, match="no such way"):
        changed(diamond(), Changes(closed=("a/none",)))
    with pytest.raises(BadNetwork, match="no such means"):
        changed(diamond(), Changes(days={"a/none": 3}))
    with pytest.raises(BadNetwork, match="less than one deployment"):
        changed(diamond(), Changes(days={"a/cutters": 3}))
    with pytest.raises(BadNetwork, match="whole deployments"):
        what_if(diamond(), Changes(postings=(Posting(means="a/cutters", way="a/xt", days=5),)))
    assert list(changed(diamond(), Changes(means={"a/cutters": None})).means) == []
