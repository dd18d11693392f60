"""Seizures by commodity, area, mode and direction: events and mass, and the restatements of published totals."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from cutset.log.filters import visible
from cutset.model.report import Kind
from cutset.plan.facts import goods, total
from cutset.plan.measure import Measured
from cutset.plan.measures.asking import SEIZURE, Ask
from cutset.plan.measures.commodities import goods_total
from cutset.plan.measures.counting import counted, first_events
from cutset.plan.measures.published import events_counted, mass_kg, published
from cutset.plan.tally import Part
from cutset.plan.vintages import Restatement, compared, restatements


def seizures(ask: Ask) -> Measured:
    """Seizure events; published totals stand apart."""
    first = first_events(ask, SEIZURE)
    return ask.total(counted(ask, SEIZURE), published=published(ask, events_counted), first=first)


def seized_mass(ask: Ask) -> Measured:
    """Mass of the goods seized, where it follows from the amount reported."""
    return goods_total(ask, "mass_kg", mass_kg, where=[goods.c.mass_kg.is_not(None)], named="of known mass")


def restated(ask: Ask) -> Measured:
    """Records of published lists that a later edition changed, within the period that the totals are for.

    Beside: how many records were compared. Where some were, and none was changed, that is 0; where no two editions of
    a record can be seen, nothing can be told.
    """
    when = f" for {ask.period.label}" if ask.period else ""
    return ask.total(
        _restated(ask),
        needs=[Kind.OUTCOME],
        empty=f"only one edition is visible of each total that was published{when}"
        if _datasets(ask, ask.within(total))
        else "",
    )


def listed(ask: Ask) -> list[Restatement]:
    """The restatements themselves, with both values, of every dataset that the viewer may see."""
    reading = ask.reading
    found: list[Restatement] = []
    for dataset in _datasets(ask):
        found.extend(restatements(reading.sources.plan, reading.rights, dataset))
    return [each for each in found if ask.period is None or ask.period.holds(each.period.year, each.period.month)]


def _datasets(ask: Ask, *where: sa.ColumnElement[bool]) -> list[str]:
    query = sa.select(total.c.dataset).where(visible(total.c.marking_id, ask.reading.rights), *where)
    return sorted(ask.reading.connection.scalars(query.distinct()))


def _restated(ask: Ask) -> Iterator[Part]:
    """A part for each step from one edition to the next, of the amount 1 where it restates."""
    reading = ask.reading
    for dataset in _datasets(ask):
        for each in compared(reading.sources.plan, reading.rights, dataset):
            at = each.period
            if ask.period is not None and not ask.period.holds(at.year, at.month):
                continue
            fiscal_year = at.year + (at.month >= 10)
            said = each.said if each.restated is None else tuple(each.restated.changes)
            drugs = sorted({what.partition(" ")[2] for what in said if " " in what}) or [""]
            agency = ask.agency(each.newer.originator)
            keys = (ask.key(agency=agency, month=at.month, fiscal_year=fiscal_year, drug=drug) for drug in drugs)
            yield Part(
                keys=tuple(dict.fromkeys(keys)),
                amount=float(each.restated is not None),
                seqs=(each.older.seq, each.newer.seq),
                marking_ids=(each.older.marking_id, each.newer.marking_id),
                made=bool(each.older.made or each.newer.made),
                beside=(("records compared", 1.0),),
            )
