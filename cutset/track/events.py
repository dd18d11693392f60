"""Events of interest: how far each came, who holds it, where it may be by now; cues that nobody took up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cutset.clock import instant, microseconds
from cutset.errors import CutsetError
from cutset.model.marking import Marking, join
from cutset.model.report import Kind
from cutset.track import rows
from cutset.track.geodesy import Place
from cutset.track.grouping import Group, groups
from cutset.track.handoffs import HandOff, Hands, Holder
from cutset.track.reading import Reading
from cutset.track.tracks import Struct, Track, radius_nmi
from cutset.track.words import FURTHER, HEEDED, HOLDING, LOST, REACH_KN, SIGHTED_NMI, VESSEL_KN, Order, Phase

LOST_US = int(LOST.total_seconds() * 1e6)


class NoEvent(CutsetError):
    """No event of interest of that id is visible at that time."""

    def __init__(self, id: str) -> None:
        super().__init__("no event of interest of that id is seen then", where=id, remedy="look at the picture anew")


class Step(Struct, frozen=True):
    """What a report says of an event: a phase, an order, a judgement or a finding."""

    at: datetime
    what: str
    agency: str
    report: str


class EventOfInterest(Struct, frozen=True):
    """What detections, seizures, orders and findings tell of one thing, up to a moment.

    `id` is its earliest visible report. `cue` is true while no person has taken it up: it is tied to no track, and no
    order or judgement names it. `place` is its last known position, None where none was given, and `radius_nmi` how
    far from there it may be by now, on the conveyance's `reach_kn`. `tracks` are the ids of the crafts that it is
    tied to, `also` other agencies that act on it, `offered` the hand-off that waits for an answer. `at` is the last
    word of it, `since` when it came to its phase. `members` are the reports that tell of it, `reports` all that
    it rests on beside the tracks; `marking` is the join of both.
    """

    id: str
    phase: Phase
    since: datetime
    cue: bool
    at: datetime
    age_s: float
    place: Place | None
    placed_at: datetime | None
    radius_nmi: float | None
    reach_kn: float
    area: str
    conveyance: str
    holder: Holder | None
    also: tuple[Holder, ...]
    offered: HandOff | None
    hand_offs: tuple[HandOff, ...]
    tracks: tuple[str, ...]
    steps: tuple[Step, ...]
    members: tuple[str, ...]
    agencies: tuple[str, ...]
    reports: tuple[str, ...]
    marking: Marking
    made: bool


class _Told:
    """What is said of one group."""

    def __init__(self, group: Group) -> None:
        self.group = group
        self.orders: list[sa.Row[Any]] = []
        self.findings: list[sa.Row[Any]] = []


def events(
    reading: Reading, since_us: int, at_us: int, tracks: Mapping[str, Track], agency_of: Mapping[str, str]
) -> list[EventOfInterest]:
    """The events of interest of that time, those that nobody holds first, then the latest."""
    told = [_Told(each) for each in groups(reading, since_us, at_us)]
    _acts(reading, told, at_us)
    found = [_event(reading, each, at_us, tracks, agency_of) for each in told]
    return sorted(found, key=lambda each: (each.phase.ended, each.holder is not None, -each.at.timestamp(), each.id))


def _acts(reading: Reading, told: Sequence[_Told], at_us: int) -> None:
    """Orders and findings that name a member of a group."""
    of = {row.id: each for each in told for row in each.group.members}
    named: dict[int, set[str]] = defaultdict(set)
    for row in reading.among(rows.about, "about", of.keys()):
        named[row.seq].add(row.about)
    for table, taken in ((rows.order, "orders"), (rows.finding, "findings")):
        for row in reading.among(table, "seq", named.keys()):
            if row.at_us <= at_us and (table is rows.finding or row.said in HEEDED):
                for each in {id(of[name]): of[name] for name in named[row.seq]}.values():
                    getattr(each, taken).append(row)


def _event(
    reading: Reading, told: _Told, at_us: int, tracks: Mapping[str, Track], agency_of: Mapping[str, str]
) -> EventOfInterest:
    members, group = told.group.members, told.group
    hands, steps = Hands(agency_of), _Steps()
    acts = [*group.told, *told.orders, *told.findings]
    for row in sorted(acts, key=lambda row: (row.at_us, row.seq)):
        _heed(row, hands, steps)
    hands.due(instant(at_us))
    mine = [tracks[id] for id in sorted(group.crafts) if id in tracks]
    last_us = max([row.at_us for row in acts] + [microseconds(each.at) for each in mine] or [members[-1].at_us])
    last_us = min(last_us, at_us)
    phase, since_us = steps.phase(last_us, at_us)
    place, placed_us, reach, radius = _where(group, mine, at_us)
    conveyance = next((row.conveyance for row in reversed(group.told) if row.conveyance), "")
    marked = {row.marking_id for row in (*members, *acts, *group.judgements)} | group.marking_ids
    marking = join(reading.marking(marked), *(each.marking for each in mine))
    return EventOfInterest(
        id=members[0].id,
        phase=phase,
        since=instant(since_us),
        cue=not (group.crafts or told.orders or group.judgements or phase.ended),
        at=instant(last_us),
        age_s=(at_us - last_us) / 1e6,
        place=place,
        placed_at=None if placed_us is None else instant(placed_us),
        radius_nmi=radius,
        reach_kn=reach,
        area=next((row.place for row in reversed(group.told) if row.place), ""),
        conveyance=conveyance,
        holder=None if phase.ended else hands.holder,
        also=tuple(hands.also[agency] for agency in sorted(hands.also)),
        offered=None if phase.ended else hands.open,
        hand_offs=tuple(hands.hand_offs),
        tracks=tuple(sorted(group.crafts)),
        steps=tuple(steps.said),
        members=tuple(row.id for row in members),
        agencies=tuple(sorted({row.originator for row in (*members, *told.orders)})),
        reports=tuple(sorted({row.id for row in (*members, *acts, *group.judgements)})),
        marking=marking,
        made=any(row.made for row in members),
    )


class _Steps:
    """What was said of an event, and the furthest phase of it with when it came there."""

    def __init__(self) -> None:
        self.said: list[Step] = []
        self._reached: tuple[Phase, int] | None = None
        self._lost_us: int | None = None

    def add(self, row: sa.Row[Any], what: str, phase: Phase | None) -> None:
        agency = getattr(row, "originator", "")
        self.said.append(Step(at=instant(row.at_us), what=what, agency=agency, report=row.id))
        if phase is Phase.LOST:
            self._lost_us = row.at_us
        elif phase is not None:
            self._lost_us = None
            if self._reached is None or FURTHER.index(phase) > FURTHER.index(self._reached[0]):
                self._reached = (phase, row.at_us)

    def phase(self, last_us: int, at_us: int) -> tuple[Phase, int]:
        """The phase at a moment, and since when."""
        reached, since_us = self._reached or (Phase.DETECTED, last_us)
        if reached.ended:
            return reached, since_us
        if self._lost_us is not None:
            return Phase.LOST, self._lost_us
        if at_us - last_us > LOST_US:
            return Phase.LOST, last_us + LOST_US
        return reached, since_us


_ENDS = {True: Phase.DISRUPTED, False: Phase.LOST}


def _heed(row: sa.Row[Any], hands: Hands, steps: _Steps) -> None:
    """Take in what one report says."""
    table = row._mapping
    if "found" in table:
        steps.add(row, "found" if row.found else "nothing found", _ENDS[bool(row.found)])
    elif "said" in table:
        phase = Phase.HANDED_OFF if row.said == Order.TAKE_OVER and row.follows else HOLDING.get(row.said)
        steps.add(row, row.said, phase if hands.take(row) else None)
    else:
        phase = Phase.SEIZED if row.kind == Kind.SEIZURE else _PHASES.get(row.phase, Phase.DETECTED)
        steps.add(row, row.phase or str(row.kind), phase)
        if phase is Phase.MONITORED:
            hands.followed(row)


_PHASES: dict[str, Phase] = {str(phase): phase for phase in FURTHER}


def _where(group: Group, tracks: Sequence[Track], at_us: int) -> tuple[Place | None, int | None, float, float | None]:
    """The last known position, its time, how fast the thing may go, and how far it may be by now."""
    seen = [row for row in group.told if row.latitude_deg is not None]
    row = max(seen, key=lambda row: (row.at_us, row.id), default=None)
    track = max(tracks, key=lambda each: (each.at, each.id), default=None)
    if track is not None and (row is None or microseconds(track.at) >= row.at_us):
        return track.place, microseconds(track.at), track.reach_kn, track.radius_nmi
    if row is None:
        return None, None, VESSEL_KN, None
    reach = REACH_KN.get(row.conveyance, VESSEL_KN)
    radius = radius_nmi(SIGHTED_NMI, reach, (at_us - row.at_us) / 3_600_000_000)
    return (row.latitude_deg, row.longitude_deg), row.at_us, reach, radius


def of_track(track: Track, members: Sequence[str]) -> EventOfInterest:
    """A track as an event of interest of which nothing is said yet. `members` are its reports, by which it is named."""
    return EventOfInterest(
        id=members[0],
        phase=Phase.DETECTED,
        since=track.at,
        cue=False,
        at=track.at,
        age_s=track.age_s,
        place=track.place,
        placed_at=track.at,
        radius_nmi=track.radius_nmi,
        reach_kn=track.reach_kn,
        area="",
        conveyance="",
        holder=None,
        also=(),
        offered=None,
        hand_offs=(),
        tracks=(track.id,),
        steps=(),
        members=tuple(members),
        agencies=track.agencies,
        reports=track.reports,
        marking=track.marking,
        made=track.made,
    )
