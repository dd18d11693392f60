from __future__ import annotations

from math import log, prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutset.allocate.network import Network
from cutset.allocate.response import logit
from cutset.allocate.routes import Graph, total
from tests.allocate.making import networks
from tests.allocate.test_interdiction import all_routes


@settings(max_examples=50, deadline=None)
@given(networks, st.integers(0, 1000))
def test_the_shortest_route_and_the_corners_are_those_of_all_routes(network: Network, seed: int) -> None:
    graph = Graph(network)
    first = [float((seed * (n + 1)) % 17) for n in range(len(graph.ways))]
    second = [float((seed * (n + 5)) % 13) for n in range(len(graph.ways))]
    for traffic in network.traffic.values():
        every = [
            tuple(graph.numbers[name] for name in route)
            for route in all_routes(network, traffic.sources, traffic.goals)
        ]
        shortest = graph.shortest(traffic, first)
        assert shortest is not None
        assert total(shortest, first) == min(total(route, first) for route in every)
        corners = graph.corners(traffic, first, second)
        assert set(corners) <= set(every)
        for weight in (0.01, 0.3, 1.0, 3.0, 100.0):

            def both(route: tuple[int, ...], weight: float = weight) -> float:
                return total(route, first) + weight * total(route, second)

            assert min(map(both, corners)) == pytest.approx(min(map(both, every)))


@settings(max_examples=50, deadline=None)
@given(networks, st.integers(1, 40))
def test_the_best_suited_routes_come_first_and_none_is_left_out(network: Network, most: int) -> None:
    graph = Graph(network)
    suits = [way.suits for way in graph.ways]

    def length(route: tuple[int, ...]) -> float:
        return len(route) * (1 + log(max(suits))) - log(prod(suits[n] for n in route))

    for traffic in network.traffic.values():
        found = graph.suited(traffic, most)
        every = all_routes(network, traffic.sources, traffic.goals)
        assert len(found) == len(set(found)) == min(most, len(every))
        assert {graph.named(route) for route in found} <= set(every)
        lengths = [length(route) for route in found]
        assert lengths == pytest.approx(sorted(lengths))
        ordered = sorted(length(tuple(graph.numbers[name] for name in route)) for route in every)
        assert lengths == pytest.approx(ordered[: len(found)])


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=6), st.floats(0.01, 100))
def test_better_routes_are_taken_more_often(worths: list[float], heat: float) -> None:
    shares = logit(worths, [1.0] * len(worths), heat)
    assert sum(shares) == pytest.approx(1)
    for one, share in zip(worths, shares, strict=True):
        for other, less in zip(worths, shares, strict=True):
            assert one <= other or share >= less
