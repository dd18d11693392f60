"""Alarms: what nobody holds, what was not answered, what is dark or cannot be, which asset is due home."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum

from cutset.model.marking import Marking
from cutset.track.assets import Asset
from cutset.track.events import EventOfInterest
from cutset.track.handoffs import Answer
from cutset.track.tracks import Struct, Track


class Sort(StrEnum):
    """What an alarm is about, the most pressing first."""

    UNANSWERED = "hand-off not answered"
    UNHELD = "nobody holds it"
    ENDURANCE = "past endurance"
    DARK = "gone dark"
    JUMP = "impossible jump"


class Alarm(Struct, frozen=True):
    """Something that a person must see to. `about` is the id of the event, track or asset, `since` when it began."""

    sort: Sort
    about: str
    words: str
    since: datetime
    marking: Marking
    made: bool


def alarms(events: Iterable[EventOfInterest], tracks: Iterable[Track], assets: Sequence[Asset]) -> list[Alarm]:
    """The alarms, by their sort and then the oldest first. `tracks` are those of interest alone."""
    found = [*_of_events(events), *_of_tracks(tracks), *_of_assets(assets)]
    order = list(Sort)
    return sorted(found, key=lambda each: (order.index(each.sort), each.since, each.about, each.words))


def _of_events(events: Iterable[EventOfInterest]) -> Iterator[Alarm]:
    for each in events:
        if each.phase.ended:
            continue
        offered = each.offered
        if offered is not None and offered.answer is Answer.OVERDUE:
            words = f"{offered.giver} offered it to {offered.to}, which was to answer by {offered.answer_by:%H:%M} UTC"
            yield _alarm(Sort.UNANSWERED, each, each.id, words, offered.answer_by)
        if each.holder is None:
            words = f"{each.conveyance or 'an event'} {each.phase}, and nobody is known to hold it"
            yield _alarm(Sort.UNHELD, each, each.id, words, each.since)


def _of_tracks(tracks: Iterable[Track]) -> Iterator[Alarm]:
    for each in tracks:
        name = each.name or each.id
        if each.dark:
            words = f"{name}: no position since {each.at:%Y-%m-%d %H:%M} UTC"
            yield _alarm(Sort.DARK, each, each.id, words, each.at)
        if each.jumps:
            last = each.jumps[-1]
            words = f"{name}: two positions {last.nmi:.0f} nautical miles apart at {last.until:%H:%M} UTC"
            yield _alarm(Sort.JUMP, each, each.id, words, last.until)


def _of_assets(assets: Iterable[Asset]) -> Iterator[Alarm]:
    for each in assets:
        if each.past_endurance and each.until is not None and each.available:
            words = f"{each.name} was to be relieved or back by {each.until:%Y-%m-%d %H:%M} UTC"
            yield _alarm(Sort.ENDURANCE, each, each.id, words, each.until)


def _alarm(sort: Sort, of: EventOfInterest | Track | Asset, about: str, words: str, since: datetime) -> Alarm:
    return Alarm(sort=sort, about=about, words=words, since=since, marking=of.marking, made=of.made)
