"""The tables of the tracking view, and the rows that reports give them. No free text is kept here, and no person.

A row carries the marking of the part of the report that says it: a ship's number in a stricter portion ties its
report's positions to that ship for those alone who may see the portion.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa

from cutset.clock import microseconds
from cutset.log.store import Held
from cutset.log.table_index import TableRows, report_table, text_column
from cutset.model.mention import Mention, MentionKind, SelectorKind
from cutset.model.report import (
    Case,
    Event,
    Judgement,
    Outcome,
    Precision,
    Report,
    Tasking,
    Track,
    Watch,
    When,
    Where,
)
from cutset.track import legs
from cutset.track.legs import Fix
from cutset.track.words import DIFFERENT, SAME

metadata = sa.MetaData()

_table = partial(report_table, metadata)


def _time(name: str, *, index: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, index=index)


leg = _table(
    "track_leg",
    _time("from_us", index=True),
    _time("to_us"),
    sa.Column("by_air", sa.Boolean, nullable=False),
    sa.Column("packed", sa.LargeBinary, nullable=False),
)
"""Legs of positions (`legs`). `by_air` is what the report proper says of the craft."""

placed = _table(
    "track_placed",
    text_column("id", index=True),
    text_column("originator"),
    text_column("sensor"),
    text_column("conveyance"),
    sa.Column("made", sa.Boolean, nullable=False),
    text_column("asset"),
    text_column("sort"),
    sa.Column("speed_kn", sa.Float),
    sa.Column("until_us", sa.BigInteger),
    sa.Column("available", sa.Boolean, nullable=False),
    _time("at_us", index=True),
)
"""The reports that legs are of, with what they say of an asset; `at_us` is their last position's."""

name = _table(
    "track_name",
    text_column("of"),
    sa.Column("mention", sa.Integer, nullable=False),
    sa.Column("rank", sa.Integer, nullable=False),
    text_column("kind"),
    text_column("value", index=True),
)
"""Verified selectors of vessels and aircraft in tracks, events and cases (`of`), the weaker the greater its `rank`; and
their names as written, of kind ""."""

event = _table(
    "track_event",
    text_column("id", index=True),
    text_column("originator"),
    text_column("record"),
    text_column("kind"),
    _time("at_us", index=True),
    sa.Column("latitude_deg", sa.Float),
    sa.Column("longitude_deg", sa.Float),
    text_column("place"),
    text_column("phase"),
    text_column("conveyance"),
    sa.Column("made", sa.Boolean, nullable=False),
)
"""Detections and seizures with a position or a phase. `record` joins those of one agency that tell of one event."""

case = _table("track_case", text_column("id"))
"""The cases that `track_name` has selectors of."""

order = _table(
    "track_order",
    text_column("id", index=True),
    text_column("originator"),
    text_column("by"),
    text_column("said"),
    text_column("asset"),
    _time("at_us", index=True),
    sa.Column("due_us", sa.BigInteger),
    sa.Column("latitude_deg", sa.Float),
    sa.Column("longitude_deg", sa.Float),
    text_column("place"),
    text_column("follows"),
    sa.Column("made", sa.Boolean, nullable=False),
)
"""Taskings: orders to assets, and what watches decide."""

verdict = _table(
    "track_verdict",
    text_column("id", index=True),
    text_column("verdict"),
    text_column("reverses", index=True),
    _time("at_us"),
)
"""Judgements that two whole reports are of one event, or are not, and those that undo one."""

finding = _table("track_finding", text_column("id"), sa.Column("found", sa.Boolean, nullable=False), _time("at_us"))
"""Outcomes that say whether something was found."""

entry = _table(
    "track_entry",
    text_column("id"),
    text_column("originator"),
    text_column("by"),
    text_column("station"),
    _time("at_us", index=True),
    sa.Column("made", sa.Boolean, nullable=False),
)
"""Entries in the log of a watch, without their words."""

about = _table("track_about", text_column("about", index=True))
"""What orders, judgements, outcomes and entries are about, by report id."""

RANKS = {
    SelectorKind.IMO: 0,
    SelectorKind.ICAO_ADDRESS: 0,
    SelectorKind.MMSI: 1,
    SelectorKind.AIRCRAFT_REGISTRATION: 1,
    SelectorKind.CALL_SIGN: 2,
}
"""The selectors by which a craft is known. An IMO number stays with the hull (IMO resolution A.1117(30)), an ICAO
address with the airframe until its registration changes; MMSI and call sign change with flag and owner."""
_CRAFT = frozenset({MentionKind.VESSEL, MentionKind.AIRCRAFT})


