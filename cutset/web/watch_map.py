"""The picture of a watch as GeoJSON (RFC 7946): points that can be opened, and the lines and areas drawn under them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from cutset.track.events import EventOfInterest
from cutset.track.geodesy import Place, reached
from cutset.track.intercepts import Intercept
from cutset.track.picture import Picture, Seen
from cutset.track.tracks import Track

WIDEST_NMI = 1500.0
"""An area of uncertainty wider than this is not drawn: it would be most of the map. The table says how wide it is."""
_CORNERS = 48
MOST_AREAS = 300

Feature = dict[str, Any]


def collection(features: Iterable[Feature], picture: Picture) -> dict[str, Any]:
    """The features with the marking of what they show, and whether any of it is made."""
    return {
        "type": "FeatureCollection",
        "features": list(features),
        "banner": picture.marking.banner if picture.marking else "",
        "made": picture.made,
    }


def points(picture: Picture, at: str) -> Iterator[Feature]:
    """What has a position, in the order of the picture's tables. `at` goes on in the links."""
    for event in picture.events:
        if event.place is not None:
            kind = "alarm" if event.holder is None and not event.phase.ended else "detection"
            kind = "seizure" if event.phase.ended else kind
            name = " · ".join(filter(None, (event.conveyance or "event", event.phase, held(event))))
            yield _point(event.place, name, kind, link(event.id, at))
    for asset in picture.assets:
        place = asset.place or asset.ordered_to
        if place is not None:
            words = asset.order if asset.place else f"ordered here: {asset.order}"
            yield _point(place, " · ".join(filter(None, (asset.name, asset.agency, words))), "asset", "")
    for seen in picture.tracks:
        track = seen.track
        if not track.id.startswith("asset:"):
            yield _point(track.place, named(track), "track", link(track.id, at), course=track.course_deg,
                         dark=track.dark, interest=seen.of_interest)  # fmt: skip


def shapes(picture: Picture, found: Sequence[Intercept] = ()) -> Iterator[Feature]:
    """Trails, dark periods, jumps, how far things may be by now, and the ways to a meeting."""
    for seen in picture.tracks:
        yield from _trail(seen)
    areas = [(each.place, each.radius_nmi) for each in picture.events if not each.phase.ended and each.place]
    areas += [(each.track.place, each.track.radius_nmi) for each in picture.tracks if each.of_interest]
    for place, radius in areas[:MOST_AREAS]:
        if place is not None and radius is not None and radius <= WIDEST_NMI:
            ring = [reached(place, 360 * number / _CORNERS, radius) for number in range(_CORNERS)]
            yield _shape("Polygon", [_line([*ring, ring[0]])], "reach")
    for each in found:
        if each.meeting is not None and each.asset.place is not None:
            way = _line([each.asset.place, each.meeting.place])
            yield _shape("LineString", way, "outside" if each.inside is False else "intercept")


def _trail(seen: Seen) -> Iterator[Feature]:
    track = seen.track
    if len(track.trail) > 1:
        yield _shape("LineString", _line(track.trail), "dim" if not seen.of_interest else "trail")
    for gap in track.gaps:
        if gap.came is not None:
            yield _shape("LineString", _line((gap.left, gap.came)), "gap")
    for jump in track.jumps:
        yield _shape("LineString", _line((jump.left, jump.came)), "jump")
    if track.reckoned != track.place:
        yield _shape("LineString", _line((track.place, track.reckoned)), "reckoned")


def link(id: str, at: str) -> str:
    """The address of the page of an event or track, at a moment."""
    return f"/watch/one?{urlencode({'id': id} | ({'at': at} if at else {}))}"


def held(event: EventOfInterest) -> str:
    """Who holds an event, in words."""
    if event.phase.ended:
        return ""
    if event.holder is None:
        return "held by nobody"
    return f"held by {event.holder.agency}" + (f", {event.holder.asset}" if event.holder.asset else "")


def named(track: Track) -> str:
    """A track as a map's label has it: its name, speed and course."""
    words = [track.name or track.id]
    if track.speed_kn is not None:
        words.append(f"{track.speed_kn:.0f} kn")
    if track.course_deg is not None:
        words.append(f"{track.course_deg:03.0f}°")
    return " · ".join([*words, *(["dark"] if track.dark else [])])


def _point(place: Place, name: str, kind: str, url: str, **more: Any) -> Feature:
    said = {key: value for key, value in more.items() if value is not None}
    latitude, longitude = place
    return {
        "type": "Feature",
        "properties": {"name": name, "kind": kind, "url": url} | said,
        "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
    }


def _shape(form: str, coordinates: list[Any], kind: str) -> Feature:
    return {
        "type": "Feature",
        "properties": {"kind": kind},
        "geometry": {"type": form, "coordinates": coordinates},
    }


def _line(places: Sequence[Place]) -> list[list[float]]:
    """Longitude and latitude of each; across 180° a line goes on beyond it, so that none crosses the whole map."""
    found: list[list[float]] = []
    for latitude, longitude in places:
        if found:
            longitude += 360 * round((found[-1][0] - longitude) / 360)
        found.append([round(longitude, 5), round(latitude, 5)])
    return found
