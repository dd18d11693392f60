"""The placing of whole deployments, as numbers: what can go where, how much it adds there, and what that comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import floor

from cutset.allocate.network import Network, deployments, standing, watchable
from cutset.allocate.response import Objective, best, hazards, stakes, whole, worth_of
from cutset.allocate.routes import Graph, Route
from cutset.model.network import Plain, Posting


class Choice(Plain, frozen=True):
    """One thing that can be chosen: to send a deployment of `means` to the way of that number.

    It lasts `days`, and adds `push` to the way's exponent: sweep x factor x days.
    """

    means: str
    way: int
    days: float
    push: float


Counts = Sequence[float]
"""How many deployments of each choice are made, in the order of the choices."""


class Placing:
    """What there is to place on a network, for an objective; with `parts`, parts of deployments too.

    Raises `BadNetwork` where there is nothing to place, or nothing to place it against.
    """

    def __init__(self, network: Network, objective: Objective, *, parts: bool = False) -> None:
        self.network = whole(network)
        self.objective = objective
        self.graph = Graph(network)
        self.stakes = stakes(self.graph, objective)
        self.limits: dict[str, float] = {
            name: means.days / means.step if parts else deployments(means) for name, means in network.means.items()
        }
        self.choices = [
            Choice(means=name, way=self.graph.numbers[way], days=means.step, push=self._push(name, way))
            for name, means in network.means.items()
            if self.limits[name]
            for way in watchable(network, name)
        ]
        self.by_way: dict[int, list[int]] = {}
        for place, choice in enumerate(self.choices):
            self.by_way.setdefault(choice.way, []).append(place)
        self.base = hazards(self.graph, standing(network))
        self.scale = sum(stake.kg * stake.scale for stake in self.stakes.values()) or 1.0
        """The objective where all that is sent arrives, at no cost: what fractions of it are fractions of."""

    def _push(self, means: str, way: str) -> float:
        sweep, given = self.network.ways[way].sweep, self.network.means[means]
        return (sweep.value if sweep else 0.0) * given.factor * given.step

    def none(self) -> list[float]:
        """No deployment of anything."""
        return [0.0] * len(self.choices)

    def hazards(self, counts: Counts) -> list[float]:
        """The ways' exponents, by number."""
        found = list(self.base)
        for choice, count in zip(self.choices, counts, strict=True):
            found[choice.way] += choice.push * count
        return found

    def value(self, counts: Counts) -> float:
        """The objective where every traffic answers with its best route."""
        return self.value_at(self.hazards(counts))

    def value_at(self, exponents: Sequence[float]) -> float:
        """The objective at these exponents of the ways."""
        return sum(worth_of(stake, best(self.graph, stake, exponents)) for stake in self.stakes.values())

    def on(self, route: Route) -> list[tuple[int, float]]:
        """The choices, by place, that make a route more dangerous, and by how much a deployment does."""
        return [(place, self.choices[place].push) for number in route for place in self.by_way.get(number, ())]

    def postings(self, counts: Counts) -> tuple[Posting, ...]:
        """Whole deployments as postings, by means and way."""
        return tuple(
            Posting(means=choice.means, way=self.graph.names[choice.way], days=round(count) * choice.days)
            for choice, count in zip(self.choices, counts, strict=True)
            if round(count)
        )

    def counts(self, postings: Sequence[Posting]) -> list[float]:
        """The other way round; postings to ways that are not open count for nothing."""
        days: dict[tuple[str, str], float] = {}
        for each in postings:
            days[each.means, each.way] = days.get((each.means, each.way), 0.0) + each.days
        return [days.get((choice.means, self.graph.names[choice.way]), 0.0) / choice.days for choice in self.choices]

    def rounded(self, counts: Counts) -> list[float]:
        """Whole deployments near these: rounded down, and what is left over where most was cut off, by means."""
        found = [float(floor(count + 1e-6)) for count in counts]
        for means, limit in self.limits.items():
            mine = [place for place, choice in enumerate(self.choices) if choice.means == means]
            left = int(min(limit, round(sum(counts[place] for place in mine))) - sum(found[place] for place in mine))
            for place in sorted(mine, key=lambda place: (found[place] - counts[place], place))[:left]:
                found[place] += 1
        return found

    def used(self, counts: Counts) -> Mapping[str, float]:
        """How many deployments of each means are made."""
        found = dict.fromkeys(self.limits, 0.0)
        for choice, count in zip(self.choices, counts, strict=True):
            found[choice.means] += count
        return found
