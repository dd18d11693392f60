"""Leads: an event linked to a case, or to another event, by verified selectors that both reports name.

No table of pairs is kept. Postings are filtered by the viewer's markings and by what is live; only then is a value
counted, passed over as too common, and joined by selector into pairs. What a hidden report says can therefore show
neither in a lead, nor in a score, nor in the absence of a lead.
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import combinations, groupby, product
from typing import Any, NamedTuple

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.clock import instant
from cutset.link.errors import NotFound
from cutset.link.index import LinkIndex
from cutset.link.postings import Side, named, posting, selector
from cutset.link.strength import score, weight
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.log.markings import markings_by_id
from cutset.model.marking import join
from cutset.model.mention import SelectorKind
from cutset.model.report import Kind, Precision, Struct

COMMON_ABOVE = 200
"""A value that more visible live reports bear than this is too common to link any two of them.

200 reports already make some 20,000 pairs; a hawala broker's telephone or an exchange's wallet tells of the broker.
"""


class Reason(Struct, frozen=True):
    """A selector that both reports name: its kind and normalised value, and each side's roles and own writings.

    `reports` is how many live reports that the viewer may see bear the value, `weight` what it adds (0 to 1).
    """

    kind: SelectorKind
    value: str
    event_roles: tuple[str, ...]
    other_roles: tuple[str, ...]
    event_written: tuple[str, ...]
    other_written: tuple[str, ...]
    reports: int
    weight: float


class LeadClock(Struct, frozen=True):
    """When it happened, when each agency submitted it, and when the lead could first be seen. All in UTC.

    `event` is None where the report gives no time; `made` is when the index applied the later of the two reports.
    """

    event: datetime | None
    precision: Precision
    event_submitted: datetime
    other_submitted: datetime
    made: datetime


class Lead(Struct, frozen=True):
    """A link from an event to a case or to another, earlier event, with its score, reasons and clock.

    `event` and `other` are report ids; `kinds`, `agencies` and `datasets` are theirs, in that order. `score` is from
    0 to 1 (see `cutset.link.strength`). `banner` is the join of the markings of all that the lead shows. `made` is
    true if either report is an exercise's.
    """

    id: str
    event: str
    other: str
    kinds: tuple[Kind, Kind]
    agencies: tuple[str, str]
    datasets: tuple[str, str]
    score: float
    reasons: tuple[Reason, ...]
    clock: LeadClock
    banner: str
    made: bool = False

    @property
    def case(self) -> str:
        """The case's report id, or "" where the lead links two events."""
        return self.other if self.kinds[1] is Kind.CASE else ""


class CommonValue(Struct, frozen=True):
    """A selector that too many reports bear to link them: how many live ones the viewer may see, by kind of report."""

    kind: SelectorKind
    value: str
    reports: int
    by_kind: dict[str, int]


class _Report(NamedTuple):
    seq: int
    id: str
    side: Side
    at_us: int | None


class _Pair(NamedTuple):
    event: _Report
    other: _Report
    score: float
    selectors: tuple[int, ...]

    @property
    def order(self) -> tuple[object, ...]:
        """Best score first, then the latest event (those without a time last), then ids."""
        at_us = self.event.at_us
        return (-self.score, at_us is None, -(at_us or 0), self.event.id, self.other.id)

    @property
    def lead_id(self) -> str:
        """`l-` and 26 base32 characters of a hash over the two report ids."""
        digest = sha256(f"{self.event.id}\n{self.other.id}".encode()).digest()
        return "l-" + b32encode(digest).decode().lower()[:26]


