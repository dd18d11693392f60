from __future__ import annotations

from math import exp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cutset.allocate import adaptation
from cutset.allocate.network import BadNetwork, Network, present
from cutset.allocate.response import Objective
from cutset.allocate.robustness import robustness, values
from cutset.allocate.routes import Graph
from cutset.allocate.sampling import drawn, triangular
from cutset.allocate.simulation import STILL, Adaptation, Organisation, expected_profit, simulate
from cutset.model.network import Estimate, Posting
from tests.allocate.making import about, diamond, needs_numpy, networks
from tests.allocate.test_interdiction import OBJECTIVES, worst

pytestmark = needs_numpy
POSTINGS = (Posting(means="a/cutters", way="a/xt", days=20), Posting(means="a/cutters", way="a/yt", days=40))
ON_ONE = (Posting(means="a/cutters", way="a/xt", days=60),)


def _with_loads(network: Network) -> Network:
    return replace(network, traffic={"a/coca": replace(network.traffic["a/coca"], load_kg=about(2.0))})


def test_traffickers_who_never_learn_are_met_as_the_formula_says() -> None:
    found = simulate(diamond(), ON_ONE, months=3, draws=5, adaptation=STILL)
    # Half go by X, where 60 days on xt meet 1 - exp(-1.2) of them.
    assert found.chance.arrived_kg.mean == pytest.approx(50 + 50 * exp(-1.2))
    assert found.chance.met_kg.mean == pytest.approx(50 * (1 - exp(-1.2)))
    assert found.chance.arrived_kg.low == pytest.approx(found.chance.arrived_kg.high)
    assert {each.way: each.share_after.mean for each in found.chance.ways}["a/sx"] == pytest.approx(0.5)


def test_loads_that_are_met_by_luck_are_met_as_often_as_the_formula_says() -> None:
    found = simulate(_with_loads(diamond()), ON_ONE, months=12, draws=400, adaptation=STILL).chance.arrived_kg
    assert found.low < found.mean_low < found.mean < found.mean_high < found.high
    # Three half widths of the 95 % interval are 5.9 standard errors.
    assert found.mean == pytest.approx(50 + 50 * exp(-1.2), abs=3 * (found.mean_high - found.mean))


def test_what_is_sent_arrives_or_is_met() -> None:
    found = simulate(diamond(), POSTINGS, months=6, draws=10)
    assert found.chance.arrived_kg.mean + found.chance.met_kg.mean == pytest.approx(100)
    assert found.chance.traffic["a/coca"] == found.chance.arrived_kg
    assert len(found.chance.curve) == 12 + 6


def test_those_who_learn_go_where_nobody_watches() -> None:
    """The balloon: all days on one way push the traffic to the other, and little is met in the end."""
    found = simulate(diamond(), ON_ONE, months=24, draws=50)
    shares = {each.way: each for each in found.chance.ways}
    assert shares["a/xt"].share_before.mean == pytest.approx(0.5)
    assert shares["a/xt"].share_after.mean < 0.05
    assert shares["a/yt"].share_after.mean > 0.95
    assert found.chance.curve[-1].mean > found.chance.curve[12].mean + 20
    both = simulate(diamond(), POSTINGS, months=24, draws=50)
    assert both.chance.curve[-1].mean < found.chance.curve[-1].mean - 20


@settings(max_examples=10, deadline=None)
@given(networks, st.integers(0, 50))
def test_the_same_seed_plays_the_same(network: Network, seed: int) -> None:
    one, other = (simulate(network, None, months=2, before=2, draws=4, seed=seed) for _ in range(2))
    assert one == other
    whole = sum(each.kg_month.value for each in network.traffic.values())
    assert 0 <= one.chance.arrived_kg.mean <= whole * 1.5 + 300


def test_estimates_widen_what_is_known() -> None:
    found = simulate(_with_loads(diamond()), POSTINGS, months=6, draws=200)
    chance, estimates = found.chance.arrived_kg, found.estimates.arrived_kg
    assert estimates.high - estimates.low > 2 * (chance.high - chance.low)


@given(
    st.floats(0.0, 0.99), st.floats(0.1, 1e5), st.floats(0.1, 1e5), st.floats(-10, 1e5), st.floats(0.1, 1.0)
)  # fmt: skip
def test_profit_over_arrays_is_that_of_the_exercise(
    risk: float, gain: float, loss: float, reference: float, delta: float
) -> None:
    import numpy

    many = expected_profit(*(numpy.array([each]) for each in (risk, gain, loss)), reference=reference, delta=delta)
    assert float(many[0]) == pytest.approx(
        adaptation.expected_profit(risk, gain, loss, reference=reference, delta=delta), rel=1e-9, abs=1e-9
    )


