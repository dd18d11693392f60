"""The picture of a moment: tracks, events of interest, assets and alarms, as one viewer may see them.

It shows how things stood at the moment by what is known now: what a report tells counts at the time that it tells of,
whenever it came in; and so do judgements, which say what is one thing, at all times.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from cutset.access.rights import Rights
from cutset.clock import instant, microseconds
from cutset.model.marking import Marking, join
from cutset.track import rows
from cutset.track.alarms import Alarm, alarms
from cutset.track.assets import Asset, assets, reported
from cutset.track.events import EventOfInterest, NoEvent, events, of_track
from cutset.track.geodesy import Box, Place
from cutset.track.handoffs import agencies_of
from cutset.track.index import TrackIndex
from cutset.track.intercepts import ASSUMED, Intercept, Target, intercepts
from cutset.track.reading import Reading
from cutset.track.tracks import NoTrack, Sailed, Struct, Track, positions, sailed, tracks, window
from cutset.track.words import COURSE, DAY

COURSE_US = COURSE // timedelta(microseconds=1)


class Seen(Struct, frozen=True):
    """A track in the picture: the cases that know its craft, and the open events that it is tied to."""

    track: Track
    cases: tuple[str, ...] = ()
    events: tuple[str, ...] = ()

    @property
    def of_interest(self) -> bool:
        """Whether the watch has a reason to look at it."""
        return bool(self.cases or self.events)


class Picture(Struct, frozen=True):
    """What is at a moment. `tracks` begins with those of interest, then the latest; `left_out` counts those cut off.

    `window_s` is how far back tracks are looked for. `marking` is the join of all that is shown, None of nothing.
    """

    at: datetime
    window_s: float
    tracks: tuple[Seen, ...]
    left_out: int
    events: tuple[EventOfInterest, ...]
    assets: tuple[Asset, ...]
    alarms: tuple[Alarm, ...]
    marking: Marking | None
    made: bool

    @property
    def cues(self) -> tuple[EventOfInterest, ...]:
        """What nobody has taken up yet."""
        return tuple(each for each in self.events if each.cue)


class Path(Struct, frozen=True):
    """One track with every position of the window, and how the watch sees it."""

    seen: Seen
    positions: tuple[tuple[datetime, float, float], ...]


class Suggestions(Struct, frozen=True):
    """Intercepts of one target, the best first, and what they assume."""

    target: Target
    intercepts: tuple[Intercept, ...]
    assumptions: tuple[str, ...]


class _Whole:
    """All that one reading gives."""

    def __init__(self, reading: Reading, at: datetime, back: timedelta) -> None:
        self.since_us, self.at_us = window(at, back)
        self.sailings = sailed(reading, self.since_us, self.at_us)
        found = {each.id: each for each in tracks(reading, self.sailings.values(), self.since_us, self.at_us)}
        stood = reported(reading, self.at_us - COURSE_US, self.at_us)
        told = events(reading, self.at_us - COURSE_US, self.at_us, found, agencies_of(stood))
        self.events = [each for each in told if not each.phase.ended or microseconds(each.since) > self.since_us]
        self.assets = assets(reading, self.at_us - COURSE_US, self.at_us, found, stood)
        open_on: dict[str, list[str]] = {}
        for of_event in self.events:
            for id in of_event.tracks if not of_event.phase.ended else ():
                open_on.setdefault(id, []).append(of_event.id)
        cases = _cases(reading, self.sailings)
        self.seen = {
            id: Seen(track=track, cases=cases.get(id, ()), events=tuple(sorted(open_on.get(id, ()))))
            for id, track in found.items()
        }

    def alarms(self) -> list[Alarm]:
        return alarms(self.events, [each.track for each in self.seen.values() if each.of_interest], self.assets)


def _cases(reading: Reading, sailings: Mapping[str, Sailed]) -> dict[str, tuple[str, ...]]:
    """The cases that name a selector of each craft."""
    of: dict[tuple[str, str], set[str]] = {}
    for id, each in sailings.items():
        for selector in each.craft.selectors:
            of.setdefault(selector, set()).add(id)
    named = [row for row in reading.rows(rows.name, rows.name.c.of == "case") if (row.kind, row.value) in of]
    case_of = {row.seq: row.id for row in reading.among(rows.case, "seq", {row.seq for row in named})}
    found: dict[str, set[str]] = {}
    for row in named:
        for id in of[row.kind, row.value]:
            found.setdefault(id, set()).add(case_of[row.seq])
    return {id: tuple(sorted(ids)) for id, ids in found.items()}


def picture(
    index: TrackIndex,
    rights: Rights,
    at: datetime,
    *,
    back: timedelta = DAY,
    box: Box | None = None,
    limit: int | None = None,
) -> Picture:
    """The picture at a moment: the tracks of the time `back` before it whose last known position lies in `box`.

    Events, assets and alarms are those of the box too, and those without a position. At most `limit` tracks.
    """
    with Reading.of(index, rights) as reading:
        whole = _Whole(reading, at, back)
    inside = [each for each in whole.seen.values() if box is None or each.track.place in box]
    inside.sort(key=lambda each: (not each.of_interest, -each.track.at.timestamp(), each.track.id))
    shown = tuple(inside if limit is None else inside[:limit])
    of_events = tuple(each for each in whole.events if _in(box, each.place))
    of_assets = tuple(each for each in whole.assets if _in(box, each.place or each.ordered_to))
    about = {*(each.id for each in of_events), *(each.id for each in of_assets), *(each.track.id for each in inside)}
    rung = tuple(each for each in whole.alarms() if each.about in about)
    of_tracks = tuple(each.track for each in shown)
    markings = {each.marking for of in (of_events, of_assets, rung, of_tracks) for each in of}
    return Picture(
        at=at,
        window_s=back.total_seconds(),
        tracks=shown,
        left_out=len(inside) - len(shown),
        events=of_events,
        assets=of_assets,
        alarms=rung,
        marking=join(*sorted(markings, key=lambda each: each.banner)) if markings else None,
        made=any(each.made for of in (of_events, of_assets, rung, of_tracks) for each in of),
    )


def _in(box: Box | None, place: Place | None) -> bool:
    return box is None or place is None or place in box


def path(index: TrackIndex, rights: Rights, id: str, at: datetime, *, back: timedelta = DAY) -> Path:
    """One track with all its positions in the time `back` before a moment. Raises `NoTrack`."""
    with Reading.of(index, rights) as reading:
        whole = _Whole(reading, at, back)
    seen = whole.seen.get(id)
    if seen is None:
        raise NoTrack(id)
    found = positions(whole.sailings[id], whole.since_us, whole.at_us)
    return Path(seen=seen, positions=tuple((instant(each.at_us), *each.place) for each in found))


def event(index: TrackIndex, rights: Rights, id: str, at: datetime, *, back: timedelta = DAY) -> EventOfInterest:
    """The event of interest that a report tells of, at a moment. Raises `NoEvent`."""
    with Reading.of(index, rights) as reading:
        whole = _Whole(reading, at, back)
    return _event(whole.events, id)


def _event(found: Iterable[EventOfInterest], id: str) -> EventOfInterest:
    """The event of that id, that rests on that report, or that is tied to that track: one that has not ended first."""
    mine = [each for each in found if id == each.id or id in each.reports or id in each.tracks]
    if not mine:
        raise NoEvent(id)
    return min(mine, key=lambda each: (id != each.id, each.phase.ended))


def untold(index: TrackIndex, rights: Rights, id: str, at: datetime, *, back: timedelta = DAY) -> EventOfInterest:
    """A track that no order names yet, as the event that the first would make it: its last report. Raises `NoEvent`."""
    with Reading.of(index, rights) as reading:
        whole = _Whole(reading, at, back)
    track = next((each.track for each in whole.seen.values() if id == each.track.id or id in each.track.reports), None)
    if track is None:
        raise NoEvent(id)
    reports = sorted(whole.sailings[track.id].reports.values(), key=lambda row: (row.at_us, row.id), reverse=True)
    return of_track(track, [row.id for row in reports])


def suggestions(index: TrackIndex, rights: Rights, id: str, at: datetime, *, back: timedelta = DAY) -> Suggestions:
    """How each asset could first meet a track or event of interest. Raises `NoTrack` where nothing of that id is.

    What is assumed is told with it; no order is given by it.
    """
    with Reading.of(index, rights) as reading:
        whole = _Whole(reading, at, back)
    target = _target(whole, id)
    candidates = [each for each in whole.assets if each.track != target.id or not each.track]
    said = ASSUMED if target.moves else (*ASSUMED[1:], "The target's course is not known: it is taken to lie still.")
    return Suggestions(target=target, intercepts=tuple(intercepts(target, candidates, at)), assumptions=said)


def _target(whole: _Whole, id: str) -> Target:
    seen = whole.seen.get(id)
    if seen is None:
        try:
            of_event = _event(whole.events, id)
        except NoEvent:
            raise NoTrack(id) from None
        tied = [whole.seen[each] for each in of_event.tracks if each in whole.seen]
        seen = max(tied, key=lambda each: (each.track.at, each.track.id), default=None)
        if seen is None:
            if of_event.place is None or of_event.radius_nmi is None:
                raise NoTrack(id)
            return Target(id=of_event.id, place=of_event.place, course_deg=None, speed_kn=None,
                          radius_nmi=of_event.radius_nmi, reach_kn=of_event.reach_kn, marking=of_event.marking,
                          made=of_event.made)  # fmt: skip
    track = seen.track
    return Target(id=track.id, place=track.reckoned, course_deg=track.course_deg, speed_kn=track.speed_kn,
                  radius_nmi=track.radius_nmi, reach_kn=track.reach_kn, marking=track.marking,
                  made=track.made)  # fmt: skip


def span(index: TrackIndex, rights: Rights) -> tuple[datetime, datetime] | None:
    """The times of the first and last visible position, event or order; None where there is none."""
    with Reading.of(index, rights) as reading:
        columns = (rows.placed.c.at_us, rows.event.c.at_us, rows.order.c.at_us, rows.entry.c.at_us)
        found = [each for each in (reading.first_and_last(column) for column in columns) if each is not None]
    if not found:
        return None
    return instant(min(first for first, _ in found)), instant(max(last for _, last in found))
