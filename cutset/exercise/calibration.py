"""Holds a made world's totals and shapes against the real files, and says where they differ.

The real files are read by cutset's own readers where the comparison needs no more than their columns: CBP's nationwide
drug file (events and pounds by drug and region) and UNODC's Individual Drug Seizures (who left from where, by what
means, and how large). Shares and shapes are compared, never totals: the made world is a small one.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import log
from pathlib import Path
from statistics import median, pstdev

from cutset.errors import CutsetError
from cutset.exercise.network import network
from cutset.exercise.truth import START, World
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


MODES = ("air", "container", "land")
"""The modes of which cocaine's sizes are compared; of mail UNODC's file has 18 seizures with a size."""
_UNODC_MODES = {"maritime": "container", "container": "container", "land vehicle": "land"}
REGIONS = ("Southwest border", "elsewhere")
_FEWEST_A_MONTH = 2
SIZES = ("under 0.1", "0.1 to 1", "1 to 10", "10 to 100", "100 to 1,000", "1,000 or more")
"""The classes of sizes, in kg."""
_EDGES_KG = (0.1, 1, 10, 100, 1000)
_FIRST, _REAL_FIRST = START.year * 12 + START.month, 2021 * 12 + 10
"""The months from which both are counted: the made world's first, and the first of fiscal year 2022; both Octobers."""
_CALENDAR = "Oct Nov Dec Jan Feb Mar Apr May Jun Jul Aug Sep".split()
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


class Series(Struct, frozen=True):
    """A row of figures that belong together, in the made world and in the real file: months, or sizes by class.

    Shares are of the whole row, in per cent. A row of which either side has nothing is left out.
    """

    table: str
    what: str
    labels: tuple[str, ...]
    made: tuple[float, ...]
    real: tuple[float, ...]
    unit: str = "%"

    @property
    def overlap(self) -> float:
        """How much the two have in common, in per cent of either: 100 where they are the same."""
        return round(sum(map(min, self.made, self.real)), 1)


class Calibration(Struct, frozen=True):
    """Made beside real: single figures, and rows of them."""

    lines: tuple[Line, ...] = ()
    series: tuple[Series, ...] = ()


class Made:
    """What is compared of made worlds: counted theatre by theatre, so that of their events only sizes are kept."""

    def __init__(self) -> None:
        self.events: Counter[str] = Counter()
        self.land: Counter[str] = Counter()
        self.mass_kg: Counter[str] = Counter()
        self.by_month: Counter[int] = Counter()
        self.by_region: Counter[tuple[str, str, int]] = Counter()
        self.sizes: dict[str, array[float]] = {mode: array("d") for mode in MODES}
        self.departures: Counter[str] = Counter()

    def add(self, world: World) -> None:
        """Count one theatre."""
        edges = network().edges
        for each in world.happenings:
            if each.agency == "cbp" and each.substance in DRUGS and each.load and each.filed:
                self.events[each.substance] += 1
                self.land[each.substance] += each.modality in ("land vehicle", "tunnel")
                self.mass_kg[each.substance] += each.mass_kg  # type: ignore[assignment]
                month = each.at.year * 12 + each.at.month
                self.by_month[month] += 1
                region = REGIONS[each.modality not in ("land vehicle", "tunnel")]
                self.by_region[each.substance, region, month - _FIRST] += 1
            if each.substance == "cocaine" and each.edge:
                mode = edges[each.edge].mode
                kind = "land" if mode in _LAND else mode
                if kind in self.sizes:
                    self.sizes[kind].append(each.mass_kg)
                # What crosses the land border left Mexico; UNODC's countries report what left South America.
                if mode not in _LAND:
                    self.departures[each.departure] += 1


def calibrate(worlds: World | Iterable[World], data: Path) -> Calibration:
    """The comparison of `worlds` with the files in `data/seizures`. Raises `CutsetError` where these are not there."""
    cbp, unodc = (data / "seizures" / name for name in (_CBP, _UNODC))
    for path in (cbp, unodc):
        if not path.exists():
            raise CutsetError("a real file to compare with is not there", where=str(path), remedy="name it by --data")
    made = Made()
    for world in [worlds] if isinstance(worlds, World) else worlds:
        made.add(world)
    found = [*_against_cbp(made, cbp), *_against_unodc(made, unodc)]
    return Calibration(
        lines=tuple(each for each in found if isinstance(each, Line)),
        series=tuple(each for each in found if isinstance(each, Series)),
    )


