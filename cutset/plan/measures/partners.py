"""Partners: who sits in which task force, which agreements hold, and what training was given."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.log.tables import log_report
from cutset.model.register import Agreement, TaskForce, Training
from cutset.plan.measure import Measured
from cutset.plan.measures.asking import Ask
from cutset.plan.measures.registered import entered, in_force, part, within
from cutset.plan.tally import Part


def task_force_participation(ask: Ask) -> Measured:
    """Memberships of task forces in force on the last day of the period; beside, members who submitted in it."""
    forces = entered(ask, TaskForce)
    active = _submitting(ask) if forces else {}

    def parts() -> Iterator[Part]:
        for each in forces:
            force = each.entry
            # An agency with two parts in one task force is one member of it.
            members = {
                ask.agency(member.agency): member
                for member in force.members
                if in_force(ask, member.since, member.until)
            }
            for agency, member in sorted(members.items()):
                beside = [("members that submitted", float(agency in active))]
                if member.people is not None:
                    beside.append(("people", float(member.people)))
                found = part(
                    ask,
                    each.filed,
                    beside=tuple(beside),
                    agency=agency,
                    area=force.area,
                    task_force=force.id,
                    fiscal_year=ask.period.fiscal_year if ask.period else None,
                )
                if agency in active:
                    found = found._replace(seqs=(active[agency][0],), marking_ids=(active[agency][1],))
                yield found

    return ask.total(parts(), empty="no register entry of a task force is visible")


def _submitting(ask: Ask) -> dict[str, tuple[int, int]]:
    """The first visible live report of each agency in the period: its number in the log, and its marking's id."""
    rights = ask.reading.rights
    bounds = [visible(log_report.c.marking_id, rights), live(log_report.c.seq, rights), log_report.c.kind != "response"]
    if ask.period is not None:
        start, end = ask.period.span_us
        bounds += [log_report.c.submitted_us >= start, log_report.c.submitted_us < end]
    rows = ask.reading.connection.execute(
        sa.select(log_report.c.originator, log_report.c.marking_id, sa.func.min(log_report.c.seq).label("seq"))
        .where(*bounds)
        .group_by(log_report.c.originator, log_report.c.marking_id)
    )
    found: dict[str, tuple[int, int]] = {}
    for row in sorted(rows, key=lambda row: row.seq):
        found.setdefault(ask.agency(row.originator), (row.seq, row.marking_id))
    return found


def agreements_in_force(ask: Ask) -> Measured:
    """Agreements and liaison posts in force on the last day of the period; beside, those begun and lapsed in it."""

    def parts() -> Iterator[Part]:
        for each in entered(ask, Agreement):
            entry = each.entry
            holds = in_force(ask, entry.since, entry.until)
            begun, lapsed = within(ask, entry.since), within(ask, entry.until) and not holds
            if holds or begun or lapsed:
                yield part(
                    ask,
                    each.filed,
                    amount=float(holds),
                    beside=(("begun", float(begun)), ("lapsed", float(lapsed))),
                    partner=ask.agency(entry.partner),
                    country=entry.country,
                    fiscal_year=ask.period.fiscal_year if ask.period else None,
                )

    return ask.total(parts(), empty="no register entry of an agreement is visible")


def training_delivered(ask: Ask) -> Measured:
    """Person-days of training given to partners in the fiscal years of the period."""

    def parts() -> Iterator[Part]:
        for each in entered(ask, Training):
            entry = each.entry
            if ask.period is not None and not ask.in_year(entry.fiscal_year):
                continue
            known = entry.people is not None and entry.days is not None
            amount = float(entry.people or 0) * float(entry.days or 0) if known else 0.0
            beside = [("courses", 1.0), ("people", float(entry.people or 0))]
            if not known:
                beside.append(("entries with no person-days", 1.0))
            yield part(
                ask,
                each.filed,
                amount=amount,
                beside=tuple(beside),
                partner=ask.agency(entry.partner),
                country=entry.country,
                fiscal_year=entry.fiscal_year,
            )

    return ask.total(parts(), empty="no register entry of training is visible")
