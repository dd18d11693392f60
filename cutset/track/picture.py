"""The picture of a moment: tracks, events of interest, assets and alarms, as one viewer may see them.

It shows how things stood at the moment by what is known now: what a report tells counts at the time that it tells of,
whenever it came in; and so do judgements, which say what is one thing, at all times.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from cutset.access.rights import Rights
from cutset.clock import instant, microseconds
from cutset.log.cycles import no_cycles
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
from cutset.track.tracks import NoTrack, Sailed, Struct, Track, Tracks, window
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
        self.tracks = Tracks(reading, self.since_us, self.at_us)
        stood = reported(reading, self.at_us - COURSE_US, self.at_us)
        told = events(reading, self.at_us - COURSE_US, self.at_us, self.tracks, agencies_of(stood))
        self.events = [each for each in told if not each.phase.ended or microseconds(each.since) > self.since_us]
        self.assets = assets(reading, self.at_us - COURSE_US, self.at_us, self.tracks, stood)
        self._cases = _cases(reading, self.tracks.sailings)
        self._open: dict[str, list[str]] = {}
        for of_event in self.events:
            for id in of_event.tracks if not of_event.phase.ended else ():
                self._open.setdefault(id, []).append(of_event.id)

    @property
    def of_interest(self) -> set[str]:
        """The ids of the tracks that the watch has a reason to look at."""
        return {id for id in (*self._cases, *self._open) if id in self.tracks}

    def seen(self, id: str) -> Seen:
        """A track as the picture has it."""
        events = tuple(sorted(self._open.get(id, ())))
        return Seen(track=self.tracks[id], cases=self._cases.get(id, ()), events=events)

    def within(self, box: Box | None) -> list[str]:
        """The tracks whose last position lies in a box: those of interest first, then the latest."""
        last, wanted = self.tracks.last, self.of_interest
        inside = [id for id, fix in last.items() if box is None or fix.place in box]
        return sorted(inside, key=lambda id: (id not in wanted, -last[id].at_us, id))

    def alarms(self) -> list[Alarm]:
        return alarms(self.events, [self.tracks[id] for id in sorted(self.of_interest)], self.assets)

    def find(self, id: str) -> str | None:
        """The track of that id, or that rests on that report."""
        if id in self.tracks:
            return id
        named = (each for each in self.tracks if any(row.id == id for row in self._reports(each)))
        return min(named, default=None)

    def members(self, id: str) -> list[str]:
        """The reports of a track, the latest first."""
        ordered = sorted(self._reports(id), key=lambda row: (row.at_us, row.id), reverse=True)
        return [row.id for row in ordered]

    def _reports(self, id: str) -> list[Any]:
        return list(self.tracks.sailings[id].reports.values())


def _cases(reading: Reading, sailings: Mapping[str, Sailed]) -> dict[str, tuple[str, ...]]:
    """The cases that name a selector of each craft."""
    names = reading.rows(rows.name, rows.name.c.of == "case")
    if not names:
        return {}
    of: dict[tuple[str, str], set[str]] = {}
    for id, each in sailings.items():
        for selector in each.craft.selectors:
            of.setdefault(selector, set()).add(id)
    named = [row for row in names if (row.kind, row.value) in of]
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
    # A thousand ships are a hundred thousand small objects, and no cycle among them. They are gone again with the call
    # in the block: the collector would go through all that is still held when it wakes.
    with no_cycles(), Reading.of(index, rights) as reading:
        return _picture(reading, at, back, box, limit)


def _picture(reading: Reading, at: datetime, back: timedelta, box: Box | None, limit: int | None) -> Picture:
    whole = _Whole(reading, at, back)
    inside = whole.within(box)
    shown = tuple(whole.seen(id) for id in (inside if limit is None else inside[:limit]))
    rings = whole.alarms()
    of_events = tuple(each for each in whole.events if _in(box, each.place))
    of_assets = tuple(each for each in whole.assets if _in(box, each.place or each.ordered_to))
    about = {*(each.id for each in of_events), *(each.id for each in of_assets), *inside}
    rung = tuple(each for each in rings if each.about in about)
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
    with no_cycles(), Reading.of(index, rights) as reading:
        whole = _Whole(reading, at, back)
        if id not in whole.tracks:
            raise NoTrack(id)
        seen = whole.seen(id)
    found = whole.tracks.positions(id)
    return Path(seen=seen, positions=tuple((instant(each.at_us), *each.place) for each in found))


def event(index: TrackIndex, rights: Rights, id: str, at: datetime, *, back: timedelta = DAY) -> EventOfInterest:
    """The event of interest that a report tells of, at a moment. Raises `NoEvent`."""
    with no_cycles(), Reading.of(index, rights) as reading:
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
    with no_cycles(), Reading.of(index, rights) as reading:
        whole = _Whole(reading, at, back)
        track = whole.find(id)
        if track is None:
            raise NoEvent(id)
        return of_track(whole.tracks[track], whole.members(track))


def suggestions(index: TrackIndex, rights: Rights, id: str, at: datetime, *, back: timedelta = DAY) -> Suggestions:
    """How each asset could first meet a track or event of interest. Raises `NoTrack` where nothing of that id is.

    What is assumed is told with it; no order is given by it.
    """
    with no_cycles(), Reading.of(index, rights) as reading:
        whole = _Whole(reading, at, back)
        target = _target(whole, id)
    candidates = [each for each in whole.assets if each.track != target.id or not each.track]
    said = ASSUMED if target.moves else (*ASSUMED[1:], "The target's course is not known: it is taken to lie still.")
    return Suggestions(target=target, intercepts=tuple(intercepts(target, candidates, at)), assumptions=said)


def _target(whole: _Whole, id: str) -> Target:
    tracks = whole.tracks
    if id not in tracks:
        try:
            of_event = _event(whole.events, id)
        except NoEvent:
            raise NoTrack(id) from None
        tied = [each for each in of_event.tracks if each in tracks]
        if not tied:
            return _unmoved(of_event, id)
        id = max(tied, key=lambda each: (tracks.last[each].at_us, each))
    track = tracks[id]
    return Target(id=track.id, place=track.reckoned, course_deg=track.course_deg, speed_kn=track.speed_kn,
                  radius_nmi=track.radius_nmi, reach_kn=track.reach_kn, marking=track.marking,
                  made=track.made)  # fmt: skip


def _unmoved(of_event: EventOfInterest, id: str) -> Target:
    """An event that no track tells the course of, where it was seen last."""
    if of_event.place is None or of_event.radius_nmi is None:
        raise NoTrack(id)
    return Target(id=of_event.id, place=of_event.place, course_deg=None, speed_kn=None,
                  radius_nmi=of_event.radius_nmi, reach_kn=of_event.reach_kn, marking=of_event.marking,
                  made=of_event.made)  # fmt: skip


def span(index: TrackIndex, rights: Rights) -> tuple[datetime, datetime] | None:
    """The times of the first and last visible position, event or order; None where there is none."""
    with Reading.of(index, rights) as reading:
        columns = (rows.placed.c.at_us, rows.event.c.at_us, rows.order.c.at_us, rows.entry.c.at_us)
        found = [each for each in (reading.first_and_last(column) for column in columns) if each is not None]
    if not found:
        return None
    return instant(min(first for first, _ in found)), instant(max(last for _, last in found))
