"""How sure it is that a placement beats the days as they are now: both tried on the same draws of the estimates."""

from __future__ import annotations

from collections.abc import Iterable

from cutset.allocate.network import Network, effort, present
from cutset.allocate.response import Objective
from cutset.allocate.routes import Graph
from cutset.allocate.sampling import Array, Drawn, drawn
from cutset.allocate.solver import needed
from cutset.model.network import Plain, Posting, Traffic


class Robustness(Plain, frozen=True):
    """A placement over `draws` of the estimates, where each traffic answers with its best route in every draw.

    `beats_now` is the share of the draws in which it brings a lower objective than the days as they are now, `better_*`
    the fraction by which it is lower (5th, 50th and 95th percentile; under 0: it is higher). `worst` and `worst_now`
    are the 95th percentiles of the objective itself.
    """

    draws: int
    beats_now: float
    better_low: float
    better_median: float
    better_high: float
    worst: float
    worst_now: float


def robustness(
    network: Network, postings: Iterable[Posting], objective: Objective, *, draws: int = 200, seed: int = 0
) -> Robustness:
    """How the postings compare with the days as they are now over the ranges of the estimates."""
    numpy = needed("numpy")
    given = drawn(network, draws, seed)
    then = values(network, effort(network, postings), given, objective)
    now = values(network, present(network), given, objective)
    better = numpy.divide(now - then, now, out=numpy.zeros_like(now), where=now > 0)
    low, middle, high = (float(each) for each in numpy.percentile(better, [5, 50, 95]))
    return Robustness(
        draws=draws,
        beats_now=float((then < now - 1e-9 * abs(now)).mean()),
        better_low=low,
        better_median=middle,
        better_high=high,
        worst=float(numpy.percentile(then, 95)),
        worst_now=float(numpy.percentile(now, 95)),
    )


def values(network: Network, given_effort: dict[str, float], given: Drawn, objective: Objective) -> Array:
    """The objective in each draw. Under `profit` traffickers choose among their 200 best suited routes."""
    numpy = needed("numpy")
    graph = Graph(network)
    hazards = given.sweep * numpy.array([given_effort.get(name, 0.0) for name in graph.names])
    whole = numpy.zeros(len(hazards))
    for name, traffic in network.traffic.items():
        gain = given.gain_usd_kg[name]
        scale = 1.0 if objective is Objective.ARRIVED or gain is None else gain
        if objective is Objective.PROFIT:
            worth = _best_worth(graph, traffic, hazards, given.cost_usd_kg, scale)
        else:
            worth = scale * numpy.exp(-_least(graph, traffic, hazards))
        whole += given.kg[name] * worth
    return whole


def _best_worth(graph: Graph, traffic: Traffic, hazards: Array, costs: Array, scale: Array) -> Array:
    numpy = needed("numpy")
    best = numpy.zeros(len(hazards))
    for route in graph.suited(traffic):
        ways = list(route)
        worth = scale * numpy.exp(-hazards[:, ways].sum(axis=1)) - costs[:, ways].sum(axis=1)
        best = numpy.maximum(best, worth)
    return best


def _least(graph: Graph, traffic: Traffic, hazards: Array) -> Array:
    """The least exponent of any route in each draw, infinite where there is none (R. Bellman, 1958)."""
    numpy = needed("numpy")
    never = numpy.full(len(hazards), numpy.inf)
    least = {stop: numpy.zeros(len(hazards)) for stop in traffic.sources}
    changed = True
    while changed:
        changed = False
        for number, way in enumerate(graph.ways):
            if way.origin.name not in least:
                continue
            before = least.get(way.goal.name, never)
            new = numpy.minimum(before, least[way.origin.name] + hazards[:, number])
            if (new < before).any():
                least[way.goal.name] = new
                changed = True
    goals = [least[goal] for goal in traffic.goals if goal in least]
    return numpy.minimum.reduce(goals) if goals else never
