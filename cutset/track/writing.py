"""The reports that a watch writes: hand-offs, answers, orders, entries in its log, and how its assets stand."""

from __future__ import annotations

from datetime import datetime, timedelta

from cutset.errors import CutsetError
from cutset.model.marking import Marking
from cutset.model.report import Asset, Judgement, Position, Report, Source, Tasking, Track, Watch, When, Where
from cutset.track.events import EventOfInterest
from cutset.track.geodesy import Place
from cutset.track.handoffs import HandOff
from cutset.track.words import ANSWER, SAME, Order

DATASET = "watch"


class Stale(CutsetError):
    """A hand-off or event is no more as its author saw it."""

    def __init__(self, what: str, where: str) -> None:
        super().__init__(what, where=where, remedy="look at the picture anew, and decide again if you still would")


class BadEntry(CutsetError):
    """What was to be recorded cannot be."""


def order(
    event: EventOfInterest, given: Order, *, asset: str, reason: str, marking: Marking, by: str, at: datetime,
    place: Place | None = None,
) -> Report:  # fmt: skip
    """An order on an event: to monitor, intercept or take over what nobody holds, or to break off."""
    where = Where(latitude_deg=place[0], longitude_deg=place[1]) if place else Where()
    content = Tasking(asset=asset or marking.originator, order=given, when=When(at=at), where=where, about=(event.id,),
                      reason=reason)  # fmt: skip
    return _report(content, marking, by, event.made)


def hand_off(
    event: EventOfInterest, to: str, *, answer_by: datetime | None, reason: str, marking: Marking, by: str, at: datetime
) -> Report:
    """An event offered to another agency. Raises `BadEntry` where the answer would be due before it is asked."""
    due = answer_by or at + ANSWER
    if due <= at:
        raise BadEntry("the answer would be due before the hand-off is offered", where=f"{due:%Y-%m-%d %H:%M} UTC",
                       remedy="give a later time")  # fmt: skip
    content = Tasking(asset=to, order=Order.HAND_OFF, when=When(at=at), about=(event.id,), reason=reason,
                      answer_by=When(at=due))  # fmt: skip
    return _report(content, marking, by, event.made)


def answer(
    event: EventOfInterest, offered: HandOff, taken: bool, *, asset: str, reason: str, marking: Marking, by: str,
    at: datetime,
) -> Report:  # fmt: skip
    """The answer to a hand-off: taken over, by an asset where one is named, or declined."""
    content = Tasking(
        asset=asset or marking.originator,
        order=Order.TAKE_OVER if taken else Order.DECLINE,
        when=When(at=at),
        about=(event.id,),
        reason=reason,
        follows=offered.id,
    )
    return _report(content, marking, by, event.made)


def assigned(cue: EventOfInterest, track: EventOfInterest, *, reason: str, marking: Marking, by: str) -> Report:
    """A judgement that a cue is of a track: each is known by the report that tells of it."""
    content = Judgement(verdict=SAME, about=tuple(sorted((cue.id, track.id))), reason=reason)
    return _report(content, marking, by, cue.made or track.made)


def entry(
    words: str, *, when: datetime, station: str, about: tuple[str, ...], marking: Marking, by: str, made: bool,
    now: datetime,
) -> Report:  # fmt: skip
    """An entry in the log of a watch. Raises `BadEntry` for one without words, or of a time to come."""
    if not words.strip():
        raise BadEntry("an entry needs words", remedy="say what was seen, done or told")
    if when > now + timedelta(minutes=1):
        raise BadEntry("this time is yet to come", where=f"{when:%Y-%m-%d %H:%M} UTC", remedy="say when it was")
    content = Watch(when=When(at=when), station=station, about=about)
    return _report(content, marking, by, made, text=words.strip())


def status(
    asset: Asset, place: Place, *, when: datetime, now: datetime, marking: Marking, by: str, made: bool
) -> Report:
    """Where an asset is and how it stands. Raises `BadEntry` for what is no place, speed, or time."""
    latitude, longitude = place
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise BadEntry("that is no place on earth", where=f"{latitude}, {longitude}",
                       remedy="give degrees, north and east positive")  # fmt: skip
    if not asset.name.strip():
        raise BadEntry("an asset needs a name", remedy="give the name that taskings call it by")
    if asset.speed_kn is not None and not 0 < asset.speed_kn < 1000:
        raise BadEntry("that is no speed of an asset", where=f"{asset.speed_kn} knots", remedy="give knots")
    if when > now + timedelta(minutes=1):
        raise BadEntry("this time is yet to come", where=f"{when:%Y-%m-%d %H:%M} UTC", remedy="say when it was there")
    content = Track(positions=(Position(at=when, latitude_deg=latitude, longitude_deg=longitude),), own=asset)
    return _report(content, marking, by, made)


def _report(
    content: Tasking | Watch | Track | Judgement, marking: Marking, by: str, made: bool, *, text: str = ""
) -> Report:
    return Report(marking=marking, source=Source(dataset=DATASET, record=by, made=made), content=content, text=text)
