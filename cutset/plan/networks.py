"""The registers of networks: ways, traffic, means and allocations; what of them cannot be, and how they are shown.

What an entry means stands in `cutset.model.network`; what is computed of them in `cutset.allocate`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from math import isfinite
from typing import Any, NamedTuple

from cutset.access.registry import Registry
from cutset.model.codes import code_list, substance
from cutset.model.network import Allocation, Estimate, Means, Plain, Stop, Traffic, Way
from cutset.model.place import countries

NETWORKS: dict[str, type[Way | Traffic | Means | Allocation]] = {
    "ways": Way,
    "traffic": Traffic,
    "means": Means,
    "allocations": Allocation,
}
"""The registers of networks by name."""

Cell = Callable[[Any, Registry], str]


class Wrong(NamedTuple):
    """What of an entry cannot be, and how to mend it."""

    what: str
    where: str
    remedy: str


def wrong(entry: Way | Traffic | Means | Allocation) -> Iterator[Wrong]:
    """What of an entry cannot be: a place off the earth, a code that is none, an estimate outside of its range."""
    yield from _numbers(entry, entry.id)
    match entry:
        case Way():
            yield from _way(entry)
        case Traffic():
            yield from _traffic(entry)
        case Means():
            yield from _means(entry)
        case Allocation():
            yield from _allocation(entry)


# ---- checks ---------------------------------------------------------------------------------------------------------

_SIGNED = ("latitude_deg", "longitude_deg", "expected")
"""Fields in which a number may be negative."""


def _numbers(part: Plain, at: str) -> Iterator[Wrong]:
    """Numbers that are none, or negative where they cannot be, and estimates that do not hold together."""
    if isinstance(part, Estimate):
        yield from _estimate(part, at)
    for name in part.__struct_fields__:
        value = getattr(part, name)
        for each in _flat(value):
            if isinstance(each, Plain):
                yield from _numbers(each, f"{at}, {name}")
            elif isinstance(each, float) and not isfinite(each):
                yield Wrong(f"{name} is no number", at, "give a number")
            elif isinstance(each, float | int) and each < 0 and name not in _SIGNED and not isinstance(value, tuple):
                yield Wrong(f"{name} is negative", at, "give 0 or more")


def _flat(value: object) -> Iterator[object]:
    """A field's value, or each of those in it."""
    if isinstance(value, tuple):
        for each in value:
            yield from _flat(each)
    elif isinstance(value, dict):
        yield from value.values()
    else:
        yield value


def _estimate(estimate: Estimate, at: str) -> Iterator[Wrong]:
    if not estimate.low <= estimate.value <= estimate.high:
        yield Wrong("an estimate lies outside of its own range", at, "let low <= value <= high")
    if not estimate.source.strip():
        yield Wrong("an estimate names no source", at, 'name it, or write "assumed"')


def _way(way: Way) -> Iterator[Wrong]:
    for name, stop in (("origin", way.origin), ("goal", way.goal)):
        yield from _stop(stop, f"{way.id}, {name}")
    if way.origin.name == way.goal.name:
        yield Wrong("a way ends where it begins", way.id, "name two stops")
    if not way.suits:
        yield Wrong("a way suits nobody", way.id, "give more than 0; a way that is shut is `open = false`")
    for latitude, longitude in way.via:
        if not _on_earth(latitude, longitude):
            yield Wrong("that is no place on earth", f"{way.id}, via", "give degrees, north and east positive")
    yield from _modalities([way.modality], way.id)


def _stop(stop: Stop, at: str) -> Iterator[Wrong]:
    if not stop.name.strip():
        yield Wrong("a stop has no name", at, "name it: the name joins it to other ways")
    if stop.country and stop.country not in countries():
        yield Wrong("that is no country", f"{at}: {stop.country}", "give two letters of ISO 3166-1")
    if (stop.latitude_deg is None) != (stop.longitude_deg is None):
        yield Wrong("a stop has one coordinate only", at, "give latitude and longitude, or neither")
    elif not _on_earth(stop.latitude_deg or 0, stop.longitude_deg or 0):
        yield Wrong("that is no place on earth", at, "give degrees, north and east positive")


def _on_earth(latitude: float, longitude: float) -> bool:
    return abs(latitude) <= 90 and abs(longitude) <= 180


