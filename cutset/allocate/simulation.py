"""A placement played month by month against traffickers who learn, over many draws at once.

Each traffic is one organisation. It spreads its loads over its routes, remembers what it lost on each way, weighs gain
against loss as salience bends them, and turns to what now looks best; after losses it takes up one more route. The
formulas are those of `adaptation.py`, here over arrays (draws, routes). Needs numpy (`pip install 'cutset[allocate]'`).

It is played twice: with every estimate at its value, so that figures differ by luck alone, and with the estimates drawn
over their ranges as well. The same seed plays the same luck and the same estimates for every placement.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod

from cutset import intervals
from cutset.allocate.network import BadNetwork, Network, effort, present
from cutset.allocate.routes import Graph, Route
from cutset.allocate.sampling import Array, Drawn, drawn
from cutset.allocate.solver import needed
from cutset.model.network import Plain, Posting

_IDLE = 1e-3
"""A route with a smaller share lies idle: it costs something to begin on it."""


class Adaptation(Plain, frozen=True):
    """How traffickers learn. The values are the exercise's, and assumed there.

    `heat` is the spread of their choice as a fraction of the gain, `haste` how fast they turn (0: never), `forgetting`
    the weight of last month's memory, `salience` the discount of the outcome that stands out less (1: a cool
    calculator), `opening` what beginning on an idle route costs as a fraction of the gain, `tolerance` the fraction of
    loads lost above which they take up one more route. They use `begin` routes at once at first and `most` at most;
    without `begin` they use all, always.
    """

    heat: float = 0.12
    haste: float = 0.35
    forgetting: float = 0.8
    salience: float = 0.6
    opening: float = 0.05
    tolerance: float = 0.22
    begin: int | None = 4
    most: int = 10
    routes: int = 60


STILL = Adaptation(haste=0.0, begin=None)
"""Traffickers who never learn: loads stay spread by how well routes suit."""


class Figure(Plain, frozen=True):
    """A number over draws: its mean with Student's 95 % interval, and the 5th and 95th percentile of the draws."""

    mean: float
    mean_low: float
    mean_high: float
    low: float
    high: float


class Displaced(Plain, frozen=True):
    """What part of all that is sent sets out on a way, before the placement and after it has been learned of."""

    way: str
    share_before: Figure
    share_after: Figure


class Played(Plain, frozen=True):
    """Kilograms a month that arrived and were met, by traffic what arrived, ways' shares, and arrivals by month."""

    arrived_kg: Figure
    met_kg: Figure
    traffic: dict[str, Figure]
    ways: tuple[Displaced, ...]
    curve: tuple[Figure, ...]


class Simulation(Plain, frozen=True):
    """How a placement fares over `months`: by luck alone (`chance`), and over the ranges of the `estimates` too."""

    months: int
    draws: int
    seed: int
    chance: Played
    estimates: Played


def simulate(
    network: Network,
    postings: Iterable[Posting] | None = None,
    *,
    months: int = 24,
    before: int = 12,
    draws: int = 200,
    seed: int = 0,
    adaptation: Adaptation | None = None,
) -> Simulation:
    """Plays `before` months with the days as they are now, then `months` with the postings (None: as now).

    Raises `BadNetwork` for no month, no draw, no traffic.
    """
    if months < 1 or draws < 2 or before < 1:
        raise BadNetwork(
            f"{before} months before and {months} after in {draws} draws tell nothing",
            remedy="play at least 1 month before, 1 after and 2 draws",
        )
    if not network.traffic:
        raise BadNetwork("there is no traffic to play", remedy="state at least one traffic in its register")
    now = present(network)
    then = now if postings is None else effort(network, postings)
    chance, estimates = (
        Play(network, drawn(network, draws, seed, ranged=ranged), seed, adaptation or Adaptation()).play(
            [now] * before + [then] * months, before
        )
        for ranged in (False, True)
    )
    return Simulation(months=months, draws=draws, seed=seed, chance=chance, estimates=estimates)


