"""What a viewer's reports say of a network's estimates: each prior as stated, what was found, and what follows.

**Sweep.** In a month with e asset-days a load on a way is met with chance 1 - exp(-k e); of n loads that set out there
k X are expected to be met, with the exposure X = Σ n (1 - exp(-k₀ e)) / k₀ over the months with asset-days, which is
n Σ e where meetings are few (k₀ is the stated sweep). Seizures N then follow Poisson's law, and k, of which a gamma is
thought, is a gamma again: a' = a + N, b' = b + X (`gamma.Gamma.after`).

**Traffic.** Of each kilogram a month that is sent, Σ_w n_w (1 - exp(-k_w e_w)) / (n m) loads are expected to be met
over all ways and months, m being the mass of a load: so seizures revise the kilograms in the same manner.

The two are revised by the same seizures, each as if the other were as stated: more traffic and a better sweep look
alike from here. So a network is made with one of the two revised, never with both (`Revise`).

Ways that share an area and modality cannot be told apart by reports, which name no way. They share what was found in
proportion to what was expected of each, and the asset-days in proportion to those stated for each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from msgspec.structs import replace

from cutset.access.rights import Rights
from cutset.allocate.cells import Cell, Cells, loads_a_month
from cutset.allocate.gamma import Gamma, of_estimate
from cutset.allocate.index import AllocateIndex
from cutset.allocate.network import Network
from cutset.allocate.reading import Reading
from cutset.model.marking import Marking
from cutset.model.network import Estimate, Plain, Traffic, Way
from cutset.model.report import Kind

Met = Mapping[str, Mapping[str, float]]

SHOWN, NAMED = 20, 500
"""Reports that an update names, and all evidence together; how many there are each says."""


class Revise(StrEnum):
    """Which of a network's estimates the visible reports revise."""

    NOTHING = "nothing"
    SWEEP = "sweep"
    TRAFFIC = "traffic"


class Found(Plain, frozen=True):
    """What the viewer's reports say of one area and modality.

    `months` are those with asset-days; `seizures` and `detections` were made in them, and `unwatched` seizures in
    others, of which nothing follows. `kg` is what was seized, by substance, where a mass was told. `published` counts
    the events of published totals: they are shown beside, and never added. `way` names the ways there.
    """

    area: str
    modality: str
    ways: tuple[str, ...]
    asset_days: float
    months: int
    seizures: int
    detections: int
    unwatched: int
    published: int
    kg: dict[str, float]
    reports: int
    marking: Marking | None
    made: bool


class Update(Plain, frozen=True):
    """One estimate, and what was found: `of` is `sweep` or `kg_month` of the entry `name`.

    `events` seizures fall to it where `exposure` times the estimate was to be expected; `shared_with` are the ways
    with which it shares them. `revised` is the estimate after them; None where `no_data` says why nothing follows.
    `first` are the ids of the first reports of `reports`.
    """

    name: str
    of: str
    stated: Estimate | None
    prior: Gamma | None = None
    events: float = 0.0
    exposure: float = 0.0
    posterior: Gamma | None = None
    revised: Estimate | None = None
    shared_with: tuple[str, ...] = ()
    no_data: str = ""
    reports: int = 0
    first: tuple[str, ...] = ()
    marking: Marking | None = None
    made: bool = False

    @property
    def factor(self) -> float | None:
        """How many times the stated value the revised one is."""
        return self.revised.value / self.stated.value if self.revised and self.stated and self.stated.value else None


class Evidence(Plain, frozen=True):
    """What was found by area and modality, and every estimate with what follows.

    It rests on `count` reports, of which `reports` are the first, by id; `markings` are those of all their parts.
    """

    found: tuple[Found, ...]
    sweeps: tuple[Update, ...]
    traffic: tuple[Update, ...]
    count: int
    reports: tuple[str, ...]
    markings: tuple[Marking, ...]
    marking: Marking | None
    made: bool


def evidence(index: AllocateIndex, rights: Rights, network: Network) -> Evidence:
    """What the viewer's reports say of the network's estimates. Nothing is said where nothing is visible."""
    with Reading.of(index, rights) as reading:
        cells = Cells(network, reading)
        met = {name: cells.met_of(name) for name in network.traffic}
        told = [cell for cell in cells.of.values() if cell.events or cell.totals or cell.days]
        rows = [row for cell in told for row in (*cell.events, *cell.totals, *cell.days)]
        goods = reading.goods([row.seq for cell in told for row in cell.events])
        parts = [*rows, *(each for some in goods.values() for each in some)]
        found = tuple(_found(reading, cell) for cell in told)
        sweeps = tuple(_sweep(reading, cells, name, way) for name, way in network.ways.items())
        traffic = tuple(_traffic(reading, cells, met, name, each) for name, each in network.traffic.items())
        ids = sorted({row.id for row in rows})
        return Evidence(
            found=found,
            sweeps=sweeps,
            traffic=traffic,
            count=len(ids),
            reports=tuple(ids[:NAMED]),
            markings=reading.markings(row.marking_id for row in parts),
            marking=reading.marking(row.marking_id for row in parts),
            made=any(row.made for row in rows),
        )


def revised(network: Network, found: Evidence, revise: Revise) -> Network:
    """The network with the sweeps, or the traffic, as the evidence has them."""
    ways, traffic = dict(network.ways), dict(network.traffic)
    if revise is Revise.SWEEP:
        for each in found.sweeps:
            if each.revised:
                ways[each.name] = replace(ways[each.name], sweep=each.revised)
    if revise is Revise.TRAFFIC:
        for each in found.traffic:
            if each.revised:
                traffic[each.name] = replace(traffic[each.name], kg_month=each.revised)
    return Network(ways=ways, traffic=traffic, means=network.means)


