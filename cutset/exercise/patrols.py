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
from cutset.model.report import Struct

AT_SEA = frozenset({"go-fast", "low-profile", "semi-submersible", "fishing"})
ALLY = "ally"
_ASSETS = {
    "uscg": ("Cutter Made One", "Cutter Made Two", "Cutter Made Three", "Patrol aircraft Made 41"),
    "partner": ("Patrullera Hecha 1", "Patrullera Hecha 2"),
}
_FEEDS = {"uscg": "uscg-taskings", "partner": "partner-taskings"}
_STATUSES = {"uscg": "uscg-assets", "partner": "partner-assets"}
_SHIP = "Frigate Made (ally)"
_REPORTS = 5
"""On how many days of a month an asset's status is filed, at most: assumed."""
_AVAILABLE = 0.9
"""The fraction of statuses in which the asset can be sent: assumed."""
_MONITORED = 1 / 3
"""The fraction of loads noticed and not met that are seen a second time: assumed."""
_SENSORS = ("radar of a patrol aircraft", "ship's radar", "ship's helicopter", "source")
_CONVEYANCES = {mode: mode for mode in ("go-fast", "semi-submersible")}
_CONVEYANCES |= {"low-profile": "low-profile vessel", "fishing": "fishing vessel"}


class Sort(Struct, frozen=True):
    """A sort of asset: its name, the most that it keeps up, and how long it can stay out."""

    name: str
    speed_kn: float
    endurance_h: float


# National Security Cutter: 28 knots, patrols of 60 to 90 days (AFCEA Signal, "U.S. Coast Guard Announces Commissioning
# of Sixth National Security Cutter", 2017). HC-144A: cruises at 435 km/h, most flights ten hours (StrategyPage, 17
# April 2012). The partner's boats are assumed.
_CUTTER = Sort(name="cutter", speed_kn=28.0, endurance_h=60 * 24.0)
_AIRCRAFT = Sort(name="maritime patrol aircraft", speed_kn=235.0, endurance_h=10.0)
_BOAT = Sort(name="patrol boat", speed_kn=25.0, endurance_h=5 * 24.0)
SORTS = {
    asset: _AIRCRAFT if "aircraft" in asset else _CUTTER if agency == "uscg" else _BOAT
    for agency, assets in _ASSETS.items()
    for asset in assets
}


class Patrols:
    """Makes the papers of patrols and sightings, month by month."""

    def __init__(self, random: Random, given: Parameters, network: Network, prefix: str) -> None:
        self.made: list[Paper] = []
        self._random = random
        self._given = given
        self._network = network
        self._prefix = prefix
        # An asset of another theatre is another asset.
        self._theatre = f" ({prefix.rstrip('-')})" if prefix else ""
        self._stations: dict[tuple[str, str], dict[datetime, tuple[float, float]]] = {}

    def month(self, month: Month) -> None:
        """Take in a month: who was out and where, and what was noticed."""
        self._stations.clear()
        for flow in month.flows:
            edge = self._network.edges[flow.edge]
            if edge.mode in AT_SEA and edge.watch in _ASSETS:
                self._out(month.number, flow, edge)
        self._stood()
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
            asset = random.choice(assets)
            self._stations.setdefault((edge.watch, asset), {}).setdefault(day, (latitude, longitude))
            self._add(
                _FEEDS[edge.watch],
                "TASK",
                day,
                {
                    "asset": f"{asset}{self._theatre}",
                    "order": order,
                    "day": f"{day:%Y-%m-%d}",
                    "area": edge.area,
                    "country": self._network.nodes[edge.goal].country,
                    "latitude": f"{latitude:.2f}",
                    "longitude": f"{longitude:.2f}",
                },
            )

    def _stood(self) -> None:
        """The statuses of the month's assets: where each stood at noon of some days on which it was out."""
        random = self._random
        for (agency, asset), days in sorted(self._stations.items()):
            sort = SORTS[asset]
            for day in sorted(random.sample(sorted(days), min(_REPORTS, len(days)))):
                latitude, longitude = days[day]
                at = day + timedelta(hours=12)
                left = timedelta(hours=round(sort.endurance_h * random.uniform(0.1, 0.9)))
                cells = {
                    "asset": f"{asset}{self._theatre}",
                    "sort": sort.name,
                    "at": f"{at:%Y-%m-%dT%H:%M:00Z}",
                    "latitude": f"{latitude:.2f}",
                    "longitude": f"{longitude:.2f}",
                    "speed_kn": f"{sort.speed_kn:g}",
                    "until": f"{at + left:%Y-%m-%dT%H:%M:00Z}",
                    "available": "yes" if random.random() < _AVAILABLE else "no",
                }
                self._add(_STATUSES[agency], "ASSET", at, cells)

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
        self._add("ally-sightings" if ally else "uscg-sightings", "SEEN", at, cells, load=load.number)

    def _add(self, feed: str, key: str, at: datetime, cells: dict[str, str], load: int = 0) -> None:
        record = f"{key}-{self._prefix}{len(self.made) + 1:05d}"
        cells = {"number": record, **cells}
        self.made.append(Paper(feed=feed, record=record, cells=cells, at=at, filed=at, load=load))


def _days(month: int) -> list[datetime]:
    """The days of the world's month, the first being 1."""
    year, index = divmod(START.month - 1 + month - 1, 12)
    first = START.replace(year=START.year + year, month=index + 1)
    return [first + timedelta(days=day) for day in range(monthrange(first.year, first.month)[1])]


def feeds() -> Iterator[str]:
    """The files that these papers go into."""
    yield from (*_FEEDS.values(), *_STATUSES.values(), "uscg-sightings", "ally-sightings")
