"""Containers: which were opened or scanned, and whether targeting finds more than chance does."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from cutset import intervals
from cutset.log.database import chunks
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.model.report import Kind
from cutset.plan.dimensions import Value
from cutset.plan.measure import Figure, Measured
from cutset.plan.measures import facts
from cutset.plan.measures.asking import SHOWN_REPORTS, Ask, fiscal_year_of, fiscal_year_of_month
from cutset.plan.measures.examinations import Examination, examinations
from cutset.plan.measures.running import Bounds, Counted, Since, rows_of
from cutset.plan.tally import How, Key, Part, Tally, in_order

_act, _shipment = facts.act, facts.shipment
_CONTAINER = _shipment.c.sort == facts.CONTAINER
_COLUMNS: tuple[sa.ColumnElement[Any], ...] = (
    _act.c.originator,
    _act.c.place,
    _shipment.c.origin,
    _act.c.modality,
    _act.c.month,
    _shipment.c.arrives_month,
    _act.c.marking_id,
    _act.c.made,
)
"""What is told apart of containers. The fiscal year is that of `month`, the period that of their arrival."""


def examined(ask: Ask) -> Measured:
    """Containers that an examination names, of those that arrived in the period.

    By detector: those examined with it, of all that arrived.
    """
    first_of = examinations(ask.reading).first_of
    counted = ask.reading.groups("containers", lambda bounds: _counted(ask, bounds))
    done = {id: row for id, row in _examined(ask).items() if ask.in_month(row.arrives_month)}
    detectors = sorted({first_of[id].row.detector for id in done}) or [""]

    def parts() -> Iterator[Part]:
        for group, (number,) in counted.items():
            if ask.in_month(group[5]):
                yield _part(ask, group, detectors, times=number)
        for id, row in done.items():
            group, by = tuple(row)[2:], first_of[id]
            others = [each for each in detectors if each != by.row.detector]
            yield _part(ask, group, detectors, times=-1)
            yield _part(ask, group, [by.row.detector], by=by, seq=row.seq)
            if others and "detector" in ask.by:
                # It arrived for the other detectors too; all together it counts once.
                yield _part(ask, group, others)
                yield _part(ask, group, [], times=-1)

    needs = [Kind.SHIPMENT, Kind.OUTCOME]
    return ask.share(parts(), needs=needs, empty="no container arrived in the period", first=_first(ask))


def _part(
    ask: Ask,
    group: tuple[Any, ...],
    detectors: Sequence[str],
    *,
    times: int = 1,
    by: Examination | None = None,
    seq: int = 0,
) -> Part:
    """So many containers of a group, under each of the detectors; examined `by` an examination, or not."""
    originator, place, origin, modality, month, _, marking_id, made = group
    values: dict[str, Value] = {
        "agency": ask.agency(originator),
        "place": place,
        "country": origin,
        "modality": modality,
        "fiscal_year": fiscal_year_of_month(month),
    }
    return Part(
        keys=tuple(dict.fromkeys(ask.key(**values, detector=each) for each in detectors)),
        amount=float(by is not None),
        seqs=(seq, by.row.seq) if by else (),
        marking_ids=(marking_id, by.row.marking_id) if by else (marking_id,),
        made=bool(made),
        times=times,
        reports=0 if by else times,
    )


def _counted(ask: Ask, bounds: Bounds) -> Iterator[tuple[Hashable, Counted]]:
    query = (
        sa.select(sa.func.count(), *_COLUMNS)
        .join(_act, _act.c.seq == _shipment.c.seq)
        .where(_CONTAINER, visible(_act.c.marking_id, ask.reading.rights), bounds(_act.c.seq))
        .group_by(*_COLUMNS)
    )
    for row in rows_of(ask.reading.connection, query):
        number, *group = tuple[Any, ...](row)
        yield (*group[:-1], bool(group[-1])), (number,)


class _Looked:
    """The examined things that are live containers, by id, with the ids of all that were looked for."""

    def __init__(self, rows: dict[str, sa.Row[Any]], asked: frozenset[str]) -> None:
        self.rows = rows
        self.asked = asked

    def __len__(self) -> int:
        return len(self.asked)


def _examined(ask: Ask) -> dict[str, sa.Row[Any]]:
    """The live containers that an examination names, by id: their number in the log, their id, and what they are."""
    reading = ask.reading
    wanted = examinations(reading).first_of.keys()
    query = (
        sa.select(_act.c.seq, _act.c.id, *_COLUMNS)
        .join(_shipment, _shipment.c.seq == _act.c.seq)
        .where(_CONTAINER, visible(_act.c.marking_id, reading.rights))
    )

    def renew(kept: _Looked | None, since: Since) -> _Looked:
        gone = set(since.gone())
        rows = {id: row for id, row in kept.rows.items() if id in wanted and row.seq not in gone} if kept else {}
        for row in reading.connection.execute(query.where(since.new(_act.c.seq))) if kept else ():
            if row.id in wanted:
                rows[row.id] = row
        for chunk in chunks(reading.numbers(wanted - kept.asked if kept else wanted)):
            found = query.where(_act.c.seq.in_(chunk), live(_act.c.seq, reading.rights))
            rows.update((row.id, row) for row in reading.connection.execute(found))
        return _Looked(rows, frozenset(wanted))

    return reading.kept("examined containers", renew).rows


def _first(ask: Ask) -> list[int]:
    """The numbers of the first containers that arrived in the period, as many as an answer names."""
    rights, arrives = ask.reading.rights, _shipment.c.arrives_month
    when = [] if ask.period is None else [arrives >= ask.period.first, arrives < ask.period.after]
    query = (
        sa.select(_act.c.seq)
        .join(_shipment, _shipment.c.seq == _act.c.seq)
        .where(_CONTAINER, *when, visible(_act.c.marking_id, rights), live(_act.c.seq, rights))
    )
    return list(ask.reading.connection.scalars(query.order_by(_act.c.seq).limit(SHOWN_REPORTS)))


class _Two:
    """Counts of targeted and of random examinations: how many, and how many found something."""

    def __init__(self) -> None:
        self.examined = {False: 0, True: 0}
        self.found = {False: 0, True: 0}

    def add(self, random: bool, found: bool) -> None:
        self.examined[random] += 1
        self.found[random] += found

    def figure(self, key: Key) -> Figure:
        """The ratio of the two shares, with Katz's interval."""
        counts = (self.found[False], self.examined[False], self.found[True], self.examined[True])
        beside = dict(zip(("targeted finds", "targeted", "random finds", "random"), map(float, counts), strict=True))
        reports = counts[1] + counts[3]
        if not (counts[1] and counts[2]):
            # With no find among the random there is no ratio, and it is not infinite either.
            return Figure(key=key, reports=reports, beside=beside)
        targeted, random = counts[0] / counts[1], counts[2] / counts[3]
        interval = intervals.of_risk_ratio(*counts)
        return Figure(
            key=key,
            value=targeted / random,
            numerator=targeted,
            denominator=random,
            low=interval[0] if interval else None,
            high=interval[1] if interval else None,
            reports=reports,
            beside=beside,
        )


