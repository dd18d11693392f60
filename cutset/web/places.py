"""Where reports say that something was, as GeoJSON (RFC 7946) for a map."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from cutset.link.search.places import Placed, Places
from cutset.model.marking import join

MOST_PLACES = 100_000
"""Reports on one map: so many can still be moved (`bench/pages.py`)."""


def geojson(found: Places, *, disputed: Container[str] = ()) -> dict[str, Any]:
    """A feature for each report: a point, or of a track a line. The name of one that is `disputed` says so.

    `banner` is the marking of all of them together, `made` says whether any is made, and `total` how many there are.
    """
    return {
        "type": "FeatureCollection",
        "features": [_feature(each, each.id in disputed) for each in found.placed],
        "banner": join(*found.markings).banner if found.markings else "",
        "made": any(each.made for each in found.placed),
        "total": found.total,
        "looked": len(found.placed),
    }


def _feature(placed: Placed, disputed: bool) -> dict[str, Any]:
    words = (str(placed.kind), placed.originator, placed.named, "(disputed)" if disputed else "")
    properties = {"name": " ".join(filter(None, words)), "kind": str(placed.kind), "url": f"/reports/{placed.id}"}
    line = [[longitude, latitude] for latitude, longitude in placed.positions]
    geometry = (
        {"type": "LineString", "coordinates": line} if len(line) > 1 else {"type": "Point", "coordinates": line[0]}
    )
    return {"type": "Feature", "id": placed.id, "properties": properties, "geometry": geometry}
