"""Ships and aircraft of made agencies: the days on which they were sent out, and what their sensors noticed.

An agency's effort on a way at sea is its assets' days there, so that what an exercise shows of asset days is what its
model of interdiction rests on. Some loads at sea are noticed by a sensor, more than are met: what is detected is more
than can be answered (U.S. Southern Command, posture statement, 2014).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from cutset.exercise.network import Edge, Network
from cutset.exercise.parameters import Parameters
from cutset.exercise.theatre import Flow, Load, Month
from cutset.exercise.truth import START, Paper

AT_SEA = frozenset({"go-fast", "low-profile", "semi-submersible", "fishing"})
ALLY = "ally"
_ASSETS = {
    "uscg": ("Cutter Made One", "Cutter Made Two", "Cutter Made Three", "Patrol aircraft Made 41"),
    "partner": ("Patrullera Hecha 1", "Patrullera Hecha 2"),
}
_FEEDS = {"uscg": "uscg-taskings", "partner": "partner-taskings"}
_SHIP = "Frigate Made (ally)"
_MONITORED = 1 / 3
"""The fraction of loads noticed and not met that are seen a second time: assumed."""
_SENSORS = ("radar of a patrol aircraft", "ship's radar", "ship's helicopter", "source")
_CONVEYANCES = {mode: mode for mode in ("go-fast", "semi-submersible")}
_CONVEYANCES |= {"low-profile": "low-profile vessel", "fishing": "fishing vessel"}


class Patrols:
    """Makes the papers of patrols and sightings, month by month."""

    def __init__(self, random: Random, given: Parameters, network: Network, prefix: str) -> None:
        self.made: list[Paper] = []
        self._random = random
        self._given = given
        self._network = network
        self._prefix = prefix

    def month(self, month: Month) -> None:
        """Take in a month: who was out, and what was noticed."""
        for flow in month.flows:
            edge = self._network.edges[flow.edge]
            if edge.mode in AT_SEA and edge.watch in _ASSETS:
                self._out(month.number, flow, edge)
        for load in month.loads:
            for leg in load.route[: load.route.index(load.met) + 1] if load.met else load.route:
                self._noticed(load, leg)

    def _out(self, month: int, flow: Flow, edge: Edge) -> None:
        """A month's days of patrol on one way, and one boarding order for each seizure there."""
        random = self._random
        assets = _ASSETS[edge.watch]
        days = _days(month)
        patrolled = min(len(days), round(flow.effort * self._given["counter.patrol_days"]))
        orders = [("patrol", day) for day in sorted(random.sample(days, patrolled))]
        orders += [("interdict", random.choice(days)) for _ in range(flow.seized)]
        for order, day in orders:
            latitude, longitude = self._network.along(flow.edge, random.uniform(0.2, 0.8))
            self._add(
                _FEEDS[edge.watch],
                "TASK",
                {
                    "asset": random.choice(assets),
                    "order": order,
                    "day": f"{day:%Y-%m-%d}",
                    "area": edge.area,
                    "country": self._network.nodes[edge.goal].country,
                    "latitude": f"{latitude:.2f}",
                    "longitude": f"{longitude:.2f}",
                },
            )

    def _noticed(self, load: Load, leg: str) -> None:
        """Perhaps a sighting of a load on one leg at sea; an ally's ship makes some of them."""
        random, edge = self._random, self._network.edges[leg]
        if edge.mode not in AT_SEA or edge.watch != "uscg":
            return
        met = load.met == leg
        if random.random() >= self._given["counter.noticed_met" if met else "counter.noticed_missed"]:
            return
        at = random.choice(_days(load.month)) + timedelta(minutes=random.randrange(1440))
        fraction = random.uniform(0.1, 0.6)
        self._seen(load, leg, at, fraction, "detected")
        if met or random.random() < _MONITORED:
            # Seen again on its way, as far on as it has come by then at its speed.
            on = random.uniform(0.05, 0.3)
            speed_kn = self._given[f"{edge.mode}.speed_kn"] * random.uniform(0.8, 1.2)
            later = at + timedelta(hours=on * self._network.length_nmi(leg) / speed_kn)
            self._seen(load, leg, later, fraction + on, "handed off" if met else "monitored")

    def _seen(self, load: Load, leg: str, at: datetime, fraction: float, phase: str) -> None:
        """One sighting, by an ally's ship or by others."""
        random, edge = self._random, self._network.edges[leg]
        ally = edge.area == "Caribbean Sea" and random.random() < self._given["counter.ally"]
        latitude, longitude = self._network.along(leg, fraction)
        cells = {
            "at": f"{at:%Y-%m-%dT%H:%M:00Z}",
            "area": edge.area,
            "latitude": f"{latitude:.3f}",
            "longitude": f"{longitude:.3f}",
            "conveyance": _CONVEYANCES[edge.mode],
            "phase": phase,
            "seen_by": _SHIP if ally else random.choice(_SENSORS),
        }
        self._add("ally-sightings" if ally else "uscg-sightings", "SEEN", cells, load=load.number)

    def _add(self, feed: str, key: str, cells: dict[str, str], load: int = 0) -> None:
        record = f"{key}-{self._prefix}{len(self.made) + 1:05d}"
        self.made.append(Paper(feed=feed, record=record, cells={"number": record, **cells}, load=load))


def _days(month: int) -> list[datetime]:
    """The days of the world's month, the first being 1."""
    year, index = divmod(START.month - 1 + month - 1, 12)
    first = START.replace(year=START.year + year, month=index + 1)
    return [first + timedelta(days=day) for day in range(monthrange(first.year, first.month)[1])]


def feeds() -> Iterator[str]:
    """The files that these papers go into."""
    yield from (*_FEEDS.values(), "uscg-sightings", "ally-sightings")