# ---- updates --------------------------------------------------------------------------------------------------------


def _sweep(reading: Reading, cells: Cells, name: str, way: Way) -> Update:
    prior = of_estimate(way.sweep) if way.sweep else None
    update = Update(name=name, of="sweep", stated=way.sweep, prior=prior)
    cell, loads = cells.cell(way), cells.loads.get(name, 0.0)
    why = _why_not(cell, way, prior, loads)
    if why or cell is None or prior is None:
        return replace(update, no_data=why)
    stated = {each: cells.network.ways[each].sweep for each in cell.ways}
    expected = {
        other: cells.loads.get(other, 0.0) * cells.met(other, sweep.value)
        for other, sweep in stated.items()
        if sweep is not None
    }
    exposure = loads * cells.met(name, prior.mean) / prior.mean
    if not exposure:
        return replace(update, no_data="none of its area's asset-days falls to this way")
    events = len(cell.seizures) * expected[name] / sum(expected.values())
    others = tuple(each for each in cell.ways if each != name)
    return _updated(reading, replace(update, shared_with=others), prior, events, exposure, cell.seizures, cell.days)


def _why_not(cell: Cell | None, way: Way, prior: Gamma | None, loads: float) -> str:
    if way.sweep is None:
        return "no sweep is stated"
    if prior is None:
        return "the stated sweep leaves nothing to learn: it is 0, or has no range"
    if cell is None:
        return "it names no area, by which reports could be told to be of it" if way.open else "it is shut"
    if not cell.days:
        return "no order that you may see put an asset on task there"
    return "" if loads else "no stated traffic with a load's mass can take it"


def _traffic(reading: Reading, cells: Cells, met: Met, name: str, traffic: Traffic) -> Update:
    prior = of_estimate(traffic.kg_month)
    update = Update(name=name, of="kg_month", stated=traffic.kg_month, prior=prior)
    if prior is None:
        return replace(update, no_data="the stated mass leaves nothing to learn: it is 0, or has no range")
    if not loads_a_month(traffic) or traffic.load_kg is None:
        return replace(update, no_data="the mass of a load is not stated")
    if not met[name]:
        return replace(update, no_data="no order that you may see put an asset on task on its ways")
    alike = {other: given for other, given in cells.network.traffic.items() if given.substance == traffic.substance}
    seized: list[sa.Row[Any]] = []
    days: list[sa.Row[Any]] = []
    held: list[sa.Row[Any]] = []
    events = 0.0
    for cell in cells.of.values():
        expected = {
            other: loads_a_month(given) * sum(met[other].get(way, 0.0) for way in cell.ways)
            for other, given in alike.items()
        }
        if not expected[name]:
            continue
        of_cell, goods = _of_substance(reading, cell, traffic.substance)
        events += len(of_cell) * expected[name] / sum(expected.values())
        seized += of_cell
        held += goods
        days += cell.days
    exposure = sum(met[name].values()) / traffic.load_kg.value
    update = replace(update, shared_with=tuple(other for other in alike if other != name))
    return _updated(reading, update, prior, events, exposure, seized, days, held)


def _of_substance(reading: Reading, cell: Cell, substance: str) -> tuple[list[sa.Row[Any]], list[sa.Row[Any]]]:
    """The seizures of a substance, and the rows that say so, which may be of stricter portions."""
    goods = reading.goods([row.seq for row in cell.seizures])
    held = {seq: [each for each in some if each.substance == substance] for seq, some in goods.items()}
    return (
        [row for row in cell.seizures if held.get(row.seq)],
        [each for seq in sorted(held) for each in held[seq]],
    )


def _updated(
    reading: Reading,
    update: Update,
    prior: Gamma,
    events: float,
    exposure: float,
    seized: Sequence[sa.Row[Any]],
    days: Sequence[sa.Row[Any]],
    goods: Sequence[sa.Row[Any]] = (),
) -> Update:
    """The update with what follows of seizures and days; `goods` are rows of the same reports that say so too."""
    posterior = prior.after(events, exposure)
    low, high = posterior.interval
    told = [*seized, *days]
    ids = list(dict.fromkeys(row.id for row in told))
    source = f"{update.stated.source if update.stated else ''}; revised by {len(ids)} reports"
    mean = posterior.mean
    return replace(
        update,
        events=events,
        exposure=exposure,
        posterior=posterior,
        revised=Estimate(value=mean, low=min(low, mean), high=max(high, mean), source=source),
        reports=len(ids),
        first=tuple(ids[:SHOWN]),
        marking=reading.marking(row.marking_id for row in (*told, *goods)),
        made=any(row.made for row in told),
    )


def _found(reading: Reading, cell: Cell) -> Found:
    rows = (*cell.events, *cell.totals, *cell.days)
    seized = [row for row in cell.events if row.kind == Kind.SEIZURE]
    goods = [each for some in reading.goods([row.seq for row in seized]).values() for each in some]
    kg: dict[str, float] = defaultdict(float)
    for each in goods:
        if each.substance and each.kg is not None:
            kg[each.substance] += each.kg
    return Found(
        area=cell.area,
        modality=cell.modality,
        ways=cell.ways,
        asset_days=float(len(cell.days)),
        months=len(cell.by_month),
        seizures=len(cell.seizures),
        detections=sum(row.kind == Kind.DETECTION and row.month in cell.by_month for row in cell.events),
        unwatched=len(seized) - len(cell.seizures),
        published=sum(row.events or 0 for row in cell.totals),
        kg=dict(sorted(kg.items())),
        reports=len({row.id for row in rows}),
        marking=reading.marking(row.marking_id for row in (*rows, *goods)),
        made=any(row.made for row in rows),
    )
