"""A small coast with two ways in one area: its entries, and reports of who was out there and what was found."""

from __future__ import annotations

from typing import Any

from cutset.allocate.network import Network, build
from cutset.model.marking import Marking
from cutset.model.network import Estimate, Means, Stop, Traffic, Way
from cutset.model.report import Detection, Goods, Report, Seizure, Source, Tasking, Where
from tests.samples import CLEAR, cocaine, day

SWEEP = Estimate(value=0.02, low=0.01, high=0.04, source="assumed")


def way(id: str = "north", **changes: Any) -> Way:
    given: dict[str, Any] = {
        "origin": Stop(name="Tumaco", country="CO", latitude_deg=1.8, longitude_deg=-78.8),
        "goal": Stop(name="San José", country="GT", latitude_deg=13.9, longitude_deg=-90.8),
        "modality": "maritime",
        "area": "Eastern Pacific",
        "sweep": SWEEP,
        "days": 10.0,
    }
    return Way(id=id, **given | changes)


COCAINE = Traffic(
    id="cocaine",
    substance="cocaine",
    sources=("Tumaco",),
    goals=("San José",),
    kg_month=Estimate(value=1000.0, low=500.0, high=2000.0, source="assumed"),
    load_kg=Estimate(value=100.0, low=50.0, high=200.0, source="assumed"),
)
CUTTERS = Means(id="cutters", sort="cutter", days=20.0, step=2.0, areas=("Eastern Pacific",))


def network(*ways: Way, traffic: tuple[Traffic, ...] = (COCAINE,)) -> Network:
    some = ways or (way(), way("south", days=30.0))
    return build(
        {f"ash/{each.id}": each for each in some}, {f"ash/{t.id}": t for t in traffic}, {"ash/cutters": CUTTERS}
    )


def patrol(on: int, month: int = 1, asset: str = "Cutter", *, marking: Marking = CLEAR, **changes: Any) -> Report:
    """A day on task in the area."""
    content = Tasking(asset=asset, order="patrol", when=day(on, month), where=Where(place="Eastern Pacific"))
    return Report(marking=marking, source=Source(dataset="orders"), content=content, **changes)


def met(
    on: int,
    month: int = 1,
    *goods: Goods,
    marking: Marking = CLEAR,
    record: str = "",
    kind: type[Seizure | Detection] = Seizure,
    place: str = "Eastern Pacific",
    **changes: Any,
) -> Report:
    """A seizure, or a detection, in the area."""
    content = kind(when=day(on, month), where=Where(place=place), modality="maritime", goods=goods or (cocaine(100.0),))
    return Report(marking=marking, source=Source(dataset="sea", record=record), content=content, **changes)
