"""Makes the overview's base map from the npm package `world-atlas` (Natural Earth, public domain).

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python scripts/basemap.py package/countries-50m.json cutset/web/assets/world.json
    python scripts/basemap.py package/countries-50m.json cutset/web/static/world.geojson

The arcs of the topology are thinned one by one, as seen on the map, so that neighbours keep one border. Antarctica and
islets too small to see are left out. The result is two SVG paths, in tenths of the unit of `cutset.web.projection`;
or, for the map that can be moved, land and borders as GeoJSON in hundredths of a degree, with less left out.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from heapq import heapify, heappop, heappush
from itertools import pairwise
from pathlib import Path
from typing import Any

from cutset.web.projection import Point, project

TOLERANCE = 0.22
"""The area, in square units, of the triangle that a point makes with its neighbours, below which it goes."""
SMALLEST = 0.35
"""The area, in square units, below which a ring goes."""
FINER = 0.04
"""The same two, for the map that one can come closer on, as parts of these."""
ANTARCTICA = "010"


def main(source: Path, target: Path) -> None:
    """Reads TopoJSON from `source` and writes the base map to `target`."""
    topology = json.loads(source.read_text(encoding="utf-8"))
    if target.suffix == ".geojson":
        target.write_text(json.dumps(geojson(topology), separators=(",", ":")) + "\n", encoding="utf-8")
        return
    arcs = [thinned(arc) for arc in places(topology)]
    countries = [each for each in topology["objects"]["countries"]["geometries"] if each.get("id") != ANTARCTICA]
    rings = [
        [project(*place) for place in part]
        for country in countries
        for ring in rings_of(country)
        for part in within_map(ring_of(ring, arcs))
    ]
    uses = Counter(~arc if arc < 0 else arc for country in countries for ring in rings_of(country) for arc in ring)
    shared = [[project(*place) for place in arcs[arc]] for arc, times in uses.items() if times > 1]
    land = "".join(path(ring) + "z" for ring in rings if abs(area(ring)) >= SMALLEST)
    target.write_text(
        json.dumps({"land": land, "borders": "".join(map(path, shared))}, separators=(",", ":")) + "\n",
        encoding="utf-8",
    )


def geojson(topology: dict[str, Any]) -> dict[str, Any]:
    """Land as polygons and borders as lines, in longitude and latitude."""
    arcs = [thinned(arc, TOLERANCE * FINER) for arc in places(topology)]
    countries = [each for each in topology["objects"]["countries"]["geometries"] if each.get("id") != ANTARCTICA]
    uses = Counter(~arc if arc < 0 else arc for country in countries for ring in rings_of(country) for arc in ring)
    land = [
        [rounded(part)]
        for country in countries
        for ring in rings_of(country)
        for part in within_map(ring_of(ring, arcs))
        if abs(area([project(*place) for place in part])) >= SMALLEST * FINER
    ]
    borders = [rounded(arcs[arc]) for arc, times in uses.items() if times > 1]
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"is": name}, "geometry": {"type": kind, "coordinates": shapes}}
            for name, kind, shapes in (("land", "MultiPolygon", land), ("border", "MultiLineString", borders))
        ],
    }


def rounded(line: list[Point]) -> list[tuple[float, float]]:
    """The line as GeoJSON has it, longitude first, to a hundredth of a degree: a kilometre at most."""
    points = [(round(longitude, 2), round(latitude, 2)) for latitude, longitude in line]
    return [point for point, before in zip(points, [None, *points], strict=False) if point != before]


def places(topology: dict[str, Any]) -> Iterator[list[Point]]:
    """The topology's arcs, as latitude and longitude in degrees."""
    (scale_x, scale_y), (move_x, move_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((min(90.0, y * scale_y + move_y), x * scale_x + move_x))
        yield points


def within_map(ring: list[Point]) -> Iterator[list[Point]]:
    """The parts of a ring that lie between 180° west and 180° east, where it crosses that meridian."""
    whole: list[Point] = []
    for latitude, longitude in ring:
        turns = round((whole[-1][1] - longitude) / 360) if whole else 0
        whole.append((latitude, longitude + 360 * turns))
    for shift in (-360, 0, 360):
        part = [(latitude, longitude + shift) for latitude, longitude in whole]
        for side in (1, -1):
            part = clipped(part, side)
        if len(part) > 2:
            yield part


def clipped(ring: list[Point], side: int) -> list[Point]:
    """The ring west of 180° east (`side` 1) or east of 180° west (-1), by Sutherland and Hodgman's rule (1974)."""
    kept: list[Point] = []
    for (lat0, lon0), (lat1, lon1) in zip(ring[-1:] + ring[:-1], ring, strict=True):
        if (lon0 * side <= 180) != (lon1 * side <= 180):
            kept.append((lat0 + (lat1 - lat0) * (180 * side - lon0) / (lon1 - lon0), 180.0 * side))
        if lon1 * side <= 180:
            kept.append((lat1, lon1))
    return kept


def thinned(line: list[Point], tolerance: float = TOLERANCE) -> list[Point]:
    """The line without the points that matter least on the map (Visvalingam and Whyatt, 1993); its ends stay."""
    points = [project(*place) for place in line]
    before, after = list(range(-1, len(points) - 1)), list(range(1, len(points) + 1))
    gone = [False] * len(points)

    def weight(at: int) -> float:
        return abs(area([points[before[at]], points[at], points[after[at]]]))

    heap = [(weight(at), at) for at in range(1, len(points) - 1)]
    heapify(heap)
    latest = {at: found for found, at in heap}
    while heap:
        found, at = heappop(heap)
        if found >= tolerance:
            break
        if gone[at] or latest[at] != found:
            continue
        gone[at] = True
        after[before[at]], before[after[at]] = after[at], before[at]
        for near in (before[at], after[at]):
            if 0 < near < len(points) - 1:
                latest[near] = max(found, weight(near))
                heappush(heap, (latest[near], near))
    return [place for place, out in zip(line, gone, strict=True) if not out]


def rings_of(country: dict[str, Any]) -> Iterator[list[int]]:
    """Every ring of a country's polygons, as numbers of arcs."""
    polygons = [country["arcs"]] if country["type"] == "Polygon" else country.get("arcs", [])
    for polygon in polygons:
        yield from polygon


def ring_of(numbers: Iterable[int], arcs: list[list[Point]]) -> list[Point]:
    """The points of a ring. TopoJSON writes ~n for arc n backwards; each arc begins where the last one ended."""
    ring: list[Point] = []
    for number in numbers:
        arc = arcs[~number][::-1] if number < 0 else arcs[number]
        ring += arc[1:] if ring else arc
    return ring


def area(ring: list[Point]) -> float:
    """The signed area of a ring."""
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True)) / 2


def path(points: list[Point]) -> str:
    """An SVG path in whole tenths, each step relative to the last."""
    whole = [(round(x * 10), round(y * 10)) for x, y in points]
    steps = [(x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in pairwise(whole) if (x0, y0) != (x1, y1)]
    if not steps:
        return ""
    return f"M{whole[0][0]} {whole[0][1]}l" + " ".join(f"{dx} {dy}" for dx, dy in steps).replace(" -", "-")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
