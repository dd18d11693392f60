"""Tracks: where each craft was, on what course, what is missing, and what cannot have been."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import msgspec
import sqlalchemy as sa

from cutset.clock import instant, microseconds
from cutset.errors import CutsetError
from cutset.model.marking import Marking
from cutset.track import geodesy, rows
from cutset.track.geodesy import Place
from cutset.track.identity import Craft, crafts
from cutset.track.legs import DARK_US, Fix, cut, ends, jumps, unpack
from cutset.track.reading import Reading
from cutset.track.words import (
    AIRCRAFT_KN,
    FIX_NMI,
    LIVE,
    REACH_KN,
    SIGHTED_NMI,
    VESSEL_KN,
)

MOST_ODD = 20
"""Gaps, and jumps, that are told of one track, the latest; of more, how many there are."""
_HOUR_US = 3_600_000_000


class Struct(msgspec.Struct, frozen=True, kw_only=True):
    """Plain, frozen data."""


class NoTrack(CutsetError):
    """No track of that id is visible at that time."""

    def __init__(self, id: str) -> None:
        super().__init__("no track of that id is seen then", where=id, remedy="look at the picture of that time")


class Gap(Struct, frozen=True):
    """A dark period: no position for more than `words.DARK`. `until` is None while it lasts."""

    since: datetime
    until: datetime | None
    left: Place
    came: Place | None
    nmi: float


class Jump(Struct, frozen=True):
    """Two positions between which nothing can have gone: how far apart, and how fast that would be (None: at once)."""

    since: datetime
    until: datetime
    left: Place
    came: Place
    nmi: float
    speed_kn: float | None


class Track(Struct, frozen=True):
    """One craft's track up to a moment.

    `id` is its strongest visible selector (`imo:…`, `mmsi:…`), `asset:agency/name`, or the report that alone tells of
    it. `at` and the degrees are its last known position, `age_s` seconds before the moment; `radius_nmi` is how far
    from there it may be by now: what the position may have been off, and `reach_kn` for as long as its age.
    `reckoned` is where it would be on its last course and speed. `jumped` and `gapped` count what `jumps` and `gaps`
    show the latest of. `shared` are crafts that it shares a selector with and is not told apart from. `trail` holds
    the ends of its legs (`positions` of one track: all). `marking` is the join of all that it rests on.
    """

    id: str
    name: str
    names: tuple[str, ...]
    selectors: tuple[str, ...]
    by_air: bool
    at: datetime
    latitude_deg: float
    longitude_deg: float
    speed_kn: float | None
    course_deg: float | None
    age_s: float
    dark: bool
    reach_kn: float
    radius_nmi: float
    reckoned: Place
    gaps: tuple[Gap, ...]
    gapped: int
    jumps: tuple[Jump, ...]
    jumped: int
    shared: tuple[str, ...]
    trail: tuple[Place, ...]
    sensors: tuple[str, ...]
    agencies: tuple[str, ...]
    reports: tuple[str, ...]
    marking: Marking
    made: bool

    @property
    def place(self) -> Place:
        """Its last known position."""
        return self.latitude_deg, self.longitude_deg


class Sailed:
    """A craft's legs, with the reports that they are of."""

    __slots__ = ("craft", "legs", "reports")

    def __init__(self, craft: Craft) -> None:
        self.craft = craft
        self.legs: list[sa.Row[Any]] = []
        self.reports: dict[int, sa.Row[Any]] = {}

    def last(self, since_us: int, at_us: int) -> Fix | None:
        """The last position in that time; None where there is none."""
        last, latest_us, beyond = b"", since_us, []
        for row in self.legs:
            to_us = row.to_us
            if to_us > at_us:
                beyond.append(row)
            elif to_us > latest_us or (to_us == latest_us and last and row.packed > last):
                last, latest_us = row.packed, to_us
        found = [ends(last)[1]] if last else []
        # Of a leg that goes on beyond the moment, only a part counts.
        found += [fix for row in beyond for fix in unpack(row.packed) if since_us < fix.at_us <= at_us]
        return max(found, key=_by_time, default=None)


def sailed(reading: Reading, since_us: int, at_us: int) -> dict[str, Sailed]:
    """The legs of every craft between two times, by its id."""
    placed = {row.seq: row for row in reading.of_legs(rows.placed, since_us, at_us)}
    of = crafts(reading, reading.of_legs(rows.name, since_us, at_us))
    alone: dict[str, Craft] = {}
    found: dict[str, Sailed] = {}
    for row in reading.legs(since_us, at_us):
        report = placed[row.seq]
        for craft in of.get(row.seq) or _unnamed(report, alone):
            mine = found.setdefault(craft.id, Sailed(craft))
            mine.legs.append(row)
            mine.reports[row.seq] = report
    return found