class Play:
    """One play of all draws at once."""

    def __init__(self, network: Network, given: Drawn, seed: int, adaptation: Adaptation) -> None:
        self._numpy = needed("numpy")
        self._graph = Graph(network)
        self._given = given
        self._traffic = {
            name: Organisation(name, self._graph, routes, given, adaptation, self._numpy.random.default_rng([seed, n]))
            for n, (name, each) in enumerate(network.traffic.items(), start=2)
            if (routes := self._graph.suited(each, adaptation.routes))
        }

    def play(self, efforts: Sequence[dict[str, float]], before: int) -> Played:
        """Plays a month for each effort; the first `before` are those before the placement."""
        numpy, graph = self._numpy, self._graph
        draws = self._given.sweep.shape[0]
        chances = {
            id(given): 1 - numpy.exp(-self._given.sweep * numpy.array([given.get(name, 0.0) for name in graph.names]))
            for given in efforts
        }
        for each in self._traffic.values():
            each.know(chances[id(efforts[0])])
        months = len(efforts)
        # What was sent is told of the last six months before, and of the later half after: by then it is learned.
        told = [*range(max(0, before - 6), before)], [*range(before + (months - before) // 2, months)]
        zero = numpy.zeros((months, draws))
        arrived = {name: zero.copy() for name in self._traffic}
        met, flows = zero.copy(), [numpy.zeros((draws, len(graph.ways))) for _ in told]
        for month, given in enumerate(efforts):
            for name, each in self._traffic.items():
                sent_kg, lost_kg, through_kg = each.send(chances[id(given)])
                arrived[name][month] = through_kg
                met[month] += lost_kg.sum(axis=1)
                for flow, which in zip(flows, told, strict=True):
                    if month in which:
                        flow += sent_kg
        sent = [sum(self._given.kg[name] for name in self._traffic) * len(which) for which in told]
        shares = [
            numpy.divide(flow, all_kg[:, None], out=numpy.zeros_like(flow), where=all_kg[:, None] > 0)
            for flow, all_kg in zip(flows, sent, strict=True)
        ]
        whole = sum(arrived.values(), zero)
        return Played(
            arrived_kg=figure(whole[before:].mean(axis=0)),
            met_kg=figure(met[before:].mean(axis=0)),
            traffic={name: figure(each[before:].mean(axis=0)) for name, each in arrived.items()},
            ways=tuple(
                Displaced(way=name, share_before=figure(shares[0][:, n]), share_after=figure(shares[1][:, n]))
                for n, name in enumerate(graph.names)
            ),
            curve=tuple(figure(month) for month in whole),
        )


class Organisation:
    """What one traffic believes and does, in every draw: arrays (draws, routes) and (draws, ways)."""

    def __init__(
        self, name: str, graph: Graph, routes: list[Route], given: Drawn, adaptation: Adaptation, random: Array
    ) -> None:
        numpy = self._numpy = needed("numpy")
        self._adaptation, self._random = adaptation, random
        draws, ways = given.sweep.shape
        self._kg, self._load_kg, gain = given.kg[name], given.load_kg[name], given.gain_usd_kg[name]
        self._on = numpy.zeros((len(routes), ways))
        """Which routes pass which ways."""
        for row, route in enumerate(routes):
            self._on[row, list(route)] = 1.0
        self._legs = [
            [(row, route[leg]) for row, route in enumerate(routes) if leg < len(route)]
            for leg in range(max(map(len, routes)))
        ]
        # Without a gain nothing says what a route's cost is beside it.
        self._gain = (numpy.ones(draws) if gain is None else gain)[:, None]
        self._cost = numpy.zeros((draws, len(routes))) if gain is None else given.cost_usd_kg @ self._on.T
        self._suits = numpy.array([prod(graph.ways[number].suits for number in route) for route in routes])
        self._shares = numpy.tile(self._suits / self._suits.sum(), (draws, 1))
        self._count = numpy.full(draws, adaptation.begin or len(routes))
        self._risk = numpy.zeros((draws, ways))

    def know(self, chances: Array) -> None:
        """Begins with the ways' true chances as what it takes for their risk."""
        self._risk = chances.copy()

    def send(self, chances: Array) -> tuple[Array, Array, Array]:
        """Sends a month's loads and learns from it: kilograms that set out and were lost by way, and that arrived."""
        numpy = self._numpy
        shares = self._used()
        if self._load_kg is None:
            left, kg = shares * self._kg[:, None], 1.0
        else:
            loads = self._kg / self._load_kg
            whole = numpy.floor(loads).astype(int)
            whole += self._random.random(len(loads)) < loads - whole
            left, kg = self._random.multinomial(whole, shares), self._load_kg[:, None]
        sent, lost = numpy.zeros_like(chances), numpy.zeros_like(chances)
        for leg in self._legs:
            rows, ways = numpy.array(leg).T
            going, chance = left[:, rows], chances[:, ways]
            met = going * chance if self._load_kg is None else self._random.binomial(going, chance)
            # Several routes may pass one way on the same leg.
            onto = numpy.zeros((len(rows), chances.shape[1]))
            onto[numpy.arange(len(rows)), ways] = 1.0
            sent += going @ onto
            lost += met @ onto
            left[:, rows] = going - met
        self._learn(sent, lost, shares)
        return sent * kg, lost * kg, (left * kg).sum(axis=1)

    def _used(self) -> Array:
        """The shares of the routes that are used at once: those with the greatest."""
        numpy = self._numpy
        if self._adaptation.begin is None:
            return self._shares
        order = numpy.argsort(-self._shares, axis=1, kind="stable")
        rank = numpy.empty_like(order)
        numpy.put_along_axis(rank, order, numpy.arange(order.shape[1])[None, :], axis=1)
        weights = numpy.where(rank < self._count[:, None], self._shares + 1e-6, 0.0)
        return weights / weights.sum(axis=1, keepdims=True)

    def _learn(self, sent: Array, lost: Array, shares: Array) -> None:
        given, numpy = self._adaptation, self._numpy
        if not given.haste:
            return
        rate = numpy.divide(lost, sent, out=numpy.zeros_like(lost), where=sent > 0)
        self._risk = numpy.where(sent > 0, given.forgetting * self._risk + (1 - given.forgetting) * rate, self._risk)
        cost = self._cost + numpy.where(self._shares < _IDLE, given.opening * self._gain, 0.0)
        safe = numpy.exp(numpy.log1p(-numpy.minimum(self._risk, 1 - 1e-9)) @ self._on.T)
        net = self._gain - cost
        worth = expected_profit(1 - safe, net, cost, reference=net / 2, delta=given.salience)
        heat = given.heat * self._gain
        weights = self._suits * numpy.exp((worth - worth.max(axis=1, keepdims=True)) / heat)
        turned = weights / weights.sum(axis=1, keepdims=True)
        self._shares = (1 - given.haste) * self._shares + given.haste * turned
        if given.begin is not None:
            first = {leg[1] for leg in self._legs[0]}
            out = sent[:, sorted(first)].sum(axis=1)
            whole = numpy.divide(lost.sum(axis=1), out, out=numpy.zeros_like(out), where=out > 0)
            most = min(given.most, self._shares.shape[1])
            more = numpy.minimum(most, self._count + 1)
            fewer = numpy.where(whole < given.tolerance / 2, numpy.maximum(2, self._count - 1), self._count)
            self._count = numpy.where(whole > given.tolerance, more, fewer)


def expected_profit(risk: Array, gain: Array, loss: Array, *, reference: Array, delta: float) -> Array:
    """`adaptation.expected_profit` over arrays."""
    numpy = needed("numpy")
    of_loss = abs(-loss - reference) / (abs(loss) + abs(reference) + 1)
    of_gain = abs(gain - reference) / (abs(gain) + abs(reference) + 1)
    out = of_loss > of_gain
    heavy, light = numpy.where(out, 1.0, delta), numpy.where(out, delta, 1.0)
    weight = risk * heavy / (risk * heavy + (1 - risk) * light)
    return (1 - weight) * gain - weight * loss


def figure(values: Array) -> Figure:
    """The figure of one value a draw."""
    numpy = needed("numpy")
    mean = float(values.mean())
    low, high = numpy.percentile(values, [5, 95])
    about = intervals.of_mean(mean, float(values.std(ddof=1)), len(values)) or (mean, mean)
    return Figure(mean=mean, mean_low=about[0], mean_high=about[1], low=float(low), high=float(high))