# ---- CBP ------------------------------------------------------------------------------------------------------------


def _against_cbp(made: Made, path: Path) -> Iterator[Line | Series]:
    real = [
        (o.goods[0].substance, "Southwest" in o.breakdown.get("region", ""), o)
        for report in _reports(NATIONWIDE, path)
        if isinstance(o := report.content, Outcome) and o.goods[0].substance in DRUGS and o.fiscal_year in (2022, 2023)
    ]
    real_events, real_land, real_kg = Counter[str](), Counter[str](), Counter[str]()
    real_months: Counter[int] = Counter()
    real_by_region: Counter[tuple[str, str, int]] = Counter()
    for drug, land, outcome in real:
        number, quantity = outcome.events or 0, outcome.goods[0].quantity
        real_events[drug] += number
        real_land[drug] += number * land
        real_kg[drug] += quantity.mass_kg or 0 if quantity else 0  # type: ignore[assignment]
        month = outcome.period.at.year * 12 + outcome.period.at.month
        real_months[month] += number
        real_by_region[drug, REGIONS[not land], month - _REAL_FIRST] += number
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
    yield from _by_region(made.by_region, real_by_region)


def _by_region(made: Counter[tuple[str, str, int]], real: Counter[tuple[str, str, int]]) -> Iterator[Line | Series]:
    """The events of each month by drug and region, from October: how they vary, and one after another."""
    # A row has the months that both have: the made world may be shorter than the two years of the file, or longer.
    lasting = min(max((month for *_, month in each), default=-1) for each in (made, real)) + 1
    compared = {}
    for region in REGIONS:
        for drug in DRUGS:
            rows = [[each[drug, region, month] for month in range(lasting)] for each in (made, real)]
            # Of fewer the months are made by chance alone.
            if all(sum(row) >= _FEWEST_A_MONTH * lasting > 0 for row in rows):
                compared[region, drug] = rows
    for (region, drug), rows in compared.items():
        yield Line(
            table=f"CBP: events from month to month, coefficient of variation, {region}",
            what=drug,
            made=_variation(rows[0]),
            real=_variation(rows[1]),
            unit="",
        )
    for (region, drug), rows in compared.items():
        yield Series(
            table=f"CBP: share of the events by month, {region}",
            what=drug,
            labels=tuple(_CALENDAR[month % 12] for month in range(lasting)),
            made=_shares(rows[0]),
            real=_shares(rows[1]),
        )


# ---- UNODC ----------------------------------------------------------------------------------------------------------


def _against_unodc(made: Made, path: Path) -> Iterator[Line | Series]:
    sizes: dict[str, list[float]] = {mode: [] for mode in MODES}
    departures: Counter[str] = Counter()
    for report in _reports(UnodcIds(), path):
        content = report.content
        if not isinstance(content, Seizure) or not content.goods or content.goods[0].substance != "cocaine":
            continue
        quantity = content.goods[0].quantity
        mass_kg = quantity.mass_kg if quantity else None
        by = content.conveyance or content.modality
        kind = "air" if "air" in by else _UNODC_MODES.get(content.modality, "")
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
    for mode in MODES:
        if made.sizes[mode] and sizes[mode]:
            yield Series(
                table="UNODC: cocaine seizures by size in kg",
                what=mode,
                labels=SIZES,
                made=_shares(_binned(made.sizes[mode])),
                real=_shares(_binned(sizes[mode])),
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


def _binned(sizes_kg: Iterable[float]) -> list[int]:
    """How many are of each of `SIZES`.

    >>> _binned([0.05, 0.1, 2.5, 5000])
    [1, 1, 1, 0, 0, 1]
    """
    found = Counter(bisect_right(_EDGES_KG, each) for each in sizes_kg)
    return [found[place] for place in range(len(SIZES))]


def _shares(counts: Sequence[int]) -> tuple[float, ...]:
    """Each in per cent of all."""
    return tuple(round(100 * each / sum(counts), 2) for each in counts)


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
