"""Reports of a small made sea: tracks, sightings, orders and judgements of three agencies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from cutset.model.marking import Marking
from cutset.model.mention import Mention, MentionKind, Role, Selector, SelectorKind
from cutset.model.report import (
    Asset,
    Case,
    Detection,
    Judgement,
    Outcome,
    Portion,
    Position,
    Report,
    Seizure,
    Source,
    Tasking,
    Track,
    Watch,
    When,
    Where,
)
from cutset.track.index import TrackIndex
from tests.samples import marked
from tests.worlds import Store

DAWN = datetime(2024, 5, 1, tzinfo=UTC)


def at(hours: float) -> datetime:
    return DAWN + timedelta(hours=hours)


def ship(mmsi: str = "", imo: str = "", call_sign: str = "", name: str = "", *, by_air: bool = False) -> Mention:
    pairs = ((SelectorKind.MMSI, mmsi), (SelectorKind.IMO, imo), (SelectorKind.CALL_SIGN, call_sign))
    selectors = tuple(Selector(kind, value, value, True) for kind, value in pairs if value)
    kind = MentionKind.AIRCRAFT if by_air else MentionKind.VESSEL
    return Mention(kind=kind, role=Role.CONVEYANCE, name=name, selectors=selectors)


def report(content: Any, *mentions: Mention, marking: Marking | None = None, record: str = "", **of: Any) -> Report:
    source = Source(dataset="made", record=record, occurrence=of.pop("occurrence", 1), made=of.pop("made", False))
    return Report(marking=marking or marked("ash"), source=source, content=content, mentions=mentions, **of)


def track(*positions: tuple[Any, ...], of: Mention | None = None, sensor: str = "AIS", **said: Any) -> Report:
    """Positions as (hours after dawn, latitude, longitude[, knots, course])."""
    asset = said.pop("asset", None)
    found = tuple(Position(at(each[0]), *each[1:]) for each in positions)
    return report(Track(positions=found, sensor=sensor, own=asset), *([of] if of else []), **said)


def asset(name: str, *position: Any, speed_kn: float | None = 25.0, until: float | None = 48, **said: Any) -> Report:
    state = Asset(name=name, sort="cutter", speed_kn=speed_kn, until=None if until is None else at(until),
                  available=said.pop("available", True))  # fmt: skip
    return track(position, sensor="", asset=state, **said)


def seen(
    hours: float, latitude: float, longitude: float, *mentions: Mention, phase: str = "detected", **said: Any
) -> Report:
    content = Detection(
        when=When(at=at(hours)),
        where=Where(latitude_deg=latitude, longitude_deg=longitude, place="Made Sea"),
        phase=phase,
        conveyance=said.pop("conveyance", "go-fast"),
    )
    return report(content, *mentions, **said)


def seized(hours: float, latitude: float, longitude: float, *mentions: Mention, **said: Any) -> Report:
    content = Seizure(when=When(at=at(hours)), where=Where(latitude_deg=latitude, longitude_deg=longitude))
    return report(content, *mentions, **said)


def order(
    said: str, about: str, hours: float, *, to: str = "", by: str = "ash", follows: str = "", due: float | None = None
) -> Report:
    content = Tasking(asset=to or by, order=said, when=When(at=at(hours)), about=(about,), follows=follows,
                      answer_by=None if due is None else When(at=at(due)))  # fmt: skip
    return report(content, marking=marked(by))


def same(*about: str, verdict: str = "same", reverses: str = "") -> Report:
    return report(Judgement(verdict=verdict, about=tuple(sorted(about)), reverses=reverses))


def found(about: str, hours: float, was_found: bool) -> Report:
    return report(Outcome(period=When(at=at(hours)), found=was_found, about=(about,)))


def case(*mentions: Mention, **said: Any) -> Report:
    return report(Case(number="C-1"), *mentions, **said)


def entry(words: str, hours: float, **said: Any) -> Report:
    return report(Watch(when=When(at=at(hours))), text=words, **said)


def apart(report: Report, marking: Marking, *mentions: Mention) -> Report:
    """The report with these mentions in a portion of its own marking."""
    from msgspec.structs import replace

    return replace(report, portions=(Portion(marking=marking, mentions=mentions),))


def index(store: Store) -> TrackIndex:
    found: TrackIndex = store.index(TrackIndex)
    return found
