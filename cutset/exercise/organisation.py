"""A trafficking organisation as an agent: its form, what it believes of each way, and how it spreads its loads."""

from __future__ import annotations

from random import Random

from cutset.allocate import adaptation
from cutset.exercise.network import Network
from cutset.exercise.parameters import Parameters
from cutset.model.report import Struct


class Form(Struct, frozen=True):
    """How an organisation of this form behaves.

    `haste` is how fast it turns to other ways (0 to 1), `most` how many it uses at most, `loads` how many it sends a
    month. The forms are those of the literature on illicit networks; the numbers are assumed.
    """

    haste: float
    most: int
    loads: tuple[int, int]


ORGANISATIONS = 40
"""The active organisations of a whole theatre."""
QUIET = 260
"""The organisations of a whole theatre that are on record, and that nobody meets with."""
FORMS: dict[str, Form] = {
    "hierarchical": Form(haste=0.15, most=5, loads=(16, 30)),
    "network": Form(haste=0.35, most=10, loads=(10, 22)),
    "online-vendor": Form(haste=0.5, most=3, loads=(14, 26)),
}
_PARCELS = frozenset({"mail", "express"})


class Prices(Struct, frozen=True):
    """Thousand USD a kilogram of a drug where it is made and where it is sold."""

    source: float
    market: float


class Agent:
    """One organisation's beliefs and shares over its `routes`; a route is the names of its edges."""

    def __init__(
        self,
        form: str,
        drug: str,
        network: Network,
        parameters: Parameters,
        random: Random,
    ) -> None:
        self.form = FORMS[form]
        self.drug = drug
        routes = network.routes(drug)
        if form == "online-vendor":
            by_parcel = tuple(each for each in routes if network.edges[each[0]].mode in _PARCELS)
            # Where nothing goes by parcel a vendor buys like anyone else.
            routes = by_parcel or routes
        self.routes = routes
        self._suitability = [network.suitability(route) for route in routes]
        self.shares = _beginning(routes, network, self._suitability, random)
        self.count = min(self.form.most, random.randint(2, 5))
        self.size = 1.0
        self.risk = {edge: parameters[f"{network.edges[edge].mode}.loss"] for route in routes for edge in route}
        self._cost = {edge: parameters[f"{network.edges[edge].mode}.cost"] for edge in self.risk}
        self._prices = Prices(source=parameters[f"price.{drug}_source"], market=parameters[f"price.{drug}_market"])
        self._parameters = parameters

    def plan(self, open_edges: frozenset[str], random: Random) -> list[tuple[tuple[str, ...], int]]:
        """The month's loads: how many by each route, of those that are open."""
        usable = [n for n, route in enumerate(self.routes) if open_edges.issuperset(route)]
        if not usable:
            return []
        ranked = sorted(usable, key=lambda n: (-self.shares[n], n))[: self.count]
        weights = [self.shares[n] + 1e-6 for n in ranked]
        loads = random.randint(*self.form.loads)
        # A month in which it expects much loss it lets partly pass (timing).
        expected = min(1.0, max(self._route_risk(self.routes[n]) for n in ranked))
        loads = max(1, round(loads * (1 - 0.5 * expected)))
        counts = [0] * len(ranked)
        for chosen in random.choices(range(len(ranked)), weights=weights, k=loads):
            counts[chosen] += 1
        return [(self.routes[n], count) for n, count in zip(ranked, counts, strict=True) if count]

    def learn(self, sent: dict[str, int], lost: dict[str, int], open_edges: frozenset[str]) -> None:
        """Take in a month's loads sent and lost by edge, and turn to what now looks best."""
        given = self._parameters
        for edge, number in sent.items():
            self.risk[edge] = adaptation.perceived_risk(
                self.risk[edge], number, lost.get(edge, 0), forgetting=given["adapt.forgetting"]
            )
        whole = max(1, sum(sent.get(first, 0) for first in {route[0] for route in self.routes}))
        rate = sum(lost.values()) / whole
        tolerance = given["adapt.tolerance"]
        self.count = adaptation.active(
            self.count, rate, tolerance=tolerance, most=min(self.form.most, len(self.routes))
        )
        self.size = adaptation.load_factor(self.size, rate, tolerance=tolerance)
        profits = [
            self._profit(route, open_edges, share) for route, share in zip(self.routes, self.shares, strict=True)
        ]
        heat = given["adapt.heat"] * self._prices.market
        self.shares = adaptation.shares(profits, self.shares, self._suitability, heat=heat, haste=self.form.haste)

    def _profit(self, route: tuple[str, ...], open_edges: frozenset[str], share: float) -> float:
        if not open_edges.issuperset(route):
            return -1e6
        given, market = self._parameters, self._prices.market
        cost = sum(self._cost[edge] for edge in route) + self._prices.source
        if share < 1e-3:  # an idle way: the transaction cost of finding people there
            cost += given["adapt.opening"] * market
        gain = market - cost
        return adaptation.expected_profit(
            self._route_risk(route), gain, cost, reference=gain / 2, delta=given["adapt.salience"]
        )

    def _route_risk(self, route: tuple[str, ...]) -> float:
        safe = 1.0
        for edge in route:
            safe *= 1 - self.risk[edge]
        return 1 - safe


def _beginning(
    routes: tuple[tuple[str, ...], ...], network: Network, suitability: list[float], random: Random
) -> list[float]:
    """Shares at the beginning: each organisation has ways that it knows; one that is not open is known to none."""
    weights = [
        suits * random.expovariate(1.0) if all(network.edges[edge].opens for edge in route) else 0.0
        for route, suits in zip(routes, suitability, strict=True)
    ]
    total = sum(weights)
    return [each / total for each in weights]
