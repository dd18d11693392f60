"""The map of flows: where on it the bands, dots and names go.

A band is wide where goods left and narrow where they were going: of the usual ways to draw direction it is read best
(D. Holten, J. van Wijk, "A user study on visualizing directed edges in graphs", CHI 2009).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from math import hypot, sqrt

from cutset.model.report import Struct
from cutset.web import numbers
from cutset.web.overview_data import Flow, Place
from cutset.web.palette import UNNAMED
from cutset.web.projection import Point, curve, on_earth, project

MOST = 60
"""Bands drawn at most: with more the map is a ball of wool."""
_EDGE = (-500.0, -232.0, 500.0, 196.0)
_NARROWEST, _WIDEST = 0.9, 11.0


class Band(Struct, frozen=True):
    """One flow: an SVG path, its colour, and what it says."""

    path: str
    colour: int
    drug_class: str
    says: str


class Dot(Struct, frozen=True):
    """A country where goods left (`departs`) or were going; `radius` grows with the events."""

    x: float
    y: float
    radius: float
    departs: bool
    says: str


class Name(Struct, frozen=True):
    """A country's name; `anchor` is SVG's text-anchor."""

    x: float
    y: float
    text: str
    anchor: str


class Pair(Struct, frozen=True):
    """All flows from one country to another, with the events of each drug class, the most first."""

    departure: Place
    destination: Place
    events: int
    mass_kg: float
    by_class: tuple[tuple[str, int], ...]

    @property
    def says(self) -> str:
        """The pair in a sentence."""
        classes = ", ".join(f"{name or UNNAMED} {numbers.count(events)}" for name, events in self.by_class[:4])
        mass = f", {numbers.mass(self.mass_kg)}" if self.mass_kg else ""
        return f"{named(self.departure)} to {named(self.destination)}: {events_of(self.events)}{mass} ({classes})"


class FlowMap(Struct, frozen=True):
    """A laid-out map. `unit` is the length of one unit of the whole world map; `hidden` counts pairs not drawn.

    `large` are names for a wide page, `small` fewer ones for a telephone. `unplaced` are pairs of which a country has
    no known middle, `within` those that stay in one country.
    """

    view_box: str
    unit: float
    bands: tuple[Band, ...]
    dots: tuple[Dot, ...]
    large: tuple[Name, ...]
    small: tuple[Name, ...]
    pairs: tuple[Pair, ...]
    within: tuple[Pair, ...]
    hidden: int
    unplaced: int
    widest_events: int


def named(place: Place) -> str:
    """The country's name, or its code."""
    return place.name or place.code


def events_of(number: int) -> str:
    """`1 event`, `2 events`."""
    return f"{numbers.count(number)} event{'' if number == 1 else 's'}"


def lay_out(flows: Iterable[Flow], colours: Mapping[str, int]) -> FlowMap:
    """The map of `flows`, its greatest `MOST` pairs drawn."""
    pairs = _pairs(flows)
    within = tuple(pair for pair in pairs if pair.departure.code == pair.destination.code)
    between = [pair for pair in pairs if pair.departure.code != pair.destination.code]
    placed = [pair for pair in between if _at(pair.departure) and _at(pair.destination)]
    drawn = placed[:MOST]
    widest = max((pair.events for pair in drawn), default=0)
    runs = [curve(_at(pair.departure) or (0, 0), _at(pair.destination) or (0, 0)) for pair in drawn]
    box = _box([point for of_pair in runs for run in of_pair for point in run])
    unit = box[2] / 1000
    bands = []
    for pair, of_pair in zip(drawn, runs, strict=True):
        width = unit * (_NARROWEST + (_WIDEST - _NARROWEST) * sqrt(pair.events / widest))
        main = pair.by_class[0][0]
        path = "".join(_tapered(run, width, at, len(of_pair)) for at, run in enumerate(of_pair))
        bands.append(Band(path=path, colour=colours.get(main, 8), drug_class=main, says=pair.says))
    dots, weights = _dots(drawn, unit)
    return FlowMap(
        view_box=" ".join(f"{side:.1f}" for side in box),
        unit=unit,
        # The greatest flow lies at the bottom, so that it hides no other.
        bands=tuple(bands),
        dots=tuple(dots),
        large=_names(weights, dots, box, size=12.5 * unit, most=16),
        small=_names(weights, dots, box, size=33 * unit, most=5),
        pairs=tuple(between),
        within=within,
        hidden=len(placed) - len(drawn),
        unplaced=len(between) - len(placed),
        widest_events=widest,
    )


