"""Assets: where each was when it last reported, what it can do and until when, and what it was ordered to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cutset.clock import instant
from cutset.model.marking import Marking, join
from cutset.track import rows
from cutset.track.geodesy import Place
from cutset.track.identity import crafts
from cutset.track.legs import ends
from cutset.track.reading import Reading
from cutset.track.tracks import Struct, Track
from cutset.track.words import SENT


class Asset(Struct, frozen=True):
    """An asset up to a moment, by what its agency reported of it and the last order to it.

    `place` is its last known position, None where only orders name it; `ordered_to` is where its last order sent it.
    `until` is the end of its endurance, and `past_endurance` whether the moment is after it. `track` is its track.
    """

    id: str
    agency: str
    name: str
    sort: str
    place: Place | None
    at: datetime | None
    age_s: float | None
    speed_kn: float | None
    until: datetime | None
    past_endurance: bool
    available: bool
    order: str
    ordered_at: datetime | None
    ordered_to: Place | None
    area: str
    about: tuple[str, ...]
    track: str
    reports: tuple[str, ...]
    marking: Marking
    made: bool


def reported(reading: Reading, since_us: int, at_us: int) -> list[sa.Row[Any]]:
    """The reports of assets in that time, the last of each agency's asset of a name."""
    last: dict[tuple[str, str], sa.Row[Any]] = {}
    of_time = (rows.placed.c.at_us > since_us, rows.placed.c.at_us <= at_us)
    for row in reading.rows(rows.placed, rows.placed.c.asset != "", *of_time):
        key = (row.originator, row.asset)
        last[key] = max(last.get(key, row), row, key=lambda each: (each.at_us, each.seq))
    return [last[key] for key in sorted(last)]


def assets(
    reading: Reading, since_us: int, at_us: int, tracks: Mapping[str, Track], stood: Sequence[sa.Row[Any]]
) -> list[Asset]:
    """The assets of which anything is known in that time, by agency and name. `stood` is what `reported` gives."""
    orders: dict[tuple[str, str], sa.Row[Any]] = {}
    for row in reading.between(rows.order, since_us, at_us):
        if row.said in SENT and row.asset not in ("", row.originator):
            key = (row.originator, row.asset)
            orders[key] = max(orders.get(key, row), row, key=lambda each: (each.at_us, each.seq))
    named: dict[int, list[str]] = defaultdict(list)
    for row in reading.among(rows.about, "seq", {row.seq for row in orders.values()}):
        named[row.seq].append(row.about)
    states = {(row.originator, row.asset): row for row in stood}
    of = crafts(reading, list(reading.among(rows.name, "seq", {row.seq for row in stood})))
    places = _places(reading, stood)
    found = []
    for key in sorted(states.keys() | orders.keys()):
        state, order = states.get(key), orders.get(key)
        craft = next((each.id for each in of.get(state.seq, [])), f"asset:{key[0]}/{key[1]}") if state else ""
        about = tuple(sorted(named[order.seq])) if order else ()
        track = tracks.get(craft)
        place = places.get(state.seq) if state else None
        found.append(_asset(reading, key, state, order, about, track, place, at_us))
    return found


def _places(reading: Reading, stood: Sequence[sa.Row[Any]]) -> dict[int, Place]:
    """Where each was at the last position of its report."""
    last: dict[int, sa.Row[Any]] = {}
    for row in reading.among(rows.leg, "seq", {row.seq for row in stood}):
        last[row.seq] = max(last.get(row.seq, row), row, key=lambda each: each.to_us)
    return {seq: ends(row.packed)[1].place for seq, row in last.items()}


def _asset(
    reading: Reading,
    key: tuple[str, str],
    state: sa.Row[Any] | None,
    order: sa.Row[Any] | None,
    about: tuple[str, ...],
    track: Track | None,
    place: Place | None,
    at_us: int,
) -> Asset:
    at = instant(state.at_us) if state else None
    if track is not None and at is not None and track.at >= at:
        at, place = track.at, track.place
    until = instant(state.until_us) if state and state.until_us is not None else None
    said = [each for each in (state, order) if each is not None]
    marking = reading.marking({row.marking_id for row in said})
    sent = order is not None and order.latitude_deg is not None
    return Asset(
        id="/".join(key),
        agency=key[0],
        name=key[1],
        sort=state.sort if state else "",
        place=place,
        at=at,
        age_s=(instant(at_us) - at).total_seconds() if at else None,
        speed_kn=state.speed_kn if state else None,
        until=until,
        past_endurance=until is not None and until < instant(at_us),
        available=bool(state.available) if state else True,
        order=order.said if order else "",
        ordered_at=instant(order.at_us) if order else None,
        ordered_to=(order.latitude_deg, order.longitude_deg) if order is not None and sent else None,
        area=order.place if order else "",
        about=about,
        track=track.id if track else "",
        reports=tuple(sorted({row.id for row in said} | set(track.reports if track else ()))),
        marking=join(marking, track.marking) if track else marking,
        made=any(row.made for row in said),
    )