def _unnamed(report: sa.Row[Any], alone: dict[str, Craft]) -> list[Craft]:
    """The craft of a report without a visible selector: an asset by its name, else the report's own."""
    if report.sensor in ("detection", "seizure"):
        return []
    id = f"asset:{report.originator}/{report.asset}" if report.asset else report.id
    craft = alone.setdefault(id, Craft(id))
    if report.asset:
        craft.names[report.asset] = None
    return [craft]


class Tracks(Mapping[str, Track]):
    """The tracks of the crafts that have a position in that time, by id; each is made when it is asked for."""

    def __init__(self, reading: Reading, since_us: int, at_us: int) -> None:
        self.sailings = sailed(reading, since_us, at_us)
        found = {id: each.last(since_us, at_us) for id, each in self.sailings.items()}
        self.last = {id: fix for id, fix in found.items() if fix is not None}
        self._reading = reading
        self._time = since_us, at_us
        self._made: dict[str, Track] = {}

    def __getitem__(self, id: str) -> Track:
        if id not in self._made:
            last = self.last[id]
            self._made[id] = _track(self._reading, self.sailings[id], last, *self._time)
        return self._made[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self.last)

    def __len__(self) -> int:
        return len(self.last)

    def __contains__(self, id: object) -> bool:
        return id in self.last

    def positions(self, id: str) -> list[Fix]:
        """Every position of a track, of all its reports, in the order of time."""
        return positions(self.sailings[id], *self._time)


def positions(sailing: Sailed, since_us: int, at_us: int) -> list[Fix]:
    """Every position in that time, of all reports, in the order of time."""
    near = (row for row in sailing.legs if row.to_us > since_us and row.from_us <= at_us)
    found = {fix for row in near for fix in unpack(row.packed) if since_us < fix.at_us <= at_us}
    return sorted(found, key=_by_time)


def _by_time(fix: Fix) -> tuple[Any, ...]:
    return (*fix[:3], fix.speed_kn is None, fix.speed_kn or 0.0, fix.course_deg is None, fix.course_deg or 0.0)


def _track(reading: Reading, sailing: Sailed, last: Fix, since_us: int, at_us: int) -> Track:
    by_air = any(row.by_air for row in sailing.legs)
    runs = _runs(sailing.legs, since_us, at_us, by_air)
    latest = max(
        (row for row in sailing.legs if row.from_us <= last.at_us),
        key=lambda row: (min(row.to_us, last.at_us), row.seq),
    )
    reports, craft = sailing.reports, sailing.craft
    of = reports[latest.seq]
    gaps, leaps = _odd(runs, at_us, by_air)
    course, speed = _course_and_speed(sailing, runs, since_us, at_us)
    reach = max(speed or 0.0, AIRCRAFT_KN if by_air else REACH_KN.get(of.conveyance, VESSEL_KN))
    age_us = at_us - last.at_us
    off = FIX_NMI if of.sensor == LIVE else SIGHTED_NMI
    names = tuple(sorted(craft.names))
    return Track(
        id=craft.id,
        name=names[0] if names else "",
        names=names,
        selectors=tuple(f"{kind}:{value}" for kind, value in sorted(craft.selectors)),
        by_air=by_air,
        at=instant(last.at_us),
        latitude_deg=last.latitude_deg,
        longitude_deg=last.longitude_deg,
        speed_kn=speed,
        course_deg=course,
        age_s=age_us / 1e6,
        dark=age_us > DARK_US,
        reach_kn=reach,
        radius_nmi=radius_nmi(off, reach, age_us / _HOUR_US),
        reckoned=reckoned(last, course, speed, age_us),
        gaps=tuple(gaps[-MOST_ODD:]),
        gapped=len(gaps),
        jumps=tuple(leaps[-MOST_ODD:]),
        jumped=len(leaps),
        shared=tuple(sorted(craft.shared - {craft.id})),
        trail=_trail(runs),
        sensors=tuple(sorted({row.sensor for row in reports.values()} - {""})),
        agencies=tuple(sorted({row.originator for row in reports.values()})),
        reports=tuple(sorted({row.id for row in reports.values()})),
        marking=reading.marking({*craft.marking_ids, *(row.marking_id for row in reports.values())}),
        made=any(row.made for row in reports.values()),
    )


