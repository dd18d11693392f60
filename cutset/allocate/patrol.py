"""The patrol game: traffickers see how often each way is watched, not who is where today; so today is drawn by lot.

    minimise over e   max over q   Σ_t W_t Σ_p q_tp u_p(e)        u_p(e) = a exp(-Σ_{w in p} k_w e_w) - c_p
    e: asset-days a month by means and way, in any parts       q: how often each traffic takes each route

It is convex in e and linear in q, so it has a value whoever moves first, and committing to frequencies costs nothing
(M. Sion, Pac. J. Math. 8 (1958)). The frequencies come from the linear program of routes and tangents, the traffickers'
mix from its prices. Days are drawn by systematic sampling, so that each way is watched exactly as often as it should be
(W. G. Madow, Ann. Math. Stat. 20 (1949); called comb sampling for patrols by J. Tsai, Z. Yin, J. Kwak, D. Kempe, C.
Kiekintveld, M. Tambe, "Urban security: game-theoretic resource allocation in networked physical domains", AAAI 2010).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, floor, inf, prod
from random import Random

from cutset.allocate.network import BadNetwork, Network
from cutset.allocate.placement import Placing
from cutset.allocate.program import Cuts
from cutset.allocate.response import Objective, best, respond, worth_of
from cutset.model.network import Plain

DAYS = 30
"""Days in a month, by which asset-days a month become assets a day."""


class Coverage(Plain, frozen=True):
    """How much these means watch a way: `days` a month, which is so many assets on a day (`a_day`) on the mean."""

    means: str
    way: str
    days: float
    a_day: float


class Answer(Plain, frozen=True):
    """A route that a traffic takes with frequency `share`, and the chance that a load is met on it.

    `chance_met` is by the law of random search over the month. `chance_met_by_days` is for loads that cross each way
    within a day, on days that are drawn apart: it is less, since a day without a watch is worth more to a trafficker
    than a day with two costs.
    """

    traffic: str
    ways: tuple[str, ...]
    share: float
    chance_met: float
    chance_met_by_days: float


class Patrol(Plain, frozen=True):
    """An equilibrium: frequencies of watching and of routes, from which neither side gains by turning away.

    `value` is the objective that the frequencies hold the traffickers to, `bound` what no frequencies go under.
    """

    objective: Objective
    value: float
    bound: float
    coverage: tuple[Coverage, ...]
    answers: tuple[Answer, ...]


class Day(Plain, frozen=True):
    """Who is where on one day: way by asset, in the means' order."""

    number: int
    at: dict[str, tuple[str, ...]]


def equilibrium(
    network: Network, *, objective: Objective = Objective.ARRIVED, gap: float = 1e-5, rounds: int = 500
) -> Patrol:
    """The frequencies of watching that hold the traffickers to the least, to within `gap` of it.

    Whole deployments do not count here: an asset-day can be spent anywhere on any day. Raises `BadNetwork` where there
    is nothing to place, `MissingExtra` without `highspy`.
    """
    placing = Placing(network, objective, parts=True)
    cuts = Cuts(placing)
    counts, value, bound = placing.none(), inf, 0.0
    prices: Sequence[float] = ()
    tried: Sequence[float] = counts
    for _ in range(rounds):
        exponents, reached = placing.hazards(tried), 0.0
        for name, stake in placing.stakes.items():
            response = best(placing.graph, stake, exponents)
            reached += worth_of(stake, response)
            if response is not None:
                cuts.learn(name, response)
        if reached < value:
            counts, value = list(tried), reached
        if value - bound <= gap * value:
            break
        solved = cuts.program.relaxed()
        bound, prices = solved.bound * placing.scale, solved.prices
        tried = [max(0.0, solved.values[column]) for column in cuts.deployed]
    coverage = tuple(
        Coverage(means=choice.means, way=placing.graph.names[choice.way], days=count * choice.days,
                 a_day=count * choice.days / DAYS)
        for choice, count in zip(placing.choices, counts, strict=True)
        if count > 1e-9
    )  # fmt: skip
    return Patrol(
        objective=objective,
        value=value,
        bound=min(bound, value),
        coverage=coverage,
        answers=_answers(placing, cuts, counts, prices, coverage),
    )