class Rows(TableRows):
    """The rows of one batch of reports."""

    TABLES = metadata

    def add(self, held: Held) -> None:
        """Add the rows of one report."""
        report, id, by = held.entry.report, held.entry.id, held.entry.by
        made, originator = report.source.made, report.originator
        match report.content:
            case Track() as said:
                self._track(held, said)
            case Event() as said:
                self._event(held, said)
            case Case():
                if any(each.rank < _NAMELESS for each in _known(held)):
                    self.put(case, held, id)
                    self._names(held, "case")
            case Tasking() as said:
                due = microseconds(said.answer_by.at) if said.answer_by else None
                self.put(order, held, id, originator, by, said.order, said.asset, self._at(held, said.when), due,
                          *_degrees(said.where), said.where.place, said.follows, made)  # fmt: skip
                self._about(held, said.about)
            case Judgement() as said if said.reverses or _on_reports(said):
                self.put(verdict, held, id, said.verdict, said.reverses, self._at(held, None))
                self._about(held, said.about)
            case Outcome(found=bool(found)) as said:
                self.put(finding, held, id, found, microseconds(said.period.at))
                self._about(held, said.about)
            case Watch() as said:
                self.put(entry, held, id, originator, by, said.station, self._at(held, said.when), made)
                self._about(held, said.about)

    def _at(self, held: Held, when: When | None) -> int:
        return microseconds(when.at if when else held.entry.submitted_at)

    def _about(self, held: Held, ids: Sequence[str]) -> None:
        for each in dict.fromkeys(ids):
            self.put(about, held, each)

    def _track(self, held: Held, said: Track) -> None:
        found = legs.fixes(said.positions)
        if not found:
            return
        self._legs(held, found)
        asset = said.own
        state = ("", "", None, None, False)
        if asset is not None and asset.name:
            until = microseconds(asset.until) if asset.until else None
            state = (asset.name, asset.sort, asset.speed_kn, until, asset.available)  # type: ignore[assignment]
        self._placed(held, said.sensor, "", state, found[-1].at_us)
        self._names(held, "track")

    def _event(self, held: Held, said: Event) -> None:
        report, where = held.entry.report, said.where
        latitude, longitude = _degrees(where)
        if latitude is None and not said.phase:
            return
        at_us, source = microseconds(said.when.at), report.source
        record = f"{source.dataset}\n{source.record}" if source.record else ""
        self.put(event, held, held.entry.id, report.originator, record, str(report.kind), at_us, latitude, longitude,
                  where.place, said.phase, said.conveyance, source.made)  # fmt: skip
        self._names(held, "event")
        # A day is no time at which a ship was somewhere, and what nobody can be told by is no track.
        exact = said.when.precision is Precision.SECOND and any(each.rank < _NAMELESS for each in _known(held))
        if exact and latitude is not None and longitude is not None:
            self._legs(held, [Fix(at_us, latitude, longitude)])
            self._placed(held, str(report.kind), said.conveyance, ("", "", None, None, False), at_us)

    def _legs(self, held: Held, found: list[Fix]) -> None:
        by_air = any(each.kind is MentionKind.AIRCRAFT for each in held.entry.report.mentions)
        for each in legs.cut(found, by_air=by_air):
            self.put(leg, held, each[0].at_us, each[-1].at_us, by_air, legs.pack(each))

    def _placed(self, held: Held, sensor: str, conveyance: str, state: tuple[Any, ...], at_us: int) -> None:
        report = held.entry.report
        self.put(placed, held, held.entry.id, report.originator, sensor, conveyance, report.source.made, *state, at_us)

    def _names(self, held: Held, of: str) -> None:
        self.rows[name] += [
            (held.entry.seq, each.marking_id, of, each.mention, each.rank, each.kind, each.value)
            for each in _known(held)
            if of != "case" or each.rank < _NAMELESS
        ]


def _degrees(where: Where) -> tuple[float | None, float | None]:
    """Latitude and longitude; None of both where they are not those of a place on earth."""
    latitude, longitude = where.latitude_deg, where.longitude_deg
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None, None
    return latitude, longitude


_NAMELESS = 9
"""The rank of a name as written, by which nothing is told from anything."""


class _Known:
    __slots__ = ("kind", "marking_id", "mention", "rank", "value")

    def __init__(self, marking_id: int, mention: int, rank: int, kind: str, value: str) -> None:
        self.marking_id, self.mention, self.rank, self.kind, self.value = marking_id, mention, rank, kind, value


def _known(held: Held) -> Iterator[_Known]:
    """What the vessels and aircraft that a report mentions are known by, each with the marking of its part."""
    for number, (mention, marking_id) in enumerate(_mentions(held.entry.report, held)):
        if mention.kind not in _CRAFT:
            continue
        for each in mention.selectors:
            if each.verified and each.kind in RANKS:
                yield _Known(marking_id, number, RANKS[each.kind], str(each.kind), each.value)
        if mention.name:
            yield _Known(marking_id, number, _NAMELESS, "", mention.name)


def _mentions(report: Report, held: Held) -> Iterator[tuple[Mention, int]]:
    yield from ((each, held.marking_id) for each in report.mentions)
    for portion, marking_id in zip(report.portions, held.portion_marking_ids, strict=True):
        yield from ((each, marking_id) for each in portion.mentions)


def _on_reports(said: Judgement) -> bool:
    return said.verdict in (SAME, DIFFERENT) and not any("#" in each for each in said.about)
