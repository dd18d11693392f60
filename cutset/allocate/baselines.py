"""Placements that need no optimiser: spread evenly, where finds are, one deployment after another to the best place.

They are what a proposal is shown beside, and where an optimiser begins.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp, floor, prod

from cutset.allocate.network import present
from cutset.allocate.placement import Counts, Placing
from cutset.allocate.response import Response, best, hazards, logit, respond

_HEAT = 0.12
"""The spread of choice among routes, as a fraction of the gain: assumed, as the exercise's `adapt.heat`."""


def even(placing: Placing) -> list[float]:
    """Each means' deployments over the ways to which it can be sent, as evenly as whole ones allow."""
    return _shared(placing, [1.0] * len(placing.choices))


def where_finds_are(placing: Placing) -> list[float]:
    """Deployments in proportion to what the present days are expected to find on each way.

    What is found is reckoned with traffic that spreads over its routes by a logit choice. Where nothing is found by a
    means' ways, they are shared evenly.
    """
    found = finds(placing)
    return _shared(placing, [found[choice.way] for choice in placing.choices])


def finds(placing: Placing) -> list[float]:
    """Kilograms a month that the present days are expected to meet, by way's number."""
    graph = placing.graph
    exponents = hazards(graph, present(placing.network))
    found = [0.0] * len(graph.ways)
    for stake in placing.stakes.values():
        routes = graph.suited(stake.traffic)
        if not routes:
            continue
        responses = [respond(stake, route, exponents) for route in routes]
        suits = [prod(graph.ways[number].suits for number in route) for route in routes]
        shares = logit([each.worth for each in responses], suits, _HEAT * (stake.scale or 1.0))
        for share, route in zip(shares, routes, strict=True):
            left = stake.kg * share
            for number in route:
                met = left * (1 - exp(-exponents[number]))
                found[number] += met
                left -= met
    return found


def greedy(
    placing: Placing,
    begin: Counts | None = None,
    tell: Callable[[str, Response], object] = lambda name, response: None,
) -> list[float]:
    """One deployment after another, each to where it takes most off the routes that are then best.

    The next deployment's worth on a way is what the best routes that pass there lose by it. It looks at one route of
    each traffic at a time, so it always finds something to do where a look at the objective alone would not: with two
    routes as good as each other no single deployment helps. No bound comes with it. `begin` are deployments that are
    made already; `tell` is told of each traffic's best routes as they come up.
    """
    counts = list(begin or placing.none())
    used = placing.used(counts)
    left = {means: limit - round(used[means]) for means, limit in placing.limits.items()}
    exponents = placing.hazards(counts)
    responses = {name: best(placing.graph, stake, exponents) for name, stake in placing.stakes.items()}
    for _ in range(int(sum(left.values()))):
        worth = [0.0] * len(placing.choices)
        for name, response in responses.items():
            stake = placing.stakes[name]
            if response is None or (stake.optional and response.worth <= 0):
                continue
            for number in response.route:
                for place in placing.by_way.get(number, ()):
                    lost = stake.kg * (response.worth + response.cost) * (1 - exp(-placing.choices[place].push))
                    worth[place] += lost
        places = [place for place, choice in enumerate(placing.choices) if left[choice.means]]
        if not places:
            break
        chosen = min((-worth[place], counts[place], place) for place in places)[2]
        choice = placing.choices[chosen]
        counts[chosen] += 1
        left[choice.means] -= 1
        exponents[choice.way] += choice.push
        for name, response in responses.items():
            # A route that the deployment does not touch stays the best: the others have not become better.
            if response and choice.way in response.route:
                responses[name] = now = best(placing.graph, placing.stakes[name], exponents)
                if now:
                    tell(name, now)
    return counts


def _shared(placing: Placing, weights: Sequence[float]) -> list[float]:
    """Each means' deployments by weight, by largest remainders (first choice first where they are equal)."""
    counts = placing.none()
    for means, limit in placing.limits.items():
        mine = [place for place, choice in enumerate(placing.choices) if choice.means == means]
        if not mine:
            continue
        given = [weights[place] for place in mine]
        if not sum(given):
            given = [1.0] * len(mine)
        exact = [limit * each / sum(given) for each in given]
        for place, each in zip(mine, exact, strict=True):
            counts[place] = floor(each + 1e-9)
        left = limit - round(sum(counts[place] for place in mine))
        order = sorted(range(len(mine)), key=lambda n: (-(exact[n] - floor(exact[n] + 1e-9)), n))
        for n in order[: int(left)]:
            counts[mine[n]] += 1
    return counts
