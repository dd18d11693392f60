"""The log of a watch: its entries, and what happened meanwhile, by time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.clock import instant, microseconds
from cutset.log.store import Log
from cutset.model.marking import Marking
from cutset.track import rows
from cutset.track.index import TrackIndex
from cutset.track.reading import Reading
from cutset.track.tracks import Struct
from cutset.track.words import HEEDED, SENT

ENTRY = "entry"
_ORDERS = HEEDED | SENT


class Logged(Struct, frozen=True):
    """One line: `sort` is `entry`, `detection`, `seizure` or an order's word; `words` say it, an entry's as written.

    `by` is the viewer who entered it, "" for what other reports tell. `about` are the reports that it concerns.
    """

    at: datetime
    sort: str
    words: str
    agency: str
    by: str
    report: str
    about: tuple[str, ...]
    marking: Marking
    made: bool


def watch_log(
    index: TrackIndex, log: Log, rights: Rights, since: datetime, until: datetime, *, limit: int | None = None
) -> list[Logged]:
    """What is told of the time after `since` up to `until`, the latest first; at most `limit` lines."""
    since_us, until_us = microseconds(since), microseconds(until)
    with Reading.of(index, rights) as reading:
        found = [*reading.between(rows.entry, since_us, until_us), *reading.between(rows.event, since_us, until_us)]
        found += [row for row in reading.between(rows.order, since_us, until_us) if row.said in _ORDERS]
        found.sort(key=lambda row: (-row.at_us, row.id))
        shown = found if limit is None else found[:limit]
        about: dict[int, list[str]] = {}
        for row in reading.among(rows.about, "seq", {row.seq for row in shown}):
            about.setdefault(row.seq, []).append(row.about)
        lines = [(row, tuple(about.get(row.seq, ())), reading.marking([row.marking_id])) for row in shown]
    written = {row.id for row in shown if "station" in row._mapping}
    texts = {id: each.report.text for id, each in log.fetch(written, rights).items()} if written else {}
    return [_line(row, named, marking, texts) for row, named, marking in lines]


def _line(row: sa.Row[Any], about: tuple[str, ...], marking: Marking, texts: dict[str, str]) -> Logged:
    told = row._mapping
    if "station" in told:
        sort, words, by = ENTRY, texts.get(row.id, ""), row.by
    elif "said" in told:
        sort, words, by = (
            row.said,
            " ".join(filter(None, (row.asset, row.said, row.place and f"at {row.place}"))),
            row.by,
        )
    else:
        sort, words, by = row.kind, ", ".join(_told(row)), ""
    return Logged(at=instant(row.at_us), sort=sort, words=words, agency=row.originator, by=by, report=row.id,
                  about=about, marking=marking, made=row.made)  # fmt: skip


def _told(row: sa.Row[Any]) -> Iterator[str]:
    yield " ".join(filter(None, (row.conveyance, row.phase or row.kind)))
    if row.place:
        yield row.place
    if row.latitude_deg is not None:
        yield f"{row.latitude_deg:.2f}, {row.longitude_deg:.2f}"