def _answers(
    placing: Placing, cuts: Cuts, counts: Sequence[float], prices: Sequence[float], coverage: Sequence[Coverage]
) -> tuple[Answer, ...]:
    """The traffickers' mix: a tangent's price says how often its cost is paid, a route's how that is shared out."""
    exponents = placing.hazards(counts)

    def price(row: int) -> float:
        return abs(prices[row]) if row < len(prices) else 0.0

    whole: dict[tuple[str, float], float] = {}
    for group, row in cuts.routes.values():
        whole[group] = whole.get(group, 0.0) + price(row)
    weights: dict[tuple[str, tuple[int, ...]], float] = {}
    for (name, route), (group, row) in cuts.routes.items():
        taken = sum(price(tangent) for tangent in cuts.tangents[group].values())
        if whole[group]:
            weights[name, route] = taken * price(row) / whole[group]
    found = []
    for name, stake in placing.stakes.items():
        mine = {route: weight for (of, route), weight in weights.items() if of == name and weight > 1e-9}
        # A traffic that earns nothing stays home with the rest of its weight.
        all_of_it = max(sum(mine.values()), stake.kg * stake.scale / placing.scale if stake.optional else 0.0)
        for route, weight in sorted(mine.items()):
            response = respond(stake, route, exponents)
            found.append(
                Answer(
                    traffic=name,
                    ways=placing.graph.named(route),
                    share=weight / all_of_it,
                    chance_met=1 - exp(-response.hazard),
                    chance_met_by_days=1 - _through_by_days(placing, route, coverage),
                )
            )
    return tuple(found)


def _through_by_days(placing: Placing, route: tuple[int, ...], coverage: Sequence[Coverage]) -> float:
    """The chance to come through where each way is crossed in a day: there are so many assets there, or one more."""
    ways = {placing.graph.names[number]: placing.graph.ways[number] for number in route}
    through = prod(exp(-placing.base[number]) for number in route)
    for each in coverage:
        if each.way in ways:
            sweep = ways[each.way].sweep
            push = DAYS * (sweep.value if sweep else 0.0) * placing.network.means[each.means].factor
            whole, part = floor(each.a_day), each.a_day - floor(each.a_day)
            through *= exp(-push * whole) * (1 - part + part * exp(-push))
    return through


def schedule(patrol: Patrol, *, days: int = DAYS, seed: int = 0) -> tuple[Day, ...]:
    """Who is where on each of `days`, drawn by lot, so that on the mean each way is watched exactly as it should be.

    The ways of a means are laid end to end in an order drawn anew each day, each as long as its mean number of assets,
    and an asset is set at every whole step from a point drawn under 1. So a way has its mean number of assets, rounded
    down or up, and no day tells of another. Raises `BadNetwork` for no day.
    """
    if days < 1:
        raise BadNetwork(f"a schedule of {days} days is asked for", remedy="ask for at least one day")
    random = Random(f"{seed}/patrol")  # noqa: S311 - drawn again by its seed; who runs it keeps the seed to himself
    return tuple(
        Day(number=number, at={means: _today(patrol, means, random) for means in _means(patrol)})
        for number in range(1, days + 1)
    )


def _means(patrol: Patrol) -> list[str]:
    return list(dict.fromkeys(each.means for each in patrol.coverage))


def _today(patrol: Patrol, means: str, random: Random) -> tuple[str, ...]:
    mine = [each for each in patrol.coverage if each.means == means]
    random.shuffle(mine)
    counts = comb([each.a_day for each in mine], random.random())
    return tuple(sorted(each.way for each, count in zip(mine, counts, strict=True) for _ in range(count)))


def comb(lengths: Sequence[float], start: float) -> list[int]:
    """How many of the points start, start + 1, start + 2, … fall on each of these lengths, laid end to end from 0.

    >>> comb([0.5, 1.2, 0.3], 0.4), comb([0.5, 1.2, 0.3], 0.8)
    ([1, 1, 0], [0, 1, 1])
    """
    counts, point, end = [0] * len(lengths), start, 0.0
    for number, length in enumerate(lengths):
        end += length
        while point < end:
            counts[number] += 1
            point += 1
    return counts
