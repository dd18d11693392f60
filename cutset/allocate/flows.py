"""What moves by each way now, if traffickers spread over routes as these suit them: the stated picture that finds test.

    q_p ∝ Π a_w over the ways w of route p          a = `Way.suits`
    n_w = n Σ q_p exp(-Σ k_v e_v over the ways v of p before w)

n is the loads sent a month, n_w those that set out on way w; what was met before is not among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, prod

from cutset.allocate.network import BadNetwork, Network
from cutset.allocate.routes import Graph

ROUTES = 200
"""The best suited routes of a traffic that are reckoned with: the others suit little."""

Flows = Mapping[str, Mapping[str, float]]
"""Of each traffic, for each load sent, how many of it set out on each way: a number from 0 to 1."""


def flows(network: Network, effort: Mapping[str, float]) -> Flows:
    """For each load that a traffic sends, the part that sets out on each way, under this effort (asset-days a month).

    A traffic that no open route leads on, or whose routes are too many to walk through, sends nothing here.
    """
    graph = Graph(network)
    through = [exp(-(way.sweep.value if way.sweep else 0.0) * effort.get(graph.names[n], 0.0))
               for n, way in enumerate(graph.ways)]  # fmt: skip
    found: dict[str, dict[str, float]] = {}
    for name, traffic in network.traffic.items():
        try:
            routes = graph.suited(traffic, ROUTES)
        except BadNetwork:
            routes = []
        weights = [prod(graph.ways[number].suits for number in route) for route in routes]
        found[name] = {}
        for route, weight in zip(routes, weights, strict=True):
            left = weight / sum(weights)
            for number in route:
                way = graph.names[number]
                found[name][way] = found[name].get(way, 0.0) + left
                left *= through[number]
    return found