def test_an_organisation_learns_as_the_exercise_s_formulas_say() -> None:
    """One month of one organisation, beside the scalar formulas of `adaptation.py`."""
    network = diamond()
    given = drawn(network, 1, 0, ranged=False)
    import numpy

    graph, habits = Graph(network), Adaptation(begin=None)
    routes = graph.suited(network.traffic["a/coca"])
    organisation = Organisation("a/coca", graph, routes, given, habits, numpy.random.default_rng(1))
    quiet, watched = numpy.zeros((1, 4)), numpy.array([[0.0, 0.0, 0.5, 0.0]])
    assert graph.names[2] == "a/xt"
    organisation.know(quiet)
    organisation.send(watched)
    risk = adaptation.perceived_risk(0.0, 50, 25, forgetting=habits.forgetting)
    profits = [
        adaptation.expected_profit(each, 20_000, 0, reference=10_000, delta=habits.salience)
        for each in (risk if 2 in route else 0.0 for route in routes)
    ]
    turned = adaptation.shares(profits, [0.5, 0.5], [1, 1], heat=habits.heat * 20_000, haste=habits.haste)
    assert organisation._shares[0].tolist() == pytest.approx(turned)


@given(st.floats(0, 1, exclude_max=True), st.floats(0, 10), st.floats(0.001, 10), st.floats(0.001, 10))
def test_a_draw_lies_where_its_part_of_the_triangle_ends(part: float, low: float, rise: float, fall: float) -> None:
    import numpy

    estimate = Estimate(low=low, value=low + rise, high=low + rise + fall, source="")
    value = float(triangular(numpy.array([part]), estimate)[0])
    width = rise + fall
    if value <= estimate.value:
        below = (value - low) ** 2 / (width * rise)
    else:
        below = 1 - (estimate.high - value) ** 2 / (width * fall)
    assert below == pytest.approx(part, abs=1e-6)


@settings(max_examples=20, deadline=None)
@given(networks, st.sampled_from(OBJECTIVES))
def test_the_objective_over_draws_is_that_of_each_draw(network: Network, objective: object) -> None:
    given_draws = drawn(network, 3, 7)
    efforts = {name: float(5 * n) for n, name in enumerate(network.ways)}
    found = values(network, efforts, given_draws, objective)  # type: ignore[arg-type]
    sweeps, costs, gains = given_draws.sweep, given_draws.cost_usd_kg, given_draws.gain_usd_kg
    for draw in range(3):
        ways = {
            name: replace(way, sweep=_just(sweeps[draw, n]), cost_usd_kg=_just(costs[draw, n]))
            for n, (name, way) in enumerate(network.ways.items())
        }
        traffic = {
            name: replace(each, kg_month=_just(given_draws.kg[name][draw]), gain_usd_kg=_just(gains[name][draw]))
            for name, each in network.traffic.items()
        }
        fixed = replace(network, ways=ways, traffic=traffic)
        assert float(found[draw]) == pytest.approx(worst(fixed, efforts, objective), rel=1e-9, abs=1e-6)  # type: ignore[arg-type]


def _just(value: float) -> Estimate:
    return Estimate(value=float(value), low=float(value), high=float(value), source="")


def test_a_placement_that_is_the_present_beats_it_in_no_draw() -> None:
    network = diamond()
    days = {each.way: each.days for each in POSTINGS}
    ways = {name: replace(each, days=days.get(name, 0.0)) for name, each in network.ways.items()}
    as_posted = replace(network, ways=ways)
    same = robustness(as_posted, POSTINGS, Objective.ARRIVED, draws=50)
    assert (same.beats_now, same.better_median, same.worst) == (0.0, 0.0, same.worst_now)
    better = robustness(network, POSTINGS, Objective.ARRIVED, draws=50)
    assert present(network) == {}
    assert better.beats_now == 1.0
    assert 0 < better.better_low < better.better_median < better.better_high < 1


def test_refusals_are_in_words() -> None:
    with pytest.raises(BadNetwork, match="0 after"):
        simulate(diamond(), None, months=0)
    with pytest.raises(BadNetwork, match="in 1 draws"):
        simulate(diamond(), None, draws=1)
    with pytest.raises(BadNetwork, match="no traffic"):
        simulate(replace(diamond(), traffic={}), None)
