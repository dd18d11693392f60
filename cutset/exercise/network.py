"""The made world's map: nodes, the ways between them, and the routes that a drug can take from source to market."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from math import asin, cos, radians, sin, sqrt

import msgspec
from msgspec import field

from cutset.model.report import Struct

LONGEST = 6
"""Legs of a route at most."""
_EARTH_NMI = 3440.065  # mean radius, 6371.0088 km


class Node(Struct, frozen=True):
    """A place: its `kind` is precursor, production, transit, crossing or market; `at` is latitude and longitude."""

    name: str
    kind: str
    country: str
    at: tuple[float, float]
    locode: str = ""


class Edge(Struct, frozen=True):
    """A way from node to node by one `mode`. `watch` is the agency that watches it, with `effort` (1 is usual).

    `suits` says how well it suits trafficking; `opens` is false for a way that only a scenario opens.
    """

    mode: str
    watch: str
    origin: str = field(name="from")
    goal: str = field(name="to")
    area: str = ""
    effort: float = 1.0
    suits: float = 1.0
    opens: bool = True


class Drug(Struct, frozen=True):
    """Where a drug comes from, the `share` of the organisations that deal in it, and that of the online `vendors`.

    What comes by another of its sources is the `precursor`, of which it is made there; "" where nothing does.
    """

    sources: tuple[str, ...]
    share: float
    vendors: float = 0.0
    precursor: str = ""


class Network(Struct, frozen=True):
    """The whole map."""

    nodes: dict[str, Node]
    edges: dict[str, Edge]
    drugs: dict[str, Drug]

    def routes(self, drug: str) -> tuple[tuple[str, ...], ...]:
        """Every way for `drug` from a source to a market, as names of edges, whether open or not."""
        return tuple(route for source in self.drugs[drug].sources for route in self._onward(source, ()))

    def _onward(self, node: str, so_far: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        if self.nodes[node].kind == "market":
            yield so_far
            return
        if len(so_far) == LONGEST:
            return
        for name, edge in self.edges.items():
            if edge.origin == node:
                yield from self._onward(edge.goal, (*so_far, name))

    def carried(self, drug: str, route: tuple[str, ...], leg: str) -> str:
        """What is on a leg of a route of `drug`: until it comes to where the drug is made, what it is made of.

        >>> route = ("box-precursor", "port-west", "otay-port", "i-5")
        >>> [network().carried("fentanyl", route, leg) for leg in route]
        ['4-ap', '4-ap', 'fentanyl', 'fentanyl']
        >>> network().carried("fentanyl", ("post", "jfk-out"), "post")
        'fentanyl'
        """
        known = self.drugs[drug]
        later = route[route.index(leg) + 1 :]
        made_later = any(self.edges[each].origin in known.sources for each in later)
        return known.precursor if known.precursor and made_later else drug

    def suitability(self, route: tuple[str, ...]) -> float:
        """How well a route suits trafficking: the product of its legs'."""
        found = 1.0
        for leg in route:
            found *= self.edges[leg].suits
        return found

    def length_nmi(self, edge: str) -> float:
        """The great circle between an edge's ends, in nautical miles."""
        (lat1, lon1), (lat2, lon2) = (self.nodes[end].at for end in (self.edges[edge].origin, self.edges[edge].goal))
        # Haversine formula.
        half = sin(radians(lat2 - lat1) / 2) ** 2
        half += cos(radians(lat1)) * cos(radians(lat2)) * sin(radians(lon2 - lon1) / 2) ** 2
        return 2 * _EARTH_NMI * asin(sqrt(half))

    def along(self, edge: str, fraction: float) -> tuple[float, float]:
        """Latitude and longitude at a fraction of an edge, on the straight line of the chart."""
        start, end = self.nodes[self.edges[edge].origin].at, self.nodes[self.edges[edge].goal].at
        return start[0] + (end[0] - start[0]) * fraction, start[1] + (end[1] - start[1]) * fraction


@cache
def network() -> Network:
    """The map that cutset ships.

    >>> network().edges["post"].mode, len(network().routes("methamphetamine"))
    ('mail', 5)
    """
    text = files("cutset.exercise").joinpath("network.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Network)
