"""How traffickers respond to the effort that they see: by the best route for them, or by better ones more often.

What a kilogram by the route p is worth to them is a exp(-Σ h_w) - Σ c_w over its ways: what it brings, times the chance
that it comes through, less what the way costs, which is spent whether it arrives or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from math import exp

from cutset.allocate.network import BadNetwork, Network
from cutset.allocate.routes import Graph, Lengths, Route, total
from cutset.model.network import Plain, Traffic


class Objective(StrEnum):
    """What is to be least, whatever route the traffickers take.

    `arrived`: kilograms a month that arrive, if each traffic takes the route that is least often met. No choice of
    routes can bring more. `value`: the same, each kilogram by its gain (USD). `profit`: what traffickers earn at most
    (USD a month), where routes cost what they cost, and who would lose by sending sends nothing.
    """

    ARRIVED = "arrived"
    VALUE = "value"
    PROFIT = "profit"


class Stake(Plain, frozen=True):
    """What a traffic has to win under an objective: `kg` a month, each worth `scale` where it arrives.

    `costs` are the ways' costs a kilogram, by number; `optional` says that it may send nothing.
    """

    traffic: Traffic
    kg: float
    scale: float
    costs: tuple[float, ...]
    optional: bool


class Response(Plain, frozen=True):
    """A route that a traffic takes: its exponent Σ k e, its cost a kilogram, and what a kilogram is worth."""

    route: Route
    hazard: float
    cost: float
    worth: float


def stakes(graph: Graph, objective: Objective) -> dict[str, Stake]:
    """Each traffic's stake, by name. Raises `BadNetwork` where the objective needs a gain that is not stated."""
    free = (0.0,) * len(graph.ways)
    costs = tuple(way.cost_usd_kg.value if way.cost_usd_kg else 0.0 for way in graph.ways)
    found = {}
    for name, traffic in graph.network.traffic.items():
        scale = 1.0
        if objective is not Objective.ARRIVED:
            if traffic.gain_usd_kg is None:
                raise BadNetwork(
                    f"the objective {objective.value} needs to know what a kilogram brings",
                    where=name,
                    remedy="state the traffic's gain, or choose the objective `arrived`",
                )
            scale = traffic.gain_usd_kg.value
        profit = objective is Objective.PROFIT
        found[name] = Stake(
            traffic=traffic,
            kg=traffic.kg_month.value,
            scale=scale,
            costs=costs if profit else free,
            optional=profit,
        )
    return found


def best(graph: Graph, stake: Stake, hazards: Lengths) -> Response | None:
    """The route that is worth most to the traffic; None where no open ways lead there.

    It may be worth less than nothing: then a traffic that may choose sends nothing (`worth_of`).
    """
    return max(answers(graph, stake, hazards), key=lambda each: each.worth, default=None)


def answers(graph: Graph, stake: Stake, hazards: Lengths) -> list[Response]:
    """Routes that are best under some price of risk, one of which is the best of all."""
    if not any(stake.costs):
        route = graph.shortest(stake.traffic, hazards)
        found = [] if route is None else [route]
    else:
        found = graph.corners(
            stake.traffic, hazards, stake.costs, lambda hazard, cost: stake.scale * exp(-hazard) - cost
        )
    return [respond(stake, route, hazards) for route in found]


def respond(stake: Stake, route: Route, hazards: Lengths) -> Response:
    """What this route is to the traffic."""
    hazard, cost = total(route, hazards), total(route, stake.costs)
    return Response(route=route, hazard=hazard, cost=cost, worth=stake.scale * exp(-hazard) - cost)


def worth_of(stake: Stake, response: Response | None) -> float:
    """What the traffic adds to the objective, with this as its best route."""
    if response is None:
        return 0.0
    return stake.kg * (max(0.0, response.worth) if stake.optional else response.worth)


def logit(worths: Sequence[float], suits: Sequence[float], heat: float) -> list[float]:
    """How often each route is taken: q_i = a_i exp(u_i / t) / Σ a_j exp(u_j / t), better ones more often.

    `heat` t is in the unit of the worths; near 0 it is the best response, and the greater it is the more only `suits`
    counts. Source: R. D. McKelvey, T. R. Palfrey, "Quantal response equilibria for normal form games", Games Econ.
    Behav. 10 (1995).

    >>> [round(each, 3) for each in logit([1.0, 0.0], [1.0, 1.0], 1.0)]
    [0.731, 0.269]
    """
    most = max(worths)
    weights = [suit * exp((worth - most) / heat) for worth, suit in zip(worths, suits, strict=True)]
    return [each / sum(weights) for each in weights]


def hazards(graph: Graph, effort: dict[str, float]) -> list[float]:
    """The exponents k_w e_w of the open ways, by number."""
    return [
        (way.sweep.value if way.sweep else 0.0) * effort.get(name, 0.0)
        for name, way in zip(graph.names, graph.ways, strict=True)
    ]


def whole(network: Network) -> Network:
    """The network, if there is something to allocate on it. Raises `BadNetwork` in words where there is not."""
    for entries, what in ((network.ways, "way"), (network.traffic, "traffic"), (network.means, "means")):
        if not entries:
            raise BadNetwork(f"there is no {what} to reckon with", remedy=f"state at least one {what} in its register")
    return network
