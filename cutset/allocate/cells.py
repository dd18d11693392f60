"""Cells: an area and a modality of a network, with its ways, and what a viewer's reports say of it month by month.

Ways that share a cell cannot be told apart by reports, which name no way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import exp
from typing import Any, NamedTuple

import sqlalchemy as sa

from cutset.allocate.flows import flows
from cutset.allocate.network import Network, present
from cutset.allocate.reading import Reading
from cutset.model.network import Traffic, Way
from cutset.model.report import Kind
from cutset.model.text import fold


class Cell(NamedTuple):
    """One area and modality: its open ways, and what was reported there."""

    area: str
    modality: str
    ways: tuple[str, ...]
    events: Sequence[sa.Row[Any]]
    totals: Sequence[sa.Row[Any]]
    days: Sequence[sa.Row[Any]]
    by_month: Mapping[int, float]

    @property
    def seizures(self) -> list[sa.Row[Any]]:
        """The seizures of the months in which somebody watched."""
        return [row for row in self.events if row.kind == Kind.SEIZURE and row.month in self.by_month]


class Cells:
    """A network's cells, and what was to be expected in them if the network is as stated.

    `loads` are those that set out on each way in a month.
    """

    def __init__(self, network: Network, reading: Reading) -> None:
        self.network = network
        ways: dict[tuple[str, str], list[str]] = defaultdict(list)
        in_area: dict[str, list[str]] = defaultdict(list)
        for name, way in network.ways.items():
            if way.area and way.open:
                ways[fold(way.area), way.modality].append(name)
                in_area[fold(way.area)].append(name)
        self.of = _cells(network, reading, ways)
        self._part = {name: part for names in in_area.values() for name, part in _parts(network, names).items()}
        self._flows = flows(network, present(network))
        self.loads: dict[str, float] = defaultdict(float)
        for name, traffic in network.traffic.items():
            for leg, part in self._flows[name].items():
                self.loads[leg] += part * loads_a_month(traffic)

    def cell(self, way: Way) -> Cell | None:
        """The cell of a way; None where it names no area, or is shut."""
        return self.of.get((fold(way.area), way.modality)) if way.open else None

    def met(self, name: str, sweep: float) -> float:
        """What part of the loads on a way was to be met, added up over the months with asset-days."""
        cell = self.cell(self.network.ways[name])
        days = cell.by_month.values() if cell else ()
        return sum(1 - exp(-sweep * each * self._part[name]) for each in days)

    def met_of(self, traffic: str) -> dict[str, float]:
        """For each load a month that a traffic sends: how many were to be met on each way, over all those months."""
        found = {}
        for name, part in self._flows[traffic].items():
            way = self.network.ways[name]
            if way.sweep is not None and (met := self.met(name, way.sweep.value)):
                found[name] = part * met
        return found


def loads_a_month(traffic: Traffic) -> float:
    """Loads a month; 0 where a load's mass is not stated."""
    return traffic.kg_month.value / traffic.load_kg.value if traffic.load_kg and traffic.load_kg.value else 0.0


def _cells(
    network: Network, reading: Reading, ways: Mapping[tuple[str, str], Sequence[str]]
) -> dict[tuple[str, str], Cell]:
    areas = {area for area, _ in ways}
    days: dict[str, list[sa.Row[Any]]] = defaultdict(list)
    for row in reading.days(areas):
        days[row.place].append(row)
    events: dict[tuple[str, str], list[sa.Row[Any]]] = defaultdict(list)
    totals: dict[tuple[str, str], list[sa.Row[Any]]] = defaultdict(list)
    for row in reading.found(areas):
        for area in {row.area, row.place} & areas:
            (totals if row.kind == Kind.OUTCOME else events)[area, row.modality].append(row)
    return {
        key: Cell(
            area=network.ways[names[0]].area,
            modality=key[1],
            ways=tuple(names),
            events=events[key],
            totals=totals[key],
            days=days[key[0]],
            by_month=_by_month(days[key[0]]),
        )
        for key, names in ways.items()
    }


def _by_month(days: Iterable[sa.Row[Any]]) -> dict[int, float]:
    found: dict[int, float] = defaultdict(float)
    for row in days:
        found[row.month] += 1
    return dict(found)


def _parts(network: Network, names: Sequence[str]) -> dict[str, float]:
    """Each way's part of its area's asset-days: as the days stated for each, or alike where none are."""
    whole = sum(network.ways[name].days for name in names)
    return {name: network.ways[name].days / whole if whole else 1 / len(names) for name in names}
