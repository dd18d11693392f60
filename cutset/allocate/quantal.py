"""Patrols against traffickers who choose better routes more often, not always the best: quantal response.

    minimise over e   Σ_t W_t Σ_p q_p(e) u_p(e)        q_p = a_p exp(u_p / heat) / Σ a_j exp(u_j / heat)

The response is McKelvey and Palfrey's (Games Econ. Behav. 10 (1995)); for security games it fits what people do better
than a best response does (R. Yang, C. Kiekintveld, F. Ordóñez, M. Tambe, R. John, "Improving resource allocation
strategy against human adversaries in security games", IJCAI 2011; J. Pita and others, Artif. Intell. 174 (2010)). It is
not convex: what is found is a point from which no small move helps much (`slope` says how much), the best of two
beginnings, and no bound comes with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, prod

from cutset.allocate.baselines import even, greedy
from cutset.allocate.network import BadNetwork, Network
from cutset.allocate.patrol import DAYS, Coverage, equilibrium
from cutset.allocate.placement import Placing
from cutset.allocate.response import Objective, Stake, logit, respond
from cutset.allocate.routes import Route
from cutset.model.network import Plain


class Quantal(Plain, frozen=True):
    """Frequencies of watching against a logit response, and what they bring.

    `value` is the objective under that response, `value_at_best` what a best response would make of the same
    frequencies. `slope` is by how much at most a move of all means at the present slope would lower the value: near 0
    no small move helps.
    """

    objective: Objective
    heat: float
    value: float
    value_at_best: float
    slope: float
    coverage: tuple[Coverage, ...]


def quantal(
    network: Network, *, heat: float = 0.12, objective: Objective = Objective.ARRIVED, rounds: int = 200
) -> Quantal:
    """The best frequencies found against traffickers with this `heat`, a fraction of what a kilogram can bring.

    They choose among their 200 best suited routes; under `profit` staying home is one more. Raises `BadNetwork` for a
    heat that is not over 0.
    """
    if not 0 < heat < float("inf"):
        raise BadNetwork(f"the heat is {heat:g}", remedy="state a heat over 0, as a fraction of the gain")
    placing = Placing(network, objective, parts=True)
    game = Game(placing, heat)
    found = equilibrium(network, objective=objective, gap=1e-3)
    held = {(each.means, each.way): each.days for each in found.coverage}
    begins = [
        [held.get((choice.means, placing.graph.names[choice.way]), 0.0) / choice.days for choice in placing.choices],
        even(Placing(network, objective)),
    ]
    counts, value, slope = min((game.descend(begin, rounds) for begin in begins), key=lambda each: each[1])
    return Quantal(
        objective=objective,
        heat=heat,
        value=value,
        value_at_best=placing.value(counts),
        slope=slope,
        coverage=tuple(
            Coverage(means=choice.means, way=placing.graph.names[choice.way], days=count * choice.days,
                     a_day=count * choice.days / DAYS)
            for choice, count in zip(placing.choices, counts, strict=True)
            if count > 1e-9
        ),
    )  # fmt: skip


def against_error(placing: Placing, heat: float) -> list[float]:
    """Whole deployments: the best of three beginnings, moved singly while that helps.

    The beginnings are the frequencies that `quantal` finds, rounded, and two baselines.
    """
    found = quantal(placing.network, heat=heat, objective=placing.objective)
    held = {(each.means, each.way): each.days for each in found.coverage}
    rounded = placing.rounded(
        [held.get((choice.means, placing.graph.names[choice.way]), 0.0) / choice.days for choice in placing.choices],
    )
    game = Game(placing, heat)
    counts = min((rounded, greedy(placing), even(placing)), key=game.value)
    value, moved = game.value(counts), True
    while moved:
        moved = False
        per = game.slopes(counts)
        for means in placing.limits:
            mine = [place for place, choice in enumerate(placing.choices) if choice.means == means]
            given = [place for place in mine if counts[place]]
            if not given:
                continue
            # The deployment that does least, to where the slope says that one does most.
            giver = max(given, key=lambda place: (per[place], place))
            taker = min(mine, key=lambda place: (per[place], place))
            tried = list(counts)
            tried[giver] -= 1
            tried[taker] += 1
            if (new := game.value(tried)) < value - 1e-9 * abs(value):
                counts, value, moved = tried, new, True
                per = game.slopes(counts)
    return counts


class Game:
    """The objective under a logit response, and its slope."""

    def __init__(self, placing: Placing, heat: float) -> None:
        self._placing = placing
        self._heat = heat
        ways = placing.graph.ways
        self._routes: list[tuple[Stake, list[Route], list[float]]] = []
        for stake in placing.stakes.values():
            if routes := placing.graph.suited(stake.traffic):
                suits = [prod(ways[number].suits for number in route) for route in routes]
                self._routes.append((stake, routes, suits))

    def value(self, counts: Sequence[float]) -> float:
        """What the traffickers have on the mean."""
        return self._value_and_slopes(counts)[0]

    def slopes(self, counts: Sequence[float]) -> list[float]:
        """By how much the value rises with a deployment of each choice: under 0, it falls."""
        _, slopes = self._value_and_slopes(counts)
        return [choice.push * slopes[choice.way] for choice in self._placing.choices]

    def _value_and_slopes(self, counts: Sequence[float]) -> tuple[float, list[float]]:
        """The value, and by how much it rises with each way's exponent."""
        exponents = self._placing.hazards(counts)
        value, slopes = 0.0, [0.0] * len(exponents)
        for stake, routes, suits in self._routes:
            responses = [respond(stake, route, exponents) for route in routes]
            worths = [each.worth for each in responses] + [0.0] * stake.optional
            heat = self._heat * (stake.scale or 1.0)
            shares = logit(worths, suits + [1.0] * stake.optional, heat)
            mean = sum(share * worth for share, worth in zip(shares, worths, strict=True))
            value += stake.kg * mean
            for share, each in zip(shares, responses, strict=False):
                # d/du of Σ q u is q (1 + (u - mean) / heat), and du/dh is -a exp(-h).
                fall = stake.kg * share * (1 + (each.worth - mean) / heat) * stake.scale * exp(-each.hazard)
                for number in each.route:
                    slopes[number] -= fall
        return value, slopes

    def descend(self, begin: Sequence[float], rounds: int) -> tuple[list[float], float, float]:
        """Goes down from there: each round towards where every means would be best by the slope, as far as it helps.

        Source: M. Frank, P. Wolfe, "An algorithm for quadratic programming", Nav. Res. Logist. Q. 3 (1956).
        """
        placing, counts = self._placing, list(begin)
        value, slopes = self._value_and_slopes(counts)
        slope = 0.0
        for _ in range(rounds):
            per = [choice.push * slopes[choice.way] for choice in placing.choices]
            to = self._corner(per)
            slope = sum(each * (now - then) for each, now, then in zip(per, counts, to, strict=True))
            if slope <= 1e-6 * value:
                break
            step = 1.0
            while step > 1e-7:
                tried = [now + step * (then - now) for now, then in zip(counts, to, strict=True)]
                if self.value(tried) < value - 1e-4 * step * slope:
                    break
                step /= 2
            else:
                break
            counts = tried
            value, slopes = self._value_and_slopes(counts)
        return counts, value, max(0.0, slope)

    def _corner(self, per: Sequence[float]) -> list[float]:
        """All of each means on the way where it lowers the value most; nowhere, where it only raises it."""
        to = self._placing.none()
        for means, limit in self._placing.limits.items():
            mine = [place for place, choice in enumerate(self._placing.choices) if choice.means == means]
            if mine and per[least := min(mine, key=lambda place: (per[place], place))] < 0:
                to[least] = float(limit)
        return to
