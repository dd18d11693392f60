"""Draws of a network's estimates over their ranges, all at once: a Latin hypercube of triangular distributions.

An estimate is drawn between its `low` and `high`, most often near its `value`, independently of the others: that is
assumed, since an entry says no more. Needs numpy (`pip install 'cutset[allocate]'`).
"""

from __future__ import annotations

from typing import Any

from cutset.allocate.network import Network
from cutset.allocate.routes import Graph
from cutset.allocate.solver import needed
from cutset.model.network import Estimate, Plain

Array = Any
"""An array of numpy, which is imported only where it is used."""


class Drawn(Plain, frozen=True):
    """The estimates of each draw: (draws, ways) by way's number, and (draws,) by traffic's name."""

    sweep: Array
    cost_usd_kg: Array
    kg: dict[str, Array]
    load_kg: dict[str, Array | None]
    gain_usd_kg: dict[str, Array | None]


def drawn(network: Network, draws: int, seed: int, *, ranged: bool = True) -> Drawn:
    """`draws` of every estimate; each estimate's own value in every draw where not `ranged`."""
    numpy = needed("numpy")
    random = numpy.random.default_rng([seed, 1])

    def draw(given: Estimate | None) -> Array:
        if given is None or not ranged or given.low == given.high:
            return numpy.full(draws, given.value if given else 0.0)
        # One draw in each of `draws` equal parts of the distribution: M. D. McKay, R. J. Beckman, W. J. Conover,
        # Technometrics 21 (1979).
        part = (random.permutation(draws) + random.random(draws)) / draws
        return triangular(part, given)

    graph = Graph(network)
    traffic = network.traffic
    none = numpy.zeros((draws, 0))
    return Drawn(
        sweep=numpy.stack([draw(way.sweep) for way in graph.ways], axis=1) if graph.ways else none,
        cost_usd_kg=numpy.stack([draw(way.cost_usd_kg) for way in graph.ways], axis=1) if graph.ways else none,
        kg={name: draw(each.kg_month) for name, each in traffic.items()},
        load_kg={name: draw(each.load_kg) if each.load_kg else None for name, each in traffic.items()},
        gain_usd_kg={name: draw(each.gain_usd_kg) if each.gain_usd_kg else None for name, each in traffic.items()},
    )


def triangular(part: Array, given: Estimate) -> Array:
    """The value under which that part of the triangular distribution lies."""
    numpy = needed("numpy")
    width, rise, fall = given.high - given.low, given.value - given.low, given.high - given.value
    return numpy.where(
        part * width < rise,
        given.low + numpy.sqrt(part * width * rise),
        given.high - numpy.sqrt((1 - part) * width * fall),
    )
