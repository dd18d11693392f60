"""Routes of a network: the shortest by any lengths, the corners between two lengths, and the best-suited ones in order.

Inside a `Graph` ways are numbers, their places in the order of the open ways' names; lengths are one a way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from heapq import heappop, heappush
from math import log

from cutset.allocate.network import BadNetwork, Network
from cutset.model.network import Traffic

Route = tuple[int, ...]
"""A route, as the numbers of its ways from source to goal."""
Lengths = Sequence[float]


class Graph:
    """The open ways of a network, as numbers. `names` gives a way's name by number, `numbers` the other way round."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.names = [name for name, way in network.ways.items() if way.open]
        self.numbers = {name: number for number, name in enumerate(self.names)}
        self.ways = [network.ways[name] for name in self.names]
        self._onward: dict[str, list[tuple[int, str]]] = {}
        for number, way in enumerate(self.ways):
            self._onward.setdefault(way.origin.name, []).append((number, way.goal.name))

    def named(self, route: Route) -> tuple[str, ...]:
        """The names of a route's ways."""
        return tuple(self.names[number] for number in route)

    def shortest(self, traffic: Traffic, lengths: Lengths) -> Route | None:
        """The shortest route from a source to a goal; of equal ones that of fewest ways, then of the first names.

        Lengths are 0 or more. None where no open ways lead there. Source: E. W. Dijkstra, Numer. Math. 1 (1959).
        """
        goals = frozenset(traffic.goals)
        waiting: list[tuple[float, int, Route, str]] = [(0.0, 0, (), stop) for stop in sorted(traffic.sources)]
        done: set[str] = set()
        while waiting:
            length, legs, route, stop = heappop(waiting)
            if stop in goals:
                return route
            if stop in done:
                continue
            done.add(stop)
            for number, onward in self._onward.get(stop, ()):
                if onward not in done:
                    heappush(waiting, (length + lengths[number], legs + 1, (*route, number), onward))
        return None

    def corners(
        self,
        traffic: Traffic,
        first: Lengths,
        second: Lengths,
        worth: Callable[[float, float], float] | None = None,
    ) -> list[Route]:
        """Routes at the corners of the lower left hull of two lengths, from least `first` to least `second`.

        Whatever falls with both lengths and is convex in them is greatest at one of these. They are found by halving:
        between two corners, the shortest route by the weights under which both are equal is a new one or there is
        none. With `worth`, which falls with both lengths, it looks only where one that is worth more than those found
        may lie. Source: M. J. Eisner, D. G. Severance, "Mathematical techniques for efficient record segmentation in
        large shared databases", J. ACM 23 (1976).
        """
        start, end = self.shortest(traffic, first), self.shortest(traffic, second)
        if start is None or end is None:
            return []
        least, other = ((total(each, first), total(each, second)) for each in (start, end))
        if other[0] <= least[0] or least[1] <= other[1]:
            # One end is as good as the other in both.
            return [end if other[0] <= least[0] else start]
        found, between = {least: start, other: end}, [(least, other)]
        most = max(worth(*least), worth(*other)) if worth else 0.0
        while between:
            (x, y), (x1, y1) = between.pop()
            if worth and worth(x, y1) <= most:
                continue
            across, down = x1 - x, y - y1
            route = self.shortest(traffic, [down * a + across * b for a, b in zip(first, second, strict=True)])
            assert route is not None
            new = (total(route, first), total(route, second))
            # Under the line by more than rounding, or there is no corner between.
            if down * (new[0] - x) + across * (new[1] - y) < -1e-12 * (1 + abs(down * x) + abs(across * y)):
                found[new] = route
                most = max(most, worth(*new)) if worth else most
                between += [((x, y), new), (new, (x1, y1))]
        return [found[point] for point in sorted(found)]

    def suited(self, traffic: Traffic, most: int = 200) -> list[Route]:
        """Up to `most` routes that pass no stop twice, those that suit trafficking best first.

        A route's length here is Σ (1 + ln A - ln a_w), where a is a way's `suits` and A the greatest: fewer legs, and
        better suited ones, come first. It looks on from the shortest unfinished route (best first, by what is left at
        least), so it does not walk through all routes of a large network.
        """
        suits = [way.suits for way in self.ways]
        best = max(suits, default=1.0)
        lengths = [1 + log(best) - log(each) for each in suits]
        found = []
        for route in self._best_first(traffic, lengths):
            found.append(route)
            if len(found) == most:
                break
        return found

    def _best_first(self, traffic: Traffic, lengths: Lengths) -> Iterator[Route]:
        left = self._left(traffic, lengths)
        goals = frozenset(traffic.goals)
        waiting: list[tuple[float, Route, tuple[str, ...]]] = [
            (left[stop], (), (stop,)) for stop in sorted(traffic.sources) if stop in left
        ]
        waiting.sort()
        looked = 0
        while waiting:
            least, route, stops = heappop(waiting)
            looked += 1
            if looked > 200_000:
                raise BadNetwork("its routes are too many to walk through", where=traffic.id, remedy="join some stops")
            if stops[-1] in goals:
                yield route
                continue
            for number, onward in self._onward.get(stops[-1], ()):
                if onward in left and onward not in stops:
                    further = least - left[stops[-1]] + lengths[number] + left[onward]
                    heappush(waiting, (further, (*route, number), (*stops, onward)))

    def _left(self, traffic: Traffic, lengths: Lengths) -> dict[str, float]:
        """The least length that is left to a goal, by stop from which there is a route."""
        back: dict[str, list[tuple[int, str]]] = {}
        for number, way in enumerate(self.ways):
            back.setdefault(way.goal.name, []).append((number, way.origin.name))
        left: dict[str, float] = {}
        waiting = [(0.0, stop) for stop in sorted(traffic.goals)]
        while waiting:
            length, stop = heappop(waiting)
            if stop in left:
                continue
            left[stop] = length
            for number, before in back.get(stop, ()):
                if before not in left:
                    heappush(waiting, (length + lengths[number], before))
        return left


def total(route: Route, lengths: Lengths) -> float:
    """The length of a route: the sum over its ways."""
    return sum(lengths[number] for number in route)
