"""The cutset itself: the ways whose closing parts a traffic from its goals at the least cost; and the vital ways.

By duality the cheapest cut costs as much as the greatest flow that the ways could carry if each carried its cost (L. R.
Ford, D. R. Fulkerson, "Maximal flow through a network", Can. J. Math. 8 (1956)): the flow is given too, as the proof.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf, isfinite, log1p
from typing import Literal

from cutset.allocate.network import BadNetwork, Network, present
from cutset.allocate.response import Objective, Stake, best, hazards, stakes, worth_of
from cutset.allocate.routes import Graph, Route
from cutset.model.network import Plain, Way


class CutWay(Plain, frozen=True):
    """A way of a cut, and what it costs to close."""

    way: str
    cost: float


class CutRoute(Plain, frozen=True):
    """A part of the greatest flow: the ways that it passes, and how much goes there."""

    ways: tuple[str, ...]
    amount: float


class Cut(Plain, frozen=True):
    """The cheapest cut of a traffic: its ways, what they cost in all, and the flow that proves that nothing is cheaper.

    `unit` is "ways", or "asset-days a month" where each way is closed by bringing its meeting chance to `chance`.
    """

    traffic: str
    ways: tuple[CutWay, ...]
    value: float
    unit: Literal["ways", "asset-days a month"]
    flow: tuple[CutRoute, ...]
    chance: float | None = None


class VitalWay(Plain, frozen=True):
    """A way, and what would still arrive in a month if it alone were closed."""

    way: str
    arrived_kg: float


class Vital(Plain, frozen=True):
    """The ways whose closing together leaves least arriving, and every way of a best route closed alone, best first."""

    ways: tuple[str, ...]
    arrived_kg_before: float
    arrived_kg_after: float
    alone: tuple[VitalWay, ...]


def cut(
    network: Network,
    traffic: str,
    *,
    chance: float | None = None,
    nearest: Literal["sources", "goals"] = "sources",
) -> Cut:
    """The cheapest cut between the traffic's sources and goals.

    With `chance` (over 0, under 1) a way costs the asset-days a month, of factor 1, that bring the chance of a meeting
    there to it: e = -ln(1 - chance) / k. A way without a sweep cannot be closed so. Without `chance` every way costs 1.
    Of several cheapest cuts it is the one nearest the sources, or the goals: each of these is unique.
    Raises `BadNetwork` for an unknown traffic, a chance out of range, and where no cut can be had.
    """
    if traffic not in network.traffic:
        raise BadNetwork("there is no such traffic", where=traffic, remedy="name one that is in the network")
    if chance is not None and not 0 < chance < 1:
        raise BadNetwork(f"a chance of {chance:g} is asked for", remedy="ask for one over 0 and under 1")
    graph, given = Graph(network), network.traffic[traffic]
    costs = [1.0 if chance is None else _days(way, chance) for way in graph.ways]
    sources, goals = frozenset(given.sources), frozenset(given.goals)
    flow = _greatest_flow(graph, costs, sources, goals)
    if flow is None:
        raise BadNetwork(
            "a route has no way that can be watched, so nothing closes it",
            where=traffic,
            remedy="state a sweep of one of its ways, or ask for the fewest ways instead",
        )
    side = _side(graph, costs, flow, sources if nearest == "sources" else goals, onward=nearest == "sources")
    if nearest == "goals":
        parted = [n for n, way in enumerate(graph.ways) if way.goal.name in side and way.origin.name not in side]
    else:
        parted = [n for n, way in enumerate(graph.ways) if way.origin.name in side and way.goal.name not in side]
    return Cut(
        traffic=traffic,
        ways=tuple(CutWay(way=graph.names[n], cost=costs[n]) for n in parted),
        value=sum(costs[n] for n in parted),
        unit="ways" if chance is None else "asset-days a month",
        flow=_parts(graph, flow, sources, goals),
        chance=chance,
    )


def _days(way: Way, chance: float) -> float:
    if way.sweep is None or way.sweep.value <= 0:
        return inf
    return -log1p(-chance) / way.sweep.value


def _greatest_flow(
    graph: Graph, costs: list[float], sources: frozenset[str], goals: frozenset[str]
) -> list[float] | None:
    """The greatest flow by way, along shortest paths that still have room; None if it is infinite.

    Source: J. Edmonds, R. M. Karp, "Theoretical improvements in algorithmic efficiency", J. ACM 19 (1972).
    """
    flow = [0.0] * len(costs)
    beside: dict[str, list[tuple[int, str, bool]]] = {}
    for number, way in enumerate(graph.ways):
        beside.setdefault(way.origin.name, []).append((number, way.goal.name, True))
        beside.setdefault(way.goal.name, []).append((number, way.origin.name, False))
    small = 1e-12 * max((cost for cost in costs if isfinite(cost)), default=1.0)
    while path := _augmenting(beside, costs, flow, sources, goals, small):
        room = min(costs[n] - flow[n] if along else flow[n] for n, along in path)
        if room == inf:
            return None
        for number, along in path:
            flow[number] += room if along else -room
    return flow


def _augmenting(
    beside: Mapping[str, list[tuple[int, str, bool]]],
    costs: list[float],
    flow: list[float],
    sources: frozenset[str],
    goals: frozenset[str],
    small: float,
) -> list[tuple[int, bool]]:
    came: dict[str, tuple[str, int, bool] | None] = dict.fromkeys(sorted(sources))
    waiting = list(came)
    for stop in waiting:
        if stop in goals:
            path = []
            while (step := came[stop]) is not None:
                stop, number, along = step
                path.append((number, along))
            return path[::-1]
        for number, other, along in beside.get(stop, ()):
            room = costs[number] - flow[number] if along else flow[number]
            if other not in came and room > small:
                came[other] = (stop, number, along)
                waiting.append(other)
    return []


def _side(
    graph: Graph, costs: list[float], flow: list[float], begin: frozenset[str], *, onward: bool
) -> frozenset[str]:
    """The stops to which flow could still be sent from the sources (`onward`), or from which it could to the goals."""
    small = 1e-9 * max((cost for cost in costs if isfinite(cost)), default=1.0)
    side, grown = set(begin), True
    while grown:
        before = len(side)
        for number, way in enumerate(graph.ways):
            first, last = (way.origin.name, way.goal.name) if onward else (way.goal.name, way.origin.name)
            if first in side and costs[number] - flow[number] > small:
                side.add(last)
            if last in side and flow[number] > small:
                side.add(first)
        grown = len(side) > before
    return frozenset(side)


def _parts(graph: Graph, flow: list[float], sources: frozenset[str], goals: frozenset[str]) -> tuple[CutRoute, ...]:
    """The flow as routes: R. K. Ahuja, T. L. Magnanti, J. B. Orlin, Network Flows (1993), theorem 3.5."""
    left = list(flow)
    small = 1e-9 * max([1e-300, *flow])
    found = []
    while route := _flowing(graph, left, sources, goals, small):
        amount = min(left[n] for n in route)
        for number in route:
            left[number] -= amount
        found.append(CutRoute(ways=graph.named(route), amount=amount))
    return tuple(found)


def _flowing(graph: Graph, left: list[float], sources: frozenset[str], goals: frozenset[str], small: float) -> Route:
    """A route, of fewest ways, all of which still carry something; none where nothing flows."""
    came: dict[str, Route] = dict.fromkeys(sorted(sources), ())
    waiting = list(came)
    for stop in waiting:
        if stop in goals:
            return came[stop]
        for number, way in enumerate(graph.ways):
            if way.origin.name == stop and left[number] > small and way.goal.name not in came:
                came[way.goal.name] = (*came[stop], number)
                waiting.append(way.goal.name)
    return ()


def vital(network: Network, traffic: str, k: int = 1, *, effort: Mapping[str, float] | None = None) -> Vital:
    """The `k` ways whose closing leaves least of the traffic arriving, at this effort (None: as it is now).

    Exact: whatever ways help must have one on the route that is best now, so only those are tried, and after each the
    same again (M. O. Ball, B. L. Golden, R. V. Vohra, "Finding the most vital arcs in a network", Oper. Res. Lett. 8
    (1989)). The time grows with the length of routes to the power of `k`, which is 1 to 4.
    """
    if traffic not in network.traffic:
        raise BadNetwork("there is no such traffic", where=traffic, remedy="name one that is in the network")
    if not 1 <= k <= 4:
        raise BadNetwork(f"{k} vital ways are asked for", remedy="ask for 1 to 4")
    graph = Graph(network)
    stake = stakes(graph, Objective.ARRIVED)[traffic]
    exponents = hazards(graph, dict(present(network) if effort is None else effort))
    before = worth_of(stake, best(graph, stake, exponents))
    arrived, ways = _closing(graph, stake, exponents, k)
    alone = _closed_alone(graph, stake, exponents)
    return Vital(ways=graph.named(tuple(sorted(ways))), arrived_kg_before=before, arrived_kg_after=arrived, alone=alone)


def _closing(graph: Graph, stake: Stake, exponents: list[float], k: int) -> tuple[float, Route]:
    """What arrives at least where `k` ways are closed, and which those are; a closed way's exponent is infinite."""
    response = best(graph, stake, exponents)
    arrived = 0.0 if response is None else worth_of(stake, response)
    if not k or response is None or not arrived:
        return arrived, ()
    tried: list[tuple[float, int, Route]] = [(arrived, 0, ())]
    for number in response.route:
        closed = list(exponents)
        closed[number] = inf
        after, others = _closing(graph, stake, closed, k - 1)
        tried.append((after, len(others) + 1, (number, *others)))
    least = min(tried)
    return least[0], least[2]


def _closed_alone(graph: Graph, stake: Stake, exponents: list[float]) -> tuple[VitalWay, ...]:
    response = best(graph, stake, exponents)
    found = []
    for number in response.route if response else ():
        closed = list(exponents)
        closed[number] = inf
        found.append(VitalWay(way=graph.names[number], arrived_kg=worth_of(stake, best(graph, stake, closed))))
    return tuple(sorted(found, key=lambda each: (each.arrived_kg, each.way)))
