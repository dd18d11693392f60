"""Where reports say that something was, as GeoJSON (RFC 7946) for a map."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import Any

from cutset.model.marking import join
from cutset.model.report import Entry, Track, Where
from cutset.web.projection import on_earth

MOST_POINTS = 2000
"""Positions of a track that are drawn at most; of more, evenly as many."""


def geojson(entries: Iterable[Entry], *, disputed: Container[str] = ()) -> dict[str, Any]:
    """A feature for each report that has a position: a point, or of a track a line; the others are left out.

    The name of one that is `disputed` says so. `banner` is the marking of all of them together, and `made` says whether
    any is made.
    """
    shown = [(entry, each) for entry in entries for each in _features(entry, entry.id in disputed)]
    markings = [entry.report.marking for entry, _ in shown]
    return {
        "type": "FeatureCollection",
        "features": [each for _, each in shown],
        "banner": join(*markings).banner if markings else "",
        "made": any(entry.report.source.made for entry, _ in shown),
    }


def _features(entry: Entry, disputed: bool) -> Iterator[dict[str, Any]]:
    content = entry.report.content
    if isinstance(content, Track):
        line = _thinned([(at.longitude_deg, at.latitude_deg) for at in content.positions])
        if len(line) > 1:
            yield _feature(entry, "", disputed, {"type": "LineString", "coordinates": line})
        return
    where = getattr(content, "where", None)
    if not isinstance(where, Where) or where.latitude_deg is None or where.longitude_deg is None:
        return
    if on_earth(where.latitude_deg, where.longitude_deg):
        point = {"type": "Point", "coordinates": [where.longitude_deg, where.latitude_deg]}
        yield _feature(entry, where.place, disputed, point)


def _feature(entry: Entry, place: str, disputed: bool, geometry: dict[str, Any]) -> dict[str, Any]:
    report = entry.report
    words = (str(report.kind), report.marking.originator, place, "(disputed)" if disputed else "")
    name = " ".join(filter(None, words))
    properties = {"name": name, "kind": str(report.kind), "url": f"/reports/{entry.id}"}
    return {"type": "Feature", "id": entry.id, "properties": properties, "geometry": geometry}


def _thinned(line: list[tuple[float, float]]) -> list[tuple[float, float]]:
    step = -(-len(line) // MOST_POINTS) or 1
    return [*line[:-1:step], *line[-1:]]
