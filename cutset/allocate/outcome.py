"""What is expected of postings, if every traffic answers with the route that is best for it: the worst they can do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import exp

from cutset.allocate.network import Network, check_postings, effort, present
from cutset.allocate.response import Objective, Response, Stake, best, hazards, stakes, worth_of
from cutset.allocate.routes import Graph
from cutset.model.network import Plain, Posting


class RouteOutcome(Plain, frozen=True):
    """A route by its ways from source to goal: the chance that a load is met on it, and what a kilogram costs."""

    ways: tuple[str, ...]
    chance_met: float
    cost_usd_kg: float


class TrafficOutcome(Plain, frozen=True):
    """What becomes of one traffic in a month.

    `route` is its best one, None where no open way is left. `sent_kg` is 0 where it stays home, `arrived_usd` and
    `profit_usd` are None where its gain is not stated.
    """

    traffic: str
    substance: str
    sent_kg: float
    arrived_kg: float
    met_kg: float
    route: RouteOutcome | None = None
    stays_home: bool = False
    arrived_usd: float | None = None
    profit_usd: float | None = None


class WayOutcome(Plain, frozen=True):
    """One open way: its `days` a month, the `effort` that they come to by their factors, and a load's chance of it."""

    way: str
    days: float
    effort: float
    chance: float


class Outcome(Plain, frozen=True):
    """What is expected in a month: by traffic, by way, and in all.

    `objective` is in kilograms or USD a month, as the objective has it. `denied_usd` is the gain of what was met and of
    what was not sent; None unless every traffic's gain is stated. `cost_usd` is None unless every posting's is.
    """

    objective: float
    arrived_kg: float
    met_kg: float
    days: float
    traffic: tuple[TrafficOutcome, ...]
    ways: tuple[WayOutcome, ...]
    denied_usd: float | None = None
    cost_usd: float | None = None


def outcome(network: Network, postings: Iterable[Posting], objective: Objective = Objective.ARRIVED) -> Outcome:
    """What these postings bring, over the days that stand where no means can be sent.

    Raises `BadNetwork` for a posting that cannot be.
    """
    postings = tuple(postings)
    check_postings(network, postings)
    days: dict[str, float] = {}
    for each in postings:
        days[each.way] = days.get(each.way, 0.0) + each.days
    costs = [(network.means[each.means].cost_usd_day, each.days) for each in postings]
    cost = None if any(a_day is None for a_day, _ in costs) else sum((a_day or 0.0) * n for a_day, n in costs)
    return _outcome(network, effort(network, postings), days, objective, cost)


def outcome_now(network: Network, objective: Objective = Objective.ARRIVED) -> Outcome:
    """What the ways' own days bring: how it is now."""
    return _outcome(network, present(network), present(network), objective, None)


def _outcome(
    network: Network, given: dict[str, float], days: Mapping[str, float], objective: Objective, cost: float | None
) -> Outcome:
    graph = Graph(network)
    exponents = hazards(graph, given)
    found: list[TrafficOutcome] = []
    value = 0.0
    for name, stake in stakes(graph, objective).items():
        response = best(graph, stake, exponents)
        value += worth_of(stake, response)
        found.append(_traffic(graph, name, stake, response))
    gains = [each.gain_usd_kg for each in network.traffic.values()]
    denied = None
    if all(gains):
        denied = sum(
            traffic.kg_month.value * (traffic.gain_usd_kg.value if traffic.gain_usd_kg else 0.0)
            for traffic in network.traffic.values()
        ) - sum(each.arrived_usd or 0.0 for each in found)
    return Outcome(
        objective=value,
        arrived_kg=sum(each.arrived_kg for each in found),
        met_kg=sum(each.met_kg for each in found),
        days=sum(days.values()),
        traffic=tuple(found),
        ways=tuple(
            WayOutcome(
                way=name, days=days.get(name, 0.0), effort=given.get(name, 0.0), chance=1 - exp(-exponents[number])
            )
            for number, name in enumerate(graph.names)
        ),
        denied_usd=denied,
        cost_usd=cost,
    )


def _traffic(graph: Graph, name: str, stake: Stake, response: Response | None) -> TrafficOutcome:
    traffic = stake.traffic
    if response is None:
        return TrafficOutcome(
            traffic=name, substance=traffic.substance, sent_kg=0.0, arrived_kg=0.0, met_kg=0.0, stays_home=True
        )
    home = stake.optional and response.worth <= 0
    sent = 0.0 if home else stake.kg
    through = exp(-response.hazard)
    ways = [graph.ways[number].cost_usd_kg for number in response.route]
    cost = sum(each.value if each else 0.0 for each in ways)
    gain = traffic.gain_usd_kg.value if traffic.gain_usd_kg else None
    return TrafficOutcome(
        traffic=name,
        substance=traffic.substance,
        sent_kg=sent,
        arrived_kg=sent * through,
        met_kg=sent * (1 - through),
        route=RouteOutcome(ways=graph.named(response.route), chance_met=1 - through, cost_usd_kg=cost),
        stays_home=home,
        arrived_usd=None if gain is None else sent * through * gain,
        profit_usd=None if gain is None else sent * (through * gain - cost),
    )
