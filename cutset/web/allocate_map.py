"""A network as GeoJSON (RFC 7946): stops and postings as points, ways as lines as wide as what moves there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from cutset.allocate.flows import flows
from cutset.allocate.network import Network, present
from cutset.model.network import Posting, Stop, Way
from cutset.node.networks import Rests

Feature = dict[str, Any]
Place = tuple[float, float]
THINNEST, WIDEST = 1.0, 9.0
"""Widths of lines, in pixels."""


def collection(network: Network, postings: Iterable[Posting], rests: Rests) -> dict[str, Any]:
    """The points, with the lines to be drawn under them as `shapes`, the marking, and whether any of it is made."""
    return {
        "type": "FeatureCollection",
        "features": [*stops(network), *posted(network, postings)],
        "shapes": {"type": "FeatureCollection", "features": list(ways(network))},
        "banner": rests.banner,
        "made": rests.made,
    }


def ways(network: Network) -> Iterator[Feature]:
    """The ways whose stops have a place: `kind` is the modality, `width` grows with the part of the traffic there."""
    moving = parts(network)
    for name, way in network.ways.items():
        line = _line(way)
        if line:
            part = moving.get(name, 0.0)
            said = {"kind": way.modality if way.open else "shut", "name": name}
            said |= {"width": round(THINNEST + (WIDEST - THINNEST) * part, 2)}  # type: ignore[dict-item]
            yield {
                "type": "Feature",
                "properties": said,
                "geometry": {
                    "type": "LineString",
                    "coordinates": [_across(line, number) for number in range(len(line))],
                },
            }


def parts(network: Network) -> dict[str, float]:
    """The part of the traffic that sets out on each way now, of the traffic of which most does, from 0 to 1."""
    most: dict[str, float] = {}
    for of_traffic in flows(network, present(network)).values():
        for way, part in of_traffic.items():
            most[way] = max(most.get(way, 0.0), part)
    return most


def stops(network: Network) -> Iterator[Feature]:
    """The stops that have a place, each once."""
    seen: dict[str, Stop] = {}
    for way in network.ways.values():
        for stop in (way.origin, way.goal):
            if _place(stop):
                seen.setdefault(stop.name, stop)
    for name in sorted(seen):
        place = _place(seen[name])
        if place:
            yield _point(place, name, "stop")


def posted(network: Network, postings: Iterable[Posting]) -> Iterator[Feature]:
    """Postings, in the middle of their ways; what is posted to one way is one mark."""
    by_way: dict[str, list[Posting]] = {}
    for each in postings:
        by_way.setdefault(each.way, []).append(each)
    for name, some in by_way.items():
        middle = _middle(_line(network.ways[name])) if name in network.ways else None
        if middle:
            words = ", ".join(f"{each.means} {each.days:g} d" for each in some)
            yield _point(middle, f"{words} on {name}", "asset")


def _line(way: Way) -> list[Place]:
    """The places of a way, from its origin to its goal; nothing where an end has none."""
    ends = _place(way.origin), _place(way.goal)
    return [ends[0], *way.via, ends[1]] if ends[0] and ends[1] else []


def _place(stop: Stop) -> Place | None:
    if stop.latitude_deg is None or stop.longitude_deg is None:
        return None
    return stop.latitude_deg, stop.longitude_deg


def _middle(line: Sequence[Place]) -> Place | None:
    if not line:
        return None
    half = len(line) // 2
    if len(line) % 2:
        return line[half]
    longitude = sum(_across(line, number)[0] for number in (half - 1, half)) / 2
    return (line[half - 1][0] + line[half][0]) / 2, (longitude + 180) % 360 - 180


def _across(line: Sequence[Place], number: int) -> list[float]:
    """Longitude and latitude; across 180° a line goes on beyond it, so that none crosses the whole map."""
    longitude = line[0][1]
    for _, east in line[1 : number + 1]:
        longitude += (east - longitude + 180) % 360 - 180
    return [round(longitude, 5), round(line[number][0], 5)]


def _point(place: Place, name: str, kind: str) -> Feature:
    latitude, longitude = place
    return {
        "type": "Feature",
        "properties": {"name": name, "kind": kind, "url": ""},
        "geometry": {"type": "Point", "coordinates": [round(longitude, 5), round(latitude, 5)]},
    }


def named(values: Mapping[str, float]) -> str:
    """Figures by name, as people read them.

    >>> named({"kg met a month": 1210.5})
    'kg met a month: 1,210.5'
    """
    return "; ".join(f"{name}: {value:,.6g}" for name, value in values.items())
