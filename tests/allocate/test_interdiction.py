from __future__ import annotations

from itertools import product
from math import exp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cutset.allocate.baselines import even, finds, greedy, where_finds_are
from cutset.allocate.interdiction import decomposition, plain
from cutset.allocate.network import BadNetwork, Network
from cutset.allocate.outcome import outcome
from cutset.allocate.placement import Placing
from cutset.allocate.response import Objective, logit
from tests.allocate.making import diamond, made, needs_highs, networks

OBJECTIVES = list(Objective)


def all_routes(network: Network, sources: tuple[str, ...], goals: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Every route without a stop twice, by plain depth-first search: an implementation of its own."""
    found: list[tuple[str, ...]] = []

    def walk(stop: str, route: tuple[str, ...], seen: frozenset[str]) -> None:
        if stop in goals:
            found.append(route)
            return
        for name, way in network.ways.items():
            if way.open and way.origin.name == stop and way.goal.name not in seen:
                walk(way.goal.name, (*route, name), seen | {way.goal.name})

    for source in sources:
        walk(source, (), frozenset({source}))
    return found


def worst(network: Network, efforts: dict[str, float], objective: Objective) -> float:
    """The objective by trying every route."""
    whole = 0.0
    for traffic in network.traffic.values():
        gain = traffic.gain_usd_kg.value if traffic.gain_usd_kg and objective is not Objective.ARRIVED else 1.0
        worths = []
        for route in all_routes(network, traffic.sources, traffic.goals):
            ways = [network.ways[name] for name in route]
            exponent = sum(w.sweep.value * efforts.get(n, 0.0) for n, w in zip(route, ways, strict=True) if w.sweep)
            cost = sum(w.cost_usd_kg.value for w in ways if w.cost_usd_kg) if objective is Objective.PROFIT else 0.0
            worths.append(gain * exp(-exponent) - cost)
        best = max(worths)
        whole += traffic.kg_month.value * (max(0.0, best) if objective is Objective.PROFIT else best)
    return whole


def efforts_of(placing: Placing, counts: tuple[float, ...] | list[float]) -> dict[str, float]:
    found = {}
    for choice, count in zip(placing.choices, counts, strict=True):
        name = placing.graph.names[choice.way]
        found[name] = found.get(name, 0.0) + count * choice.days * placing.network.means[choice.means].factor
    return found


@needs_highs
@pytest.mark.parametrize("solve", [decomposition, plain])
def test_the_diamond_is_placed_as_by_hand(solve: object) -> None:
    placing = Placing(diamond(), Objective.ARRIVED)
    found = solve(placing, gap=1e-4)  # type: ignore[operator]
    assert found.value == pytest.approx(100 * exp(-0.4))
    assert found.proved
    assert found.bound == pytest.approx(found.value, rel=1e-4)
    at = {posting.way: posting.days for posting in placing.postings(found.counts)}
    assert at["a/xt"] == 20
    assert at.get("a/sy", 0) + at.get("a/yt", 0) == 40


@settings(max_examples=60, deadline=None)
@given(networks, st.sampled_from(OBJECTIVES), st.data())
def test_the_best_answer_is_the_best_of_all_routes(network: Network, objective: Objective, data: st.DataObject) -> None:
    placing = Placing(network, objective)
    counts = [float(data.draw(st.integers(0, 3))) for _ in placing.choices]
    assert placing.value(counts) == pytest.approx(worst(network, efforts_of(placing, counts), objective), abs=1e-6)


@needs_highs
@settings(max_examples=25, deadline=None)
@given(networks, st.sampled_from(OBJECTIVES))
def test_the_decomposition_agrees_with_the_plain_program(network: Network, objective: Objective) -> None:
    placing = Placing(network, objective)
    one, other = (solve(placing, gap=1e-3, time_limit_s=5) for solve in (decomposition, plain))
    slack = 1e-6 * placing.scale
    for found in (one, other):
        # What is claimed of a placement is so, and it can be made.
        assert found.value == pytest.approx(worst(network, efforts_of(placing, found.counts), objective), abs=slack)
        assert all(placing.used(found.counts)[name] <= limit for name, limit in placing.limits.items())
        assert found.bound <= found.value + slack
    # Each one's bound holds for the other's placement.
    assert one.bound <= other.value + slack
    assert other.bound <= one.value + slack
    if one.proved and other.proved:
        assert one.value == pytest.approx(other.value, rel=2e-3, abs=slack)


@needs_highs
@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(OBJECTIVES))
def test_no_placement_of_all_is_better(seed: int, objective: Objective) -> None:
    network = made(seed, ways=4, traffics=2, layers=3, deployments=2)
    network = replace(network, means={"a/any": network.means["a/any"]})
    placing = Placing(network, objective)
    limit = placing.limits["a/any"]
    everything = (counts for counts in product(range(limit + 1), repeat=len(placing.choices)) if sum(counts) <= limit)
    least = min(worst(network, efforts_of(placing, counts), objective) for counts in everything)  # type: ignore[arg-type]
    found = decomposition(placing, gap=1e-6)
    assert found.value == pytest.approx(least, rel=1e-6, abs=1e-6)
    assert found.bound <= least + 1e-6 * placing.scale


@needs_highs
@settings(max_examples=15, deadline=None)
@given(networks, st.sampled_from(OBJECTIVES))
def test_more_days_never_help_the_traffickers(network: Network, objective: Objective) -> None:
    means = network.means["a/any"]
    more = replace(network, means=network.means | {"a/any": replace(means, days=means.days + means.step)})
    before, after = (decomposition(Placing(each, objective), gap=1e-3, time_limit_s=5) for each in (network, more))
    assert after.bound <= before.value + 1e-6 * Placing(network, objective).scale
    assert after.value * (1 - after.gap) <= before.value + 1e-6


@settings(max_examples=30, deadline=None)
@given(networks, st.sampled_from(OBJECTIVES))
def test_a_baseline_uses_every_deployment_and_no_more(network: Network, objective: Objective) -> None:
    placing = Placing(network, objective)
    nothing = placing.value(placing.none())
    for make in (greedy, even, where_finds_are):
        counts = make(placing)
        assert placing.used(counts) == placing.limits
        assert placing.value(counts) <= nothing + 1e-9
        assert make(placing) == counts


def test_finds_are_what_is_met_on_the_way_in_order() -> None:
    network = diamond()
    ways = network.ways | {
        "a/sx": replace(network.ways["a/sx"], days=50),
        "a/xt": replace(network.ways["a/xt"], days=50),
    }
    placing = Placing(replace(network, ways=ways), Objective.ARRIVED)
    # The upper route comes through with exp(-1.5), the lower with 1; the heat is 0.12 of a kilogram.
    share = logit([exp(-1.5), 1.0], [1.0, 1.0], 0.12)[0]
    found = dict(zip(placing.graph.names, finds(placing), strict=True))
    assert found["a/sx"] == pytest.approx(100 * share * (1 - exp(-0.5)))
    assert found["a/xt"] == pytest.approx(100 * share * exp(-0.5) * (1 - exp(-1.0)))
    assert found["a/sy"] == 0


@needs_highs
def test_three_hundred_ways_and_twenty_traffics_are_placed_with_a_bound() -> None:
    placing = Placing(made(3, ways=300, traffics=20, layers=6, deployments=20), Objective.ARRIVED)
    found = decomposition(placing, gap=0.05, time_limit_s=6)
    assert found.value <= placing.value(greedy(placing))
    assert 0 <= found.bound <= found.value
    assert found.proved == (found.gap <= 0.05 + 1e-9)
    assert all(placing.used(found.counts)[name] <= limit for name, limit in placing.limits.items())


@needs_highs
def test_time_that_runs_out_is_told_and_leaves_a_placement() -> None:
    placing = Placing(made(5, ways=30, traffics=3), Objective.PROFIT)
    found = decomposition(placing, gap=1e-9, time_limit_s=0.0)
    assert not found.proved
    assert found.value <= placing.value(greedy(placing))
    assert found.bound == 0.0


def test_refusals_are_in_words() -> None:
    network = diamond()
    with pytest.raises(BadNetwork, match="no means"):
        Placing(replace(network, means={}), Objective.ARRIVED)
    with pytest.raises(BadNetwork, match="no traffic"):
        Placing(replace(network, traffic={}), Objective.ARRIVED)
    without = {"a/coca": replace(network.traffic["a/coca"], gain_usd_kg=None)}
    with pytest.raises(BadNetwork, match="what a kilogram brings"):
        Placing(replace(network, traffic=without), Objective.PROFIT)
    assert outcome(replace(network, traffic=without), []).denied_usd is None