def radius_nmi(off_nmi: float, reach_kn: float, age_h: float) -> float:
    """How far from its last known position a craft may be: `off + reach x age`, and never more than half around.

    >>> radius_nmi(0.1, 30, 0), radius_nmi(0.1, 30, 2)
    (0.1, 60.1)
    """
    return min(off_nmi + reach_kn * max(age_h, 0.0), geodesy.HALFWAY_NMI)


def reckoned(last: Fix, course_deg: float | None, speed_kn: float | None, age_us: int) -> Place:
    """Where it would be on its last course and speed; where it was last, if either is not known."""
    if course_deg is None or speed_kn is None:
        return last.place
    return geodesy.sailed(last.place, course_deg, speed_kn * age_us / _HOUR_US)


def _runs(of: Sequence[sa.Row[Any]], since_us: int, at_us: int, by_air: bool) -> list[tuple[Fix, Fix]]:
    """The first and last position of each leg in that time, those that lie across each other laid together."""
    found: list[tuple[Fix, Fix]] = []
    for cluster in _clusters(of):
        if len(cluster) == 1 and cluster[0].from_us > since_us and cluster[0].to_us <= at_us:
            found.append(ends(cluster[0].packed))
            continue
        fixes = {fix for row in cluster for fix in unpack(row.packed) if since_us < fix.at_us <= at_us}
        found += [(leg[0], leg[-1]) for leg in cut(sorted(fixes, key=_by_time), by_air=by_air)]
    return found


def _clusters(of: Sequence[sa.Row[Any]]) -> Iterator[list[sa.Row[Any]]]:
    """Legs in the order of time, together where one begins before another has ended."""
    cluster: list[sa.Row[Any]] = []
    until = 0
    for row in sorted(of, key=lambda row: (row.from_us, row.to_us, row.packed)):
        if cluster and row.from_us > until:
            yield cluster
            cluster = []
        cluster.append(row)
        until = max(until, row.to_us) if len(cluster) > 1 else row.to_us
    if cluster:
        yield cluster


def _odd(runs: Sequence[tuple[Fix, Fix]], at_us: int, by_air: bool) -> tuple[list[Gap], list[Jump]]:
    """What lies between legs, and after the last."""
    gaps, leaps = [], []
    for (_, left), (came, _) in pairwise(runs):
        apart_us = came.at_us - left.at_us
        leapt, dark = jumps(left, came, by_air=by_air), apart_us > DARK_US
        if not (leapt or dark):
            continue
        nmi = geodesy.distance_nmi(left.place, came.place)
        if leapt:
            speed = geodesy.speed_kn(nmi, apart_us / 1e6) if apart_us else None
            leaps.append(Jump(since=instant(left.at_us), until=instant(came.at_us), left=left.place, came=came.place,
                              nmi=nmi, speed_kn=speed))  # fmt: skip
        if dark:
            gaps.append(Gap(since=instant(left.at_us), until=instant(came.at_us), left=left.place, came=came.place,
                            nmi=nmi))  # fmt: skip
    last = runs[-1][1]
    if at_us - last.at_us > DARK_US:
        gaps.append(Gap(since=instant(last.at_us), until=None, left=last.place, came=None, nmi=0.0))
    return gaps, leaps


def _course_and_speed(
    sailing: Sailed, runs: Sequence[tuple[Fix, Fix]], since_us: int, at_us: int
) -> tuple[float | None, float | None]:
    """As the last position says; what it does not say is taken from the one before it in the same leg."""
    last = runs[-1][1]
    if last.course_deg is not None and last.speed_kn is not None:
        return last.course_deg, last.speed_kn
    first = runs[-1][0]
    before = [each for each in positions(sailing, max(since_us, first.at_us - 1), at_us) if each.at_us < last.at_us]
    if not before:
        return last.course_deg, last.speed_kn
    nmi = geodesy.distance_nmi(before[-1].place, last.place)
    speed = geodesy.speed_kn(nmi, (last.at_us - before[-1].at_us) / 1e6)
    course = geodesy.course_deg(before[-1].place, last.place) if nmi else None
    return (
        course if last.course_deg is None else last.course_deg,
        speed if last.speed_kn is None else last.speed_kn,
    )


def _trail(runs: Sequence[tuple[Fix, Fix]]) -> tuple[Place, ...]:
    """The ends of the legs, each once."""
    found: list[Place] = []
    for run in runs:
        found += [each.place for each in run if not found or each.place != found[-1]]
    return tuple(found)


def window(at: datetime, back: timedelta) -> tuple[int, int]:
    """A moment and how far back, as microseconds: (since, until)."""
    until = microseconds(at)
    return until - back // timedelta(microseconds=1), until