def leads(
    index: LinkIndex,
    rights: Rights,
    *,
    case: str | None = None,
    event: str | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> list[Lead]:
    """The leads that the viewer may see: best score first, then latest event, then ids.

    `case` and `event` are report ids that narrow them to one case's or one event's; where the viewer may not see
    that report there are none. `limit` is how many to give, `after` the id of the lead where the last page ended.
    Raises `NotFound` where there is no lead `after`.
    """
    with index.engine.connect() as connection:
        pairs, counts = _pairs(connection, rights, [report for report in (case, event) if report is not None])
        if case is not None:
            pairs = [pair for pair in pairs if pair.other.side is Side.CASE and pair.other.id == case]
        if event is not None:
            pairs = [pair for pair in pairs if event in (pair.event.id, pair.other.id)]
        pairs.sort(key=lambda pair: pair.order)
        start = 0
        if after is not None:
            start = next((at + 1 for at, pair in enumerate(pairs) if pair.lead_id == after), -1)
            if start < 0:
                raise NotFound("lead", after)
        page = pairs[start:] if limit is None else pairs[start : start + limit]
        return _told(index, connection, rights, page, counts)


def lead(index: LinkIndex, rights: Rights, lead_id: str) -> Lead:
    """The lead with this id. Raises `NotFound`, in the same words, whether it never was or rests on hidden reports."""
    with index.engine.connect() as connection:
        pairs, counts = _pairs(connection, rights, [])
        page = [pair for pair in pairs if pair.lead_id == lead_id]
        if not page:
            raise NotFound("lead", lead_id)
        return _told(index, connection, rights, page, counts)[0]


def common(index: LinkIndex, rights: Rights) -> list[CommonValue]:
    """The values that more than `COMMON_ABOVE` live reports bear, of those that the viewer may see: commonest first."""
    seen = _seen(rights).cte("seen")
    above = sa.select(seen.c.selector_id).group_by(seen.c.selector_id).having(sa.func.count() > COMMON_ABOVE)
    counted = (
        sa.select(
            selector.c.kind, selector.c.value, named.c.kind.label("report_kind"), sa.func.count().label("reports")
        )
        .select_from(seen)
        .join(selector, selector.c.id == seen.c.selector_id)
        .join(named, named.c.seq == seen.c.seq)
        .where(seen.c.selector_id.in_(above))
        .group_by(selector.c.kind, selector.c.value, named.c.kind)
    )
    by_value: dict[tuple[str, str], dict[str, int]] = {}
    with index.engine.connect() as connection:
        for row in connection.execute(counted):
            by_value.setdefault((row.kind, row.value), {})[row.report_kind] = row.reports
    values = [
        CommonValue(
            kind=SelectorKind(kind), value=value, reports=sum(kinds.values()), by_kind=dict(sorted(kinds.items()))
        )
        for (kind, value), kinds in by_value.items()
    ]
    return sorted(values, key=lambda value: (-value.reports, value.kind, value.value))


def _seen(rights: Rights, *bounds: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """(selector, report, side), once each, of the postings that the viewer may see in live reports."""
    return (
        sa.select(posting.c.selector_id, posting.c.seq, posting.c.side)
        .where(
            visible(posting.c.marking_id, rights),
            visible(posting.c.portion_marking_id, rights),
            live(posting.c.seq, rights),
            *bounds,
        )
        .distinct()
    )


def _pairs(
    connection: sa.Connection, rights: Rights, of: Sequence[str]
) -> tuple[list[_Pair], dict[int, tuple[SelectorKind, int]]]:
    """The pairs, and each shared selector's kind and visible count; complete for those with the reports `of`."""
    bounds = [
        posting.c.selector_id.in_(
            sa.select(posting.c.selector_id).join(named, named.c.seq == posting.c.seq).where(named.c.id == report)
        )
        for report in of
    ]
    seen = _seen(rights, *bounds).cte("seen")
    ends = [sa.func.sum(sa.case((seen.c.side == int(end), 1), else_=0)) for end in (Side.EVENT, Side.SIGN, Side.CASE)]
    linking = (
        sa.select(seen.c.selector_id, sa.func.count().label("reports"))
        .group_by(seen.c.selector_id)
        .having(
            sa.func.count() >= 2,
            sa.func.count() <= COMMON_ABOVE,
            sa.or_(ends[0] >= 2, sa.and_(ends[0] + ends[1] >= 1, ends[2] >= 1)),
        )
        .subquery("linking")
    )
    rows = connection.execute(
        sa.select(
            linking.c.selector_id,
            linking.c.reports,
            selector.c.kind,
            seen.c.seq,
            named.c.id,
            named.c.side,
            named.c.at_us,
        )
        .select_from(linking)
        .join(seen, seen.c.selector_id == linking.c.selector_id)
        .join(selector, selector.c.id == linking.c.selector_id)
        .join(named, named.c.seq == seen.c.seq)
        .order_by(linking.c.selector_id)
    )
    reports: dict[int, _Report] = {}
    counts: dict[int, tuple[SelectorKind, int]] = {}
    shared: dict[tuple[int, int], list[int]] = {}
    for selector_id, bearing in groupby(rows, key=lambda row: row.selector_id):
        bearers = []
        for row in bearing:
            counts[selector_id] = (SelectorKind(row.kind), row.reports)
            if row.seq not in reports:
                reports[row.seq] = _Report(row.seq, row.id, Side(row.side), row.at_us)
            bearers.append(reports[row.seq])
        for event, other in _ends(bearers):
            shared.setdefault((event.seq, other.seq), []).append(selector_id)
    weights = {selector_id: weight(kind, bearing) for selector_id, (kind, bearing) in counts.items()}
    pairs = [
        _Pair(reports[event], reports[other], score(weights[each] for each in by), tuple(by))
        for (event, other), by in shared.items()
    ]
    return pairs, counts


def _ends(bearers: Sequence[_Report]) -> Iterator[tuple[_Report, _Report]]:
    """The pairs that one selector makes: each event and sign with each case, and events among themselves."""
    by_side: dict[Side, list[_Report]] = {end: [] for end in Side}
    for report in bearers:
        by_side[report.side].append(report)
    yield from product(by_side[Side.EVENT], by_side[Side.CASE])
    yield from product(by_side[Side.SIGN], by_side[Side.CASE])
    for left, right in combinations(by_side[Side.EVENT], 2):
        later = max(left, right, key=lambda report: (report.at_us is not None, report.at_us or 0, report.id))
        yield (left, right) if later is left else (right, left)


def _told(
    index: LinkIndex,
    connection: sa.Connection,
    rights: Rights,
    page: Sequence[_Pair],
    counts: dict[int, tuple[SelectorKind, int]],
) -> list[Lead]:
    """The leads of `page`, with all that they show."""
    seqs = sorted({report.seq for pair in page for report in (pair.event, pair.other)})
    by_seq = {row.seq: row for row in _by_seq(connection, sa.select(named), named.c.seq, seqs)}
    borne: dict[tuple[int, int], list[sa.Row[Any]]] = {}
    seen = sa.select(posting, selector.c.value).join(selector, selector.c.id == posting.c.selector_id)
    seen = seen.where(visible(posting.c.marking_id, rights), visible(posting.c.portion_marking_id, rights))
    for row in _by_seq(connection, seen, posting.c.seq, seqs):
        borne.setdefault((row.seq, row.selector_id), []).append(row)
    applied_at = index.applied_at(connection, seqs)
    markings = markings_by_id(
        connection,
        {row.marking_id for row in by_seq.values()}
        | {row.portion_marking_id for rows in borne.values() for row in rows},
    )
    told = []
    for pair in page:
        event, other = by_seq[pair.event.seq], by_seq[pair.other.seq]
        ids = {event.marking_id, other.marking_id}
        reasons = []
        for selector_id in pair.selectors:
            kind, bearing = counts[selector_id]
            of_event, of_other = borne[event.seq, selector_id], borne[other.seq, selector_id]
            ids.update(row.portion_marking_id for row in (*of_event, *of_other))
            reasons.append(
                Reason(
                    kind=kind,
                    value=of_event[0].value,
                    event_roles=_once(row.role for row in of_event),
                    other_roles=_once(row.role for row in of_other),
                    event_written=_once(row.written for row in of_event),
                    other_written=_once(row.written for row in of_other),
                    reports=bearing,
                    weight=weight(kind, bearing),
                )
            )
        told.append(
            Lead(
                id=pair.lead_id,
                event=event.id,
                other=other.id,
                kinds=(Kind(event.kind), Kind(other.kind)),
                agencies=(event.originator, other.originator),
                datasets=(event.dataset, other.dataset),
                score=pair.score,
                reasons=tuple(sorted(reasons, key=lambda reason: (-reason.weight, reason.kind, reason.value))),
                clock=LeadClock(
                    event=None if event.at_us is None else instant(event.at_us),
                    precision=Precision(event.precision),
                    event_submitted=instant(event.submitted_us),
                    other_submitted=instant(other.submitted_us),
                    made=max(applied_at[event.seq], applied_at[other.seq]),
                ),
                banner=join(*(markings[each] for each in sorted(ids))).banner,
                made=event.made or other.made,
            )
        )
    return told


def _by_seq(
    connection: sa.Connection, select: sa.Select[Any], column: sa.ColumnElement[int], seqs: Sequence[int]
) -> Iterator[sa.Row[Any]]:
    for start in range(0, len(seqs), 500):
        yield from connection.execute(select.where(column.in_(seqs[start : start + 500])))


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(words)))
