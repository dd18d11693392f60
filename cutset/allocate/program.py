"""The two programs of interdiction: by routes that are put in one by one, and by potentials on the stops.

Both have the same columns for deployments and one z a traffic, what its best route is worth, which tangents hold up:
z >= exp(-u) (1 + u - d) - c for any u, where d is a route's exponent and c its cost. All is in fractions of
`placing.scale`, so that kilograms and dollars are solved alike.
"""

from __future__ import annotations

from math import exp, inf
from typing import Protocol

from cutset.allocate.placement import Placing
from cutset.allocate.response import Response, Stake
from cutset.allocate.routes import Route
from cutset.allocate.solver import Program


class Growing(Protocol):
    """A program that learns from the routes with which traffickers answer."""

    program: Program
    deployed: list[int]

    def learn(self, name: str, response: Response) -> bool:
        """Puts in what a traffic's answer tells; False where nothing of it was new."""


class Cuts:
    """The program of the decomposition: deployments, one z a traffic, and for each route that came up its length.

    A traffic's routes of one cost share a column d, which is at most each route's exponent; tangents are on d.
    """

    def __init__(self, placing: Placing) -> None:
        self.placing = placing
        self.program = Program()
        self.deployed = deployed(placing, self.program)
        self._z = {name: self.program.column(weight(placing, stake)) for name, stake in placing.stakes.items()}
        self._d: dict[tuple[str, float], int] = {}
        self.routes: dict[tuple[str, Route], tuple[tuple[str, float], int]] = {}
        """The traffic and cost, and the row, of every route that is in the program."""
        self.tangents: dict[tuple[str, float], dict[float, int]] = {}
        """The rows of the tangents, by traffic and cost, then by where they touch."""

    def learn(self, name: str, response: Response) -> bool:
        """Puts in a route and the tangent at its exponent; False where both were there."""
        stake = self.placing.stakes[name]
        cost = response.cost / (stake.scale or 1.0)
        group = (name, round(cost, 12))
        if group not in self._d:
            self._d[group] = self.program.column(0.0, -inf)
        new = (name, response.route) not in self.routes
        if new:
            pushes = [(self.deployed[place], -push) for place, push in self.placing.on(response.route)]
            base = sum(self.placing.base[number] for number in response.route)
            row = self.program.row([(self._d[group], 1.0), *pushes], upper=base)
            self.routes[name, response.route] = (group, row)
        point, known = round(response.hazard, 6), self.tangents.setdefault(group, {})
        if point not in known:
            new, steep = True, exp(-point)
            known[point] = self.program.row(
                [(self._z[name], 1.0), (self._d[group], steep)], lower=steep * (1 + point) - cost
            )
        return new


class Potentials:
    """The program without routes: on each stop the least length that it takes to come there, as a column.

    For a tangent at u a way's length is its exponent, plus its cost times exp(u): a route's worth under the tangent,
    exp(-u) (1 + u - length), is then greatest on the shortest route, and by duality no route is shorter than the
    potentials say. Where nothing costs, one set of potentials does for all tangents.
    """

    def __init__(self, placing: Placing) -> None:
        self.placing = placing
        self.program = Program()
        self.deployed = deployed(placing, self.program)
        self._z = {name: self.program.column(weight(placing, stake)) for name, stake in placing.stakes.items()}
        self._lengths: dict[tuple[str, float], int] = {}
        self._tangents: set[tuple[str, float]] = set()

    def learn(self, name: str, response: Response) -> bool:
        """Puts in the tangent at the exponent of the answer."""
        point = round(response.hazard, 3)
        if (name, point) in self._tangents:
            return False
        self._tangents.add((name, point))
        steep = exp(-point)
        length = self._length(name, point)
        self.program.row([(self._z[name], 1.0), (length, steep)], lower=steep * (1 + point))
        return True

    def _length(self, name: str, point: float) -> int:
        """The column of the shortest length from a source to a goal under a tangent at `point`."""
        stake = self.placing.stakes[name]
        costly = any(stake.costs)
        key = (name, point if costly else 0.0)
        if key in self._lengths:
            return self._lengths[key]
        price = exp(point) / (stake.scale or 1.0) if costly else 0.0
        graph, program = self.placing.graph, self.program
        stops: dict[str, int] = {}
        for way in graph.ways:
            for stop in (way.origin.name, way.goal.name):
                if stop not in stops:
                    source = stop in stake.traffic.sources
                    stops[stop] = program.column(0.0, 0.0 if source else -inf, 0.0 if source else inf)
        for number, way in enumerate(graph.ways):
            pushes = [(self.deployed[place], -self.placing.choices[place].push)
                      for place in self.placing.by_way.get(number, ())]  # fmt: skip
            upper = self.placing.base[number] + stake.costs[number] * price
            program.row([(stops[way.goal.name], 1.0), (stops[way.origin.name], -1.0), *pushes], upper=upper)
        # A stop that no source reaches has any potential: a length has an end of its own.
        length = program.column(0.0, -inf, self._longest(stake, price))
        for goal in stake.traffic.goals:
            if goal in stops:
                program.row([(length, 1.0), (stops[goal], -1.0)], upper=0.0)
        self._lengths[key] = length
        return length

    def _longest(self, stake: Stake, price: float) -> float:
        """More than any route's length."""
        placing = self.placing
        most = [placing.base[number] + cost * price for number, cost in enumerate(stake.costs)]
        for choice in placing.choices:
            most[choice.way] += choice.push * placing.limits[choice.means]
        return sum(most)


def deployed(placing: Placing, program: Program) -> list[int]:
    """The columns of the choices, with a row a means that holds them to its deployments."""
    columns = [program.column(0.0, 0.0, placing.limits[each.means], whole=True) for each in placing.choices]
    for means, limit in placing.limits.items():
        mine = [(columns[n], 1.0) for n, each in enumerate(placing.choices) if each.means == means]
        program.row(mine, upper=limit)
    return columns


def weight(placing: Placing, stake: Stake) -> float:
    """What a traffic counts for in fractions of the objective's scale."""
    return stake.kg * stake.scale / placing.scale