def _pairs(flows: Iterable[Flow]) -> list[Pair]:
    def ends(flow: Flow) -> tuple[str, str]:
        return flow.departure.code, flow.destination.code

    pairs = []
    for _, group in groupby(sorted(flows, key=ends), key=ends):
        members = list(group)
        by_class: dict[str, int] = {}
        for flow in members:
            by_class[flow.drug_class] = by_class.get(flow.drug_class, 0) + max(0, flow.events)
        pairs.append(
            Pair(
                departure=members[0].departure,
                destination=members[0].destination,
                events=sum(by_class.values()),
                mass_kg=sum(flow.mass_kg for flow in members),
                by_class=tuple(sorted(by_class.items(), key=lambda item: (-item[1], item[0]))),
            )
        )
    pairs = [pair for pair in pairs if pair.events]
    return sorted(pairs, key=lambda pair: (-pair.events, pair.departure.code, pair.destination.code))


def _at(place: Place) -> Point | None:
    latitude, longitude = place.latitude_deg, place.longitude_deg
    if latitude is None or longitude is None or not on_earth(latitude, longitude):
        return None
    return latitude, longitude


def _box(points: Sequence[Point]) -> tuple[float, float, float, float]:
    """The part of the world to show, as x, y, width and height: all of `points`, and enough around to know it by."""
    left, top, right, bottom = _EDGE
    whole = (left, top, right - left, bottom - top)
    if not points:
        return whole
    xs, ys = [x for x, _ in points], [y for _, y in points]
    width = min(max(max(xs) - min(xs) + 120, (max(ys) - min(ys) + 70) * 2.2, 420.0), whole[2])
    height = min(max(width / 2.3, max(ys) - min(ys) + 50), whole[3])
    x = min(max((min(xs) + max(xs) - width) / 2, left), right - width)
    y = min(max((min(ys) + max(ys) - height) / 2, top), bottom - height)
    return x, y, width, height


def _tapered(run: Sequence[Point], width: float, part: int, parts: int) -> str:
    """The outline of a band along `run`, the `part`th of `parts`, as an SVG path."""
    left, right = [], []
    last = len(run) - 1
    for at, (x, y) in enumerate(run):
        (x0, y0), (x1, y1) = run[max(0, at - 1)], run[min(last, at + 1)]
        length = hypot(x1 - x0, y1 - y0) or 1.0
        done = (part + at / last) / parts
        half = width / 2 * (1 - 0.88 * done)
        nx, ny = -(y1 - y0) / length * half, (x1 - x0) / length * half
        left.append((x + nx, y + ny))
        right.append((x - nx, y - ny))
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in [*left, *reversed(right)]) + "Z"


def _dots(pairs: Sequence[Pair], unit: float) -> tuple[list[Dot], list[tuple[float, Place]]]:
    """A dot for each end, and each country's weight for naming it, the heaviest first."""
    ends: dict[tuple[bool, str], tuple[Place, int]] = {}
    for pair in pairs:
        for departs, place in ((True, pair.departure), (False, pair.destination)):
            ends[departs, place.code] = (place, ends.get((departs, place.code), (place, 0))[1] + pair.events)
    most = max((events for _, events in ends.values()), default=1)
    dots, weights = [], dict[str, tuple[float, Place]]()
    for (departs, code), (place, events) in sorted(ends.items(), key=lambda item: (-item[1][1], item[0])):
        x, y = project(*(_at(place) or (0, 0)))
        verb = "left from" if departs else "bound for"
        radius = unit * (1.8 + 4.2 * sqrt(events / most))
        says = f"{verb} {named(place)}: {events_of(events)}"
        dots.append(Dot(x=round(x, 1), y=round(y, 1), radius=round(radius, 2), departs=departs, says=says))
        weights[code] = (weights.get(code, (0.0, place))[0] + events, place)
    return dots, sorted(weights.values(), key=lambda item: (-item[0], item[1].code))


def _names(
    weights: Sequence[tuple[float, Place]],
    dots: Sequence[Dot],
    box: tuple[float, float, float, float],
    *,
    size: float,
    most: int,
) -> tuple[Name, ...]:
    """Names beside their dots, of the weightiest countries, as many as fit with none over another or over a dot."""
    taken = [(dot.x - dot.radius, dot.y - dot.radius, dot.x + dot.radius, dot.y + dot.radius) for dot in dots]
    names: list[Name] = []
    for _, place in weights:
        if len(names) == most:
            break
        text = named(place)
        x, y = project(*(_at(place) or (0, 0)))
        wide, gap = 0.56 * size * len(text), size * 0.55
        for anchor, left, middle in (
            ("start", x + gap, y),
            ("end", x - gap - wide, y),
            ("middle", x - wide / 2, y - size * 0.95),
            ("middle", x - wide / 2, y + size * 0.95),
        ):
            spot = (left, middle - size * 0.5, left + wide, middle + size * 0.5)
            inside = box[0] < spot[0] and spot[2] < box[0] + box[2] and box[1] < spot[1] and spot[3] < box[1] + box[3]
            if inside and not any(_overlap(spot, other) for other in taken):
                taken.append(spot)
                at = {"start": left, "end": left + wide, "middle": x}[anchor]
                names.append(Name(x=round(at, 1), y=round(middle + size * 0.35, 1), text=text, anchor=anchor))
                break
    return tuple(names)


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
