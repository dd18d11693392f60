"""Holds a made world's totals and shapes against the real files, and says where they differ.

The real files are read by cutset's own readers where the comparison needs no more than their columns: CBP's nationwide
drug file (events and pounds by drug and region) and UNODC's Individual Drug Seizures (who left from where, by what
means, and how large). Shares and shapes are compared, never totals: the made world is a small one.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import log
from pathlib import Path
from statistics import median, pstdev

from cutset.errors import CutsetError
from cutset.exercise.network import network
from cutset.exercise.truth import World
from cutset.ingest.cbp import NATIONWIDE
from cutset.ingest.reader import Context, Draft, Reader
from cutset.ingest.unodc import UnodcIds
from cutset.model.marking import Marking
from cutset.model.report import Outcome, Report, Seizure, Struct

DRUGS = ("cocaine", "fentanyl", "heroin", "methamphetamine")
_CBP = "cbp-nationwide-drugs-fy20-fy23.csv.gz"
_UNODC = "unodc_ids_dev_2011-2014.csv.gz"
_FAR = 2.0
"""A made figure is said to differ where it is more than so many times the real one, or less than its half."""


_LAND = frozenset({"port-of-entry", "between-ports", "tunnel", "land"})


class Line(Struct, frozen=True):
    """One figure: what it is of, in the made world and in the real file; `real` is None where the file has none."""

    table: str
    what: str
    made: float | None
    real: float | None
    unit: str

    @property
    def differs(self) -> bool:
        """Whether the two are far apart."""
        if not self.made or not self.real:
            return bool(self.made) != bool(self.real)
        return not 1 / _FAR <= self.made / self.real <= _FAR


class Made:
    """What is compared of made worlds: counted theatre by theatre, so that of their events only sizes are kept."""

    def __init__(self) -> None:
        self.events: Counter[str] = Counter()
        self.land: Counter[str] = Counter()
        self.mass_kg: Counter[str] = Counter()
        self.by_month: Counter[int] = Counter()
        self.sizes: dict[str, array[float]] = {"air": array("d"), "container": array("d")}
        self.departures: Counter[str] = Counter()

    def add(self, world: World) -> None:
        """Count one theatre."""
        edges = network().edges
        for each in world.happenings:
            if each.agency == "cbp" and each.substance in DRUGS and each.load and each.filed:
                self.events[each.substance] += 1
                self.land[each.substance] += each.modality in ("land vehicle", "tunnel")
                self.mass_kg[each.substance] += each.mass_kg  # type: ignore[assignment]
                self.by_month[each.at.year * 12 + each.at.month] += 1
            if each.substance == "cocaine" and each.edge:
                mode = edges[each.edge].mode
                if mode in self.sizes:
                    self.sizes[mode].append(each.mass_kg)
                # What crosses the land border left Mexico; UNODC's countries report what left South America.
                if mode not in _LAND:
                    self.departures[each.departure] += 1


def calibrate(worlds: World | Iterable[World], data: Path) -> list[Line]:
    """The comparison of `worlds` with the files in `data/seizures`. Raises `CutsetError` where these are not there."""
    cbp, unodc = (data / "seizures" / name for name in (_CBP, _UNODC))
    for path in (cbp, unodc):
        if not path.exists():
            raise CutsetError("a real file to compare with is not there", where=str(path), remedy="name it by --data")
    made = Made()
    for world in [worlds] if isinstance(worlds, World) else worlds:
        made.add(world)
    return [*_against_cbp(made, cbp), *_against_unodc(made, unodc)]


# ---- CBP ------------------------------------------------------------------------------------------------------------


def _against_cbp(made: Made, path: Path) -> Iterator[Line]:
    real = [
        (o.goods[0].substance, "Southwest" in o.breakdown.get("region", ""), o)
        for report in _reports(NATIONWIDE, path)
        if isinstance(o := report.content, Outcome) and o.goods[0].substance in DRUGS and o.fiscal_year in (2022, 2023)
    ]
    real_events, real_land, real_kg = Counter[str](), Counter[str](), Counter[str]()
    real_months: Counter[int] = Counter()
    for drug, land, outcome in real:
        number, quantity = outcome.events or 0, outcome.goods[0].quantity
        real_events[drug] += number
        real_land[drug] += number * land
        real_kg[drug] += quantity.mass_kg or 0 if quantity else 0  # type: ignore[assignment]
        real_months[outcome.period.at.year * 12 + outcome.period.at.month] += number
    for drug in DRUGS:
        yield Line(
            table="CBP: share of seizure events by drug (FY2022-2023)",
            what=drug,
            made=_share(made.events[drug], made.events.total()),
            real=_share(real_events[drug], real_events.total()),
            unit="%",
        )
    for drug in DRUGS:
        yield Line(
            table="CBP: mean size of a seizure event",
            what=drug,
            made=_ratio(made.mass_kg[drug], made.events[drug]),
            real=_ratio(real_kg[drug], real_events[drug]),
            unit="kg",
        )
    for drug in DRUGS:
        yield Line(
            table="CBP: share of events at the Southwest border",
            what=drug,
            made=_share(made.land[drug], made.events[drug]),
            real=_share(real_land[drug], real_events[drug]),
            unit="%",
        )
    yield Line(
        table="CBP: events from month to month",
        what="coefficient of variation",
        made=_variation(made.by_month.values()),
        real=_variation(real_months.values()),
        unit="",
    )


# ---- UNODC ----------------------------------------------------------------------------------------------------------


def _against_unodc(made: Made, path: Path) -> Iterator[Line]:
    sizes: dict[str, list[float]] = {"air": [], "container": []}
    departures: Counter[str] = Counter()
    for report in _reports(UnodcIds(), path):
        content = report.content
        if not isinstance(content, Seizure) or not content.goods or content.goods[0].substance != "cocaine":
            continue
        quantity = content.goods[0].quantity
        mass_kg = quantity.mass_kg if quantity else None
        by = content.conveyance or content.modality
        kind = "air" if "air" in by else "container" if content.modality in ("maritime", "container") else ""
        if mass_kg and kind:
            sizes[kind].append(mass_kg)
        if content.route.departure in ("CO", "EC", "VE", "MX", "DO", "CR", "GT", "PA", "PE"):
            departures[content.route.departure] += 1
    for mode in sizes:
        yield Line(
            table="UNODC: size of a cocaine seizure, median",
            what=mode,
            made=_median(made.sizes[mode]),
            real=_median(sizes[mode]),
            unit="kg",
        )
    for mode in sizes:
        yield Line(
            table="UNODC: size of a cocaine seizure, spread (σ of its logarithm)",
            what=mode,
            made=_spread(made.sizes[mode]),
            real=_spread(sizes[mode]),
            unit="",
        )
    for country in ("CO", "EC", "MX", "DO", "GT"):
        yield Line(
            table="UNODC: share of cocaine seizures by country of departure",
            what=country,
            made=_share(made.departures[country], made.departures.total()),
            real=_share(departures[country], departures.total()),
            unit="%",
        )


def _reports(reader: Reader, path: Path) -> Iterator[Report]:
    context = Context(marking=Marking(originator="calibration"))
    return (each.report for each in reader.read(path, context) if isinstance(each, Draft))


def _share(part: float, whole: float) -> float | None:
    return round(100 * part / whole, 2) if whole else None


def _ratio(part: float, whole: float) -> float | None:
    return round(part / whole, 3) if whole else None


def _median(values: Sequence[float]) -> float | None:
    return round(median(values), 3) if values else None


def _spread(values: Sequence[float]) -> float | None:
    return round(pstdev(map(log, values)), 2) if len(values) > 1 else None


def _variation(counts: Iterable[int]) -> float | None:
    found = list(counts)
    return round(pstdev(found) / (sum(found) / len(found)), 3) if found else None
