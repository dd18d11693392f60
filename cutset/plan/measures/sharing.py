"""Sharing: what each agency's markings let each other agency see, and how pointers and requests are answered."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from msgspec.structs import replace

from cutset.access.decide import decide
from cutset.access.registry import Registry, Viewer
from cutset.log.database import chunks
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.log.markings import markings_by_id
from cutset.log.tables import log_report
from cutset.model.marking import Marking
from cutset.model.report import Kind
from cutset.plan.facts import event
from cutset.plan.measure import Figure, Measured
from cutset.plan.measures import facts
from cutset.plan.measures.asking import SHOWN_REPORTS, Ask, fiscal_year_of
from cutset.plan.measures.reading import Reading
from cutset.plan.measures.running import Bounds, Counted, rows_of
from cutset.plan.tally import How, Key, Part, Tally, in_order

SHARED_KINDS = (Kind.SEIZURE, Kind.CASE, Kind.SHIPMENT, Kind.TRACK, Kind.DETECTION, Kind.LAB)
REQUEST_ORDERS = ("release", "request")
POINTER_ORDER = "pointer"
ANSWERING = (Kind.JUDGEMENT, Kind.OUTCOME, Kind.TASKING)
"""The kinds of report that may answer a request."""
ANSWER_DAYS = 30
_DAY_US = 86_400_000_000


_SHARED_ROWS: tuple[tuple[sa.Table, sa.ColumnElement[bool]], ...] = (
    (event, sa.true()),
    (facts.act, facts.act.c.kind.in_([str(kind) for kind in SHARED_KINDS])),
)


class Shared(NamedTuple):
    """How many live reports of one originator under one marking were submitted in one fiscal year of the period."""

    originator: str
    marking_id: int
    fiscal_year: int
    made: bool
    reports: int


def reports_shared(ask: Ask) -> Measured:
    """Reports of one agency whose marking lets another see them; a report seen by three partners counts for three.

    All together counts each report once, if anybody else may see it.
    """
    tally = Tally(How.TOTAL)
    together = 0
    read = shared(ask)
    markings = markings_by_id(ask.reading.connection, {each.marking_id for each in read})
    counts: dict[Key, int] = {}
    for each in read:
        partners = seen_by(ask, markings[each.marking_id])
        own = ask.agency(each.originator)
        partners = [partner for partner in partners if partner != own]
        together += each.reports if partners else 0
        tally.marking_ids.add(each.marking_id)
        for key in dict.fromkeys(_keys(ask, own, partners, each.fiscal_year, markings[each.marking_id])):
            counts[key] = counts.get(key, 0) + each.reports
    tally.made = any(each.made for each in read)
    figures = [Figure(key=key, value=float(counts[key]), reports=counts[key]) for key in sorted(counts, key=in_order)]
    total = sum(each.reports for each in read)
    whole = Figure(value=float(together), denominator=float(total), reports=total) if read else Figure()
    return with_reports(ask, ask.answer(tally, figures=figures, whole=whole), total)


def sharing_balance(ask: Ask) -> Measured:
    """For each pair of agencies the smaller of the two directions over the larger; all together: of all pairs."""
    read = shared(ask)
    markings = markings_by_id(ask.reading.connection, {each.marking_id for each in read})
    by_year = "fiscal_year" in ask.by
    ways: dict[tuple[str, str, int | str], int] = {}
    tally = Tally(How.RATIO)
    for each in read:
        own = ask.agency(each.originator)
        tally.marking_ids.add(each.marking_id)
        for partner in seen_by(ask, markings[each.marking_id]):
            if partner != own:
                way = (own, partner, each.fiscal_year if by_year else "")
                ways[way] = ways.get(way, 0) + each.reports
    tally.made = any(each.made for each in read)
    pairs = sorted({(min(one, other), max(one, other), year) for one, other, year in ways}, key=str)
    cells: dict[Key, list[int]] = {}
    all_pairs = [0, 0]
    for one, other, year in pairs:
        two = sorted((ways.get((one, other, year), 0), ways.get((other, one, year), 0)))
        all_pairs = [all_pairs[0] + two[0], all_pairs[1] + two[1]]
        ends = [(one, other)] if {"agency", "partner"} <= set(ask.by) else [(one, other), (other, one)]
        for key in dict.fromkeys(ask.key(agency=end[0], partner=end[1], fiscal_year=year) for end in ends):
            cell = cells.setdefault(key, [0, 0])
            cell[0], cell[1] = cell[0] + two[0], cell[1] + two[1]
    figures = [_balance(key, cells[key]) for key in sorted(cells, key=in_order)]
    whole = _balance((), all_pairs) if pairs else Figure()
    found = ask.answer(tally, figures=figures, whole=whole, empty="no pair of agencies shares a report")
    return with_reports(ask, found, sum(each.reports for each in read))


def _balance(key: Key, two: Sequence[int]) -> Figure:
    value = two[0] / two[1] if two[1] else None
    return Figure(key=key, value=value, numerator=float(two[0]), denominator=float(two[1]), reports=two[0] + two[1])


def counted(ask: Ask) -> sa.Subquery:
    """The live reports of the kinds that are shared, submitted in the period: one row each, as far as visible."""
    rights = ask.reading.rights
    ways = []
    for table, kinds in _SHARED_ROWS:
        columns = [table.c[name] for name in ("seq", "originator", "marking_id", "made")]
        ways.append(
            sa.select(*columns, log_report.c.submitted_us, log_report.c.id)
            .join(log_report, log_report.c.seq == table.c.seq)
            .where(kinds, visible(table.c.marking_id, rights), live(table.c.seq, rights), *_submitted(ask))
        )
    return sa.union_all(*ways).subquery("counted")


def shared(ask: Ask) -> list[Shared]:
    """Live reports submitted in the period, by originator, marking and fiscal year of submission."""
    found: dict[tuple[str, int, int, bool], int] = {}
    by_day = ask.reading.groups("shared", lambda bounds: _by_day(ask, bounds))
    for (originator, marking_id, day, made), (number,) in by_day.items():
        # A period is of whole months, so that a day lies in it wholly or not at all.
        if ask.at(day * _DAY_US):
            of = (originator, marking_id, fiscal_year_of(day * _DAY_US) or 0, made)
            found[of] = found.get(of, 0) + number
    return [Shared(*of, found[of]) for of in sorted(found)]


def _by_day(ask: Ask, bounds: Bounds) -> Iterator[tuple[Hashable, Counted]]:
    """The reports of the kinds that are shared, by originator, marking and day of submission, counted from 1970."""
    day = log_report.c.submitted_us // _DAY_US
    for table, kinds in _SHARED_ROWS:
        columns = [table.c.originator, table.c.marking_id, day.label("day"), table.c.made]
        query = (
            sa.select(*columns, sa.func.count())
            .join(log_report, log_report.c.seq == table.c.seq)
            .where(kinds, visible(table.c.marking_id, ask.reading.rights), bounds(table.c.seq))
            .group_by(*columns)
        )
        for row in rows_of(ask.reading.connection, query):
            originator, marking_id, of_day, made, number = tuple[Any, ...](row)
            yield (originator, marking_id, int(of_day), bool(made)), (number,)


def _submitted(ask: Ask) -> list[sa.ColumnElement[bool]]:
    if ask.period is None:
        return []
    start, end = ask.period.span_us
    return [log_report.c.submitted_us >= start, log_report.c.submitted_us < end]


def seen_by(ask: Ask, marking: Marking) -> list[str]:
    """The agencies in force whose ordinary viewers may see what is marked so, its originator's among them.

    An ordinary viewer has no role, and no `viewer:` release or group names it.
    """
    registry, ordinary = _with_ordinary_viewers(ask.reading.registry)
    return [each.agency for each in ordinary if decide(each, marking, registry).allowed]


@lru_cache(maxsize=16)
def _with_ordinary_viewers(registry: Registry) -> tuple[Registry, tuple[Viewer, ...]]:
    """The registry with one more viewer for each agency in force, and these viewers. None of them is ever stored."""
    name = "ordinary-viewer"
    while any(viewer.id.startswith(name) for viewer in registry.viewers):
        name += "-"
    ordinary = tuple(Viewer(f"{name}@{agency.id}", agency.id) for agency in registry.agencies if agency.active)
    return registry.updated(*ordinary), ordinary


def _keys(ask: Ask, own: str, partners: Sequence[str], year: int, marking: Marking) -> Iterator[Key]:
    forces = [""]
    if "task_force" in ask.by:
        released = [token.partition(":")[2] for token in marking.rel_to or () if token.startswith("group:")]
        forces = released or [""]
    for force in forces:
        for partner in partners:
            yield ask.key(agency=own, partner=partner, task_force=force, fiscal_year=year)


def with_reports(ask: Ask, found: Measured, reports: int) -> Measured:
    """`found` with the number of reports that were counted in the database, and the ids of the first of them."""
    first: list[int] = []
    for table, kinds in _SHARED_ROWS:
        rows = (
            sa.select(table.c.seq)
            .join(log_report, log_report.c.seq == table.c.seq)
            .where(kinds, visible(table.c.marking_id, ask.reading.rights), live(table.c.seq, ask.reading.rights))
            .where(*_submitted(ask))
        )
        first.extend(ask.reading.connection.scalars(rows.order_by(table.c.seq).limit(SHOWN_REPORTS)))
    return replace(found, reports=reports, report_ids=ask.reading.ids(sorted(first)[:SHOWN_REPORTS]))


def requests_answered_in_time(ask: Ask) -> Measured:
    """Requests answered by their due date, of those that fell due in the period.

    A request is a tasking with the order `release` or `request`; it falls due at its own time, or 30 days after it was
    submitted. Whatever another agency submits that names it is its answer: a judgement, an outcome, or a tasking.
    """
    return ask.share(_answered(ask, REQUEST_ORDERS), needs=[Kind.TASKING], empty="no request fell due")


def pointers_answered(ask: Ask) -> Measured:
    """Notices of a hidden match that their owner answered within 30 days: taskings with the order `pointer`."""
    return ask.share(_answered(ask, (POINTER_ORDER,)), needs=[Kind.TASKING], empty="no pointer fell due")


def _answered(ask: Ask, orders: Sequence[str]) -> Iterator[Part]:
    reading = ask.reading
    asked = [row for row in reading.acts(Kind.TASKING).by_seq.values() if row.order_given in orders]
    answers = _answers(reading, [row.id for row in asked]) if asked else {}
    for row in asked:
        due_us = row.at_us if row.at_us is not None else row.submitted_us + ANSWER_DAYS * _DAY_US
        if not ask.at(due_us) or due_us > reading.now_us:
            continue
        others = (each for each in answers[row.id] if each.originator != row.originator)
        first = min(others, key=lambda each: (each.submitted_us, each.marking_id, each.seq), default=None)
        status = "not answered" if first is None else "in time" if first.submitted_us <= due_us else "late"
        rests_on = [row] if first is None else [row, first]
        yield Part(
            keys=(
                ask.key(
                    agency=ask.agency(row.asset or row.originator),
                    partner=ask.agency(row.originator),
                    status=status,
                    fiscal_year=fiscal_year_of(due_us),
                ),
            ),
            amount=float(status == "in time"),
            seqs=tuple(each.seq for each in rests_on),
            marking_ids=tuple(each.marking_id for each in rests_on),
            made=bool(row.made),
            beside=((status, 1.0),),
        )


def _answers(reading: Reading, requests: Sequence[str]) -> dict[str, list[sa.Row[Any]]]:
    """The acts that name each request, by its id."""
    act = facts.act
    naming = [reading.naming(kind).by for kind in ANSWERING]
    named = {id: [seq for by in naming for seq in by.get(id, ())] for id in requests}
    rows: dict[int, sa.Row[Any]] = {}
    for chunk in chunks(sorted({seq for seqs in named.values() for seq in seqs})):
        query = sa.select(act).where(act.c.seq.in_(chunk), visible(act.c.marking_id, reading.rights))
        rows.update((row.seq, row) for row in reading.connection.execute(query))
    return {id: [rows[seq] for seq in seqs if seq in rows] for id, seqs in named.items()}
