"""Seizures by commodity, area, mode and direction: events and mass, and the restatements of published totals."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from cutset.log.filters import visible
from cutset.log.tables import log_report
from cutset.model.report import Kind
from cutset.plan.facts import goods, total
from cutset.plan.measure import Measured
from cutset.plan.measures.asking import SEIZURE, Ask
from cutset.plan.measures.commodities import goods_total
from cutset.plan.measures.counting import counted, first_events
from cutset.plan.measures.published import events_counted, mass_kg, published
from cutset.plan.tally import Part
from cutset.plan.vintages import Restatement, restatements


def seizures(ask: Ask) -> Measured:
    """Seizure events; published totals stand apart."""
    first = first_events(ask, SEIZURE)
    return ask.total(counted(ask, SEIZURE), published=published(ask, events_counted), first=first)


def seized_mass(ask: Ask) -> Measured:
    """Mass of the goods seized, where it follows from the amount reported."""
    return goods_total(ask, "mass_kg", mass_kg, where=[goods.c.mass_kg.is_not(None)], named="of known mass")


def restated(ask: Ask) -> Measured:
    """Records of published lists that a later edition changed, within the period that the totals are for."""
    return ask.total(_restated(ask), needs=[Kind.OUTCOME])


def listed(ask: Ask) -> list[Restatement]:
    """The restatements themselves, with both values, of every dataset that the viewer may see."""
    reading = ask.reading
    found: list[Restatement] = []
    for dataset in _datasets(ask):
        found.extend(restatements(reading.sources.plan, reading.rights, dataset))
    return [each for each in found if ask.period is None or ask.period.holds(each.period.year, each.period.month)]


def _datasets(ask: Ask) -> list[str]:
    query = sa.select(total.c.dataset).where(visible(total.c.marking_id, ask.reading.rights)).distinct()
    return sorted(ask.reading.connection.scalars(query))


def _restated(ask: Ask) -> Iterator[Part]:
    found = listed(ask)
    ids = [id for each in found for id in (each.older, each.newer)]
    marks = {
        row.id: row
        for start in range(0, len(ids), 500)
        for row in ask.reading.connection.execute(
            sa.select(log_report.c.id, log_report.c.seq, log_report.c.marking_id, total.c.made)
            .join(total, total.c.seq == log_report.c.seq)
            .where(log_report.c.id.in_(ids[start : start + 500]))
        )
    }
    for each in found:
        older, newer = marks[each.older], marks[each.newer]
        fiscal_year = each.period.year + (each.period.month >= 10)
        drugs = sorted({what.partition(" ")[2] for what in each.changes if " " in what}) or [""]
        agency = ask.agency(each.agency)
        yield Part(
            keys=tuple(
                dict.fromkeys(
                    ask.key(agency=agency, month=each.period.month, fiscal_year=fiscal_year, drug=drug)
                    for drug in drugs
                )
            ),
            seqs=(older.seq, newer.seq),
            marking_ids=(older.marking_id, newer.marking_id),
            made=bool(older.made or newer.made),
        )
