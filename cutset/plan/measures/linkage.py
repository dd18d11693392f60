"""Linkage: interdictions linked to cases and priority organisations, cases that followed, and what came of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa

from cutset.clock import instant
from cutset.log.database import chunks
from cutset.log.filters import visible
from cutset.log.tables import log_report
from cutset.model.report import Kind
from cutset.plan.dimensions import Value
from cutset.plan.facts import event
from cutset.plan.measure import Measured
from cutset.plan.measures.asking import SEIZURE, Ask, fiscal_year_of
from cutset.plan.measures.counting import counted, first_events, taken_back, touched
from cutset.plan.measures.reading import Accepted, Reading
from cutset.plan.tally import Key, Part

YEAR_US = 365 * 86_400_000_000
CASE_STATES = ("open", "charged", "convicted", "closed")


def linked_to_case(ask: Ask) -> Measured:
    """Seizures with an accepted lead to a case, of all seizures in the period."""
    return _share_linked(ask, lambda row: True)


def linked_to_priority_target(ask: Ask) -> Measured:
    """Seizures with an accepted lead to a case on a priority organisation, of all seizures in the period."""
    return _share_linked(ask, lambda row: bool(row.priority_target))


def _share_linked(ask: Ask, counts: Callable[[sa.Row[Any]], bool]) -> Measured:
    needs = [Kind.SEIZURE, Kind.CASE, Kind.JUDGEMENT]
    return ask.share(_linked(ask, counts), needs=needs, first=first_events(ask, SEIZURE))


def _linked(ask: Ask, counts: Callable[[sa.Row[Any]], bool]) -> Iterator[Part]:
    cases = ask.reading.acts(Kind.CASE).by_seq
    leads = _by_event(ask)
    yield from counted(ask, SEIZURE, amount=0.0)
    for each in touched(ask, leads, SEIZURE):
        yield taken_back(each, amount=0.0)
        found = [given for given in leads[each.seq] if counts(cases[given.case])]
        keys = each.keys
        if "organisation" in ask.by:
            # A seizure linked to nobody has no organisation; it is a part of the whole all the same.
            names = sorted({cases[given.case].organisation for given in found}) or [""]
            keys = tuple(_put(ask, key, organisation=name) for key in keys for name in names)
        yield Part(
            keys=keys,
            amount=float(bool(found)),
            seqs=(each.seq, *(seq for given in found for seq in (given.case, given.judgement))),
            marking_ids=(*each.marking_ids, *(id for given in found for id in given.marking_ids)),
            made=each.made,
        )


def _by_event(ask: Ask) -> dict[int, list[Accepted]]:
    found: dict[int, list[Accepted]] = {}
    for given in ask.reading.accepted:
        found.setdefault(given.event, []).append(given)
    return found


def _put(ask: Ask, key: Key, **values: Value) -> Key:
    return tuple(values.get(name, said) for name, said in zip(ask.by, key, strict=True))


def cases_after_link(ask: Ask) -> Measured:
    """Cases opened within a year after a seizure that an accepted lead links to them; a case counts once.

    Beside: the seizures so linked, those linked to a case that was open before, and those linked to none.
    """
    cases = ask.reading.acts(Kind.CASE).by_seq
    leads = _by_event(ask)
    opened: set[int] = set()

    none = (("seizures linked to no case", 1.0),)

    def parts() -> Iterator[Part]:
        yield from counted(ask, SEIZURE, amount=0.0, beside=none)
        for each in touched(ask, leads, SEIZURE, columns=[event.c.year, event.c.month]):
            yield taken_back(each, amount=0.0, beside=none)
            given = leads[each.seq]
            after = [lead for lead in given if _opened_after(cases[lead.case], each.row)]
            beside = "that led to a case" if after else "linked to an earlier case"
            fresh = [lead for lead in after if lead.case not in opened]
            opened.update(lead.case for lead in fresh)
            kinds = sorted({cases[lead.case].programme for lead in after}) or [""]
            yield Part(
                keys=tuple(_put(ask, key, case_kind=kind) for key in each.keys for kind in kinds)
                if "case_kind" in ask.by
                else each.keys,
                amount=float(len(fresh)),
                seqs=(each.seq, *(seq for lead in given for seq in (lead.case, lead.judgement))),
                marking_ids=(*each.marking_ids, *(id for lead in given for id in lead.marking_ids)),
                made=each.made,
                beside=((f"seizures {beside}", 1.0),),
            )

    needs = [Kind.SEIZURE, Kind.CASE, Kind.JUDGEMENT]
    return ask.total(parts(), needs=needs, first=first_events(ask, SEIZURE))


def _opened_after(case: sa.Row[Any], row: sa.Row[Any]) -> bool:
    """Whether the case was opened in the month of the seizure or within the twelve after it."""
    if case.at_us is None or row.month is None:
        return False
    at = instant(case.at_us)
    return bool(0 <= (at.year - row.year) * 12 + at.month - row.month <= 12)


def interdictions_from_leads(ask: Ask) -> Measured:
    """Seizures that a tasking resting on a case preceded, of all seizures in the period.

    A tasking rests on a case that it names, and precedes a seizure that it names, or that an accepted lead links to
    the same case, if it was submitted before the seizure was.
    """
    reading = ask.reading
    cases, tasks = reading.acts(Kind.CASE).by_id, reading.acts(Kind.TASKING).by_seq
    on_case: dict[int, list[Any]] = {}
    named = reading.naming(Kind.TASKING).by
    for id, seqs in named.items():
        if id in cases:
            on_case.setdefault(cases[id].seq, []).extend(tasks[seq] for seq in seqs if seq in tasks)
    leads = _by_event(ask)
    resting = {task.seq for found in on_case.values() for task in found}
    columns = [log_report.c.id, log_report.c.submitted_us]
    ordered = [id for id, seqs in named.items() if not resting.isdisjoint(seqs)]
    concerned = {*reading.numbers(ordered), *(seq for seq in leads if any(lead.case in on_case for lead in leads[seq]))}

    def parts() -> Iterator[Part]:
        yield from counted(ask, SEIZURE, amount=0.0)
        for each in touched(ask, concerned, SEIZURE, joined=log_report, columns=columns):
            yield taken_back(each, amount=0.0)
            row = each.row
            by_lead = [(task, lead) for lead in leads.get(each.seq, ()) for task in on_case.get(lead.case, ())]
            direct = [tasks[seq] for seq in named.get(row.id, ()) if seq in resting]
            found = [task for task in direct if task.submitted_us < row.submitted_us]
            through = [(task, lead) for task, lead in by_lead if task.submitted_us < row.submitted_us]
            yield Part(
                keys=each.keys,
                amount=float(bool(found or through)),
                seqs=(each.seq, *(task.seq for task in found), *(task.seq for task, _ in through)),
                marking_ids=(
                    *each.marking_ids,
                    *(task.marking_id for task in found),
                    *(id for task, lead in through for id in (task.marking_id, *lead.marking_ids)),
                ),
                made=each.made,
            )

    needs = [Kind.SEIZURE, Kind.CASE, Kind.TASKING]
    return ask.share(parts(), needs=needs, first=first_events(ask, SEIZURE))


def case_outcomes(ask: Ask) -> Measured:
    """Cases opened in the period, by where they stand now; beside: how many stand where."""
    # An event's area is the case's through its accepted leads; a case without one has none.
    areas = ask.reading.standing("areas of cases", lambda: _areas(ask.reading)) if "area" in ask.by else {}

    def parts() -> Iterator[Part]:
        for row in ask.reading.acts(Kind.CASE).by_seq.values():
            if not ask.at(row.at_us):
                continue
            keys = tuple(
                ask.key(
                    agency=ask.agency(row.originator),
                    area=area,
                    case_kind=row.programme,
                    status=row.status,
                    fiscal_year=fiscal_year_of(row.at_us),
                )
                for area in areas.get(row.seq, [""])
            )
            yield Part(
                keys=keys,
                seqs=(row.seq,),
                marking_ids=(row.marking_id,),
                made=bool(row.made),
                beside=((row.status or "not said", 1.0),),
            )

    return ask.total(parts(), needs=[Kind.CASE])


def _areas(reading: Reading) -> dict[int, list[str]]:
    """The areas of the events that accepted leads link to each case."""
    pairs = [(given.event, given.case) for given in reading.accepted]
    area: dict[int, str] = {}
    for chunk in chunks(sorted({one for one, _ in pairs})):
        query = sa.select(event.c.seq, event.c.area).where(
            event.c.seq.in_(chunk), visible(event.c.marking_id, reading.rights)
        )
        area.update((seq, said) for seq, said in reading.connection.execute(query))
    found: dict[int, set[str]] = {}
    for one, case in pairs:
        found.setdefault(case, set()).add(area[one])
    return {case: sorted(areas) for case, areas in found.items()}