def hit_rate(ask: Ask) -> Measured:
    """The share of targeted examinations that found something, over that of random ones, with its interval."""
    cells: dict[Key, _Two] = {}
    whole, unsaid = _Two(), 0
    rests_on: list[sa.Row[Any]] = []
    for each in examinations(ask.reading).by_seq.values():
        row, tasking = each.row, each.tasking
        if not ask.at(row.at_us):
            continue
        if tasking is None:
            unsaid += 1
            continue
        random, found = bool(each.random), bool(row.found)
        whole.add(random, found)
        cells.setdefault(_key(ask, row), _Two()).add(random, found)
        rests_on += (row, tasking)
    tally = Tally(How.RATIO).add([_resting_on(rests_on)])
    figures = [cells[key].figure(key) for key in sorted(cells, key=in_order)]
    notes = (
        [f"{unsaid} examinations name no tasking that says how they were chosen, and are left out."] if unsaid else []
    )
    total = whole.figure(())
    if total.value is None and whole.examined[True]:
        share = max(1 / whole.examined[True], 0.001)
        more = intervals.needed(share, share / 2)
        notes.append(f"No random examination found anything; some {more} would be needed to tell so small a share.")
    return ask.answer(
        tally,
        needs=[Kind.OUTCOME, Kind.TASKING],
        figures=figures,
        whole=total if total.reports else Figure(),
        empty="no examination tells whether it was targeted or random",
        notes=notes,
    )


def _resting_on(rows: Sequence[sa.Row[Any]]) -> Part:
    ids = {row.marking_id for row in rows}
    return Part(
        keys=(), seqs=tuple(row.seq for row in rows), marking_ids=tuple(ids), made=any(row.made for row in rows)
    )


def _key(ask: Ask, row: sa.Row[Any]) -> Key:
    values: dict[str, Value] = {
        "agency": ask.agency(row.originator),
        "place": row.place,
        "modality": row.modality,
        "detector": row.detector,
        "fiscal_year": fiscal_year_of(row.at_us) if "fiscal_year" in ask.by else None,
    }
    return ask.key(**values)
