from __future__ import annotations

from itertools import combinations
from math import exp, log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cutset.allocate.cut import cut, vital
from cutset.allocate.network import BadNetwork, Network
from tests.allocate.making import diamond, made, way
from tests.allocate.test_interdiction import all_routes

small = st.builds(made, st.integers(0, 10_000), ways=st.integers(3, 9), traffics=st.just(1), layers=st.integers(2, 4))


def cheapest(network: Network, costs: dict[str, float]) -> float:
    """The cheapest set of ways that meets every route, by trying every set: an implementation of its own."""
    (traffic,) = network.traffic.values()
    routes = [set(route) for route in all_routes(network, traffic.sources, traffic.goals)]
    return min(
        sum(costs[name] for name in chosen)
        for size in range(len(costs) + 1)
        for chosen in combinations(costs, size)
        if all(route & set(chosen) for route in routes)
    )


def test_the_diamond_is_cut_by_two_ways_and_by_days_at_the_cheapest() -> None:
    fewest = cut(diamond(), "a/coca")
    assert [each.way for each in fewest.ways] == ["a/sx", "a/sy"]
    assert [each.way for each in cut(diamond(), "a/coca", nearest="goals").ways] == ["a/xt", "a/yt"]
    assert (fewest.value, fewest.unit) == (2, "ways")
    # A chance of a half takes ln 2 / k days: 34.7 on xt, 69.3 on sx, sy and yt.
    by_days = cut(diamond(), "a/coca", chance=0.5)
    assert [each.way for each in by_days.ways] == ["a/sy", "a/xt"]
    assert by_days.value == pytest.approx(log(2) / 0.02 + log(2) / 0.01)
    assert {each.ways: pytest.approx(each.amount) for each in by_days.flow} == {
        ("a/sx", "a/xt"): log(2) / 0.02,
        ("a/sy", "a/yt"): log(2) / 0.01,
    }


@settings(max_examples=60, deadline=None)
@given(small, st.sampled_from([None, 0.3, 0.9]), st.sampled_from(["sources", "goals"]))
def test_the_cut_is_the_cheapest_and_the_flow_proves_it(network: Network, chance: float | None, end: str) -> None:
    (name,) = network.traffic
    found = cut(network, name, chance=chance, nearest=end)  # type: ignore[arg-type]
    costs = {
        way: 1.0 if chance is None else -log(1 - chance) / each.sweep.value
        for way, each in network.ways.items()
        if each.sweep
    }
    assert found.value == pytest.approx(cheapest(network, costs))
    assert sum(each.amount for each in found.flow) == pytest.approx(found.value)
    closed = {each.way for each in found.ways}
    used: dict[str, float] = {}
    routes = all_routes(network, network.traffic[name].sources, network.traffic[name].goals)
    assert all(closed & set(route) for route in routes)
    for each in found.flow:
        assert each.ways in routes
        for taken in each.ways:
            used[taken] = used.get(taken, 0.0) + each.amount
    assert all(amount <= costs[taken] + 1e-9 for taken, amount in used.items())


def test_a_flow_that_must_be_sent_back_is() -> None:
    """The shortest path, by the way across, takes what two others need: only undoing it gives 2."""
    pairs = {"sa": ("S", "a"), "sb": ("S", "b1"), "b1b": ("b1", "b"), "ab": ("a", "b"), "bt": ("b", "T"),
             "ac": ("a", "c"), "cd": ("c", "d"), "dt": ("d", "T")}  # fmt: skip
    network = diamond()
    network = replace(network, ways={f"a/{name}": way(name, *ends) for name, ends in pairs.items()})
    assert cut(network, "a/coca").value == 2


def test_what_cannot_be_cut_is_said() -> None:
    network = diamond()
    blind = {name: replace(each, sweep=None) for name, each in network.ways.items() if name in ("a/sx", "a/xt")}
    with pytest.raises(BadNetwork, match="no way that can be watched"):
        cut(replace(network, ways=network.ways | blind), "a/coca", chance=0.5)
    with pytest.raises(BadNetwork, match="chance of 1"):
        cut(network, "a/coca", chance=1.0)
    with pytest.raises(BadNetwork, match="no such traffic"):
        cut(network, "a/none")


@settings(max_examples=60, deadline=None)
@given(small, st.integers(1, 3), st.integers(0, 100))
def test_vital_ways_are_the_worst_of_all_to_lose(network: Network, k: int, seed: int) -> None:
    (name,) = network.traffic
    effort = {way: float((seed * (n + 3)) % 50) for n, way in enumerate(network.ways)}
    found = vital(network, name, k, effort=effort)

    def arrived(closed: set[str]) -> float:
        ways = {way: each for way, each in network.ways.items() if way not in closed}
        left = replace(network, ways=ways)
        return worst_of(left, effort)

    least = min(arrived(set(chosen)) for chosen in combinations(network.ways, min(k, len(network.ways))))
    assert found.arrived_kg_before == pytest.approx(arrived(set()))
    assert found.arrived_kg_after == pytest.approx(least, abs=1e-9)
    assert arrived(set(found.ways)) == pytest.approx(found.arrived_kg_after, abs=1e-9)
    assert len(found.ways) <= k
    for each in found.alone:
        assert arrived({each.way}) == pytest.approx(each.arrived_kg, abs=1e-9)


def worst_of(network: Network, effort: dict[str, float]) -> float:
    (traffic,) = network.traffic.values()
    return traffic.kg_month.value * max(
        (
            exp(-sum(network.ways[way].sweep.value * effort[way] for way in route))  # type: ignore[union-attr]
            for route in all_routes(network, traffic.sources, traffic.goals)
        ),
        default=0.0,
    )