def _traffic(traffic: Traffic) -> Iterator[Wrong]:
    for name, stops in (("sources", traffic.sources), ("goals", traffic.goals)):
        if not stops or not all(each.strip() for each in stops):
            yield Wrong(f"its {name} are not named", traffic.id, "name stops, as ways have them")
    if substance(traffic.substance) is None:
        yield Wrong("no code of a substance is that", f"{traffic.id}: {traffic.substance}", "see docs/codes.md")
    if traffic.load_kg is not None and not traffic.load_kg.value:
        yield Wrong("a load weighs nothing", traffic.id, "give kilograms, or leave it out")


def _means(means: Means) -> Iterator[Wrong]:
    if not means.sort.strip():
        yield Wrong("means have no sort", means.id, "say what they are: cutter, aircraft, team")
    if not means.step:
        yield Wrong("a deployment takes no days", means.id, "give the days of a whole one, such as 1")
    yield from _modalities(means.modalities, means.id)


def _allocation(allocation: Allocation) -> Iterator[Wrong]:
    if not allocation.postings:
        yield Wrong("an allocation places nothing", allocation.id, "name who spends how many days where")
    for posting in allocation.postings:
        for name in (posting.means, posting.way):
            agency, _, id = name.partition("/")
            if not agency or not id:
                yield Wrong("that names no entry", f"{allocation.id}: {name}", "write agency/id")


def _modalities(named: Iterable[str], at: str) -> Iterator[Wrong]:
    known = [each.code for each in code_list("modality").codes]
    for each in named:
        if each not in known:
            yield Wrong("no code of a modality is that", f"{at}: {each}", f"use one of {', '.join(known)}")


# ---- columns --------------------------------------------------------------------------------------------------------


def _estimated(estimate: Estimate | None) -> str:
    """An estimate with its range.

    >>> _estimated(Estimate(value=0.02, low=0.01, high=0.0315, source="assumed"))
    '0.02 (0.01 to 0.0315)'
    """
    return f"{estimate.value:,.4g} ({estimate.low:,.4g} to {estimate.high:,.4g})" if estimate else ""


NETWORK_COLUMNS: dict[str, tuple[tuple[str, Cell], ...]] = {
    "ways": (
        ("way", lambda entry, _: entry.id),
        ("from", lambda entry, _: entry.origin.name),
        ("to", lambda entry, _: entry.goal.name),
        ("modality", lambda entry, _: entry.modality),
        ("area", lambda entry, _: entry.area),
        ("cost, USD/kg", lambda entry, _: _estimated(entry.cost_usd_kg)),
        ("sweep", lambda entry, _: _estimated(entry.sweep)),
        ("days a month", lambda entry, _: f"{entry.days:g}"),
        ("open", lambda entry, _: "yes" if entry.open else "no"),
    ),
    "traffic": (
        ("traffic", lambda entry, _: entry.id),
        ("substance", lambda entry, _: entry.substance),
        ("from", lambda entry, _: ", ".join(entry.sources)),
        ("to", lambda entry, _: ", ".join(entry.goals)),
        ("kg a month", lambda entry, _: _estimated(entry.kg_month)),
        ("kg a load", lambda entry, _: _estimated(entry.load_kg)),
        ("gain, USD/kg", lambda entry, _: _estimated(entry.gain_usd_kg)),
    ),
    "means": (
        ("means", lambda entry, _: entry.id),
        ("sort", lambda entry, _: entry.sort),
        ("days a month", lambda entry, _: f"{entry.days:g}"),
        ("at a time", lambda entry, _: f"{entry.step:g}"),
        ("where", lambda entry, _: ", ".join((*entry.areas, *entry.modalities, *entry.ways)) or "anywhere"),
        ("USD a day", lambda entry, _: "" if entry.cost_usd_day is None else f"{entry.cost_usd_day:,.0f}"),
    ),
    "allocations": (
        ("allocation", lambda entry, _: entry.id),
        ("title", lambda entry, _: entry.title),
        ("postings", lambda entry, _: ", ".join(f"{p.means} {p.days:g} d on {p.way}" for p in entry.postings)),
        ("objective", lambda entry, _: entry.objective),
        ("expected", lambda entry, _: ", ".join(f"{name} {value:,.4g}" for name, value in entry.expected.items())),
    ),
}
"""The columns of each of these registers as a table, after the agency."""
