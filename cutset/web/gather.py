"""Gathers what the overview page shows, from the views, as one viewer may see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from math import fsum
from typing import Any

import sqlalchemy as sa

from cutset.access.rights import Rights
from cutset.clock import Clock
from cutset.link.index import LinkIndex
from cutset.link.leads import Lead, leads
from cutset.link.postings import posting
from cutset.link.repeats import repeats
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.log.markings import markings_by_id
from cutset.log.store import Log
from cutset.log.tables import log_report
from cutset.model import codes, place
from cutset.model.report import Kind
from cutset.plan.facts import goods
from cutset.plan.index import PlanIndex
from cutset.plan.summary import Summary, SummaryRow, summary
from cutset.web import holdings
from cutset.web.overview_data import (
    Counts,
    Drug,
    Flow,
    OverviewData,
    Percentiles,
    Period,
    Place,
    Repeats,
    Slice,
    Total,
)

TITLE = "Interdiction overview"
LEADS_SHOWN = 9
REPEATS_SHOWN = 8
_OF_EVENTS = ("country", "modality", "direction", "agency", "departure", "destination")
_DRUGS = {"contraband": ("drug", "precursor")}
_LIMITS = (
    "Countries stand for places: a band runs from the middle of one country to the middle of another, and is not the "
    "way that anything took.",
    "What was seized or detected says as much of where agencies look, and of what they report, as of what passes.",
    "The map, the time charts and the table of drugs are of drugs and precursors; events of money, weapons and other "
    "goods stand in the other counts.",
    "Leads rest on verified identifiers only. Names that coincide are none.",
)


def gather(
    log: Log, link_index: LinkIndex, plan_index: PlanIndex, rights: Rights, clock: Clock, *, title: str = TITLE
) -> OverviewData:
    """What the page shows to the viewer whose `rights` these are, at the time that `clock` tells.

    The indexes must be up to date; this does not catch them up.
    """
    by_event = summary(plan_index, rights, by=_OF_EVENTS)
    by_flow = summary(plan_index, rights, by=("departure", "destination", "drug_class"), where=_DRUGS)
    by_time = summary(plan_index, rights, by=("year", "month", "drug_class"), where=_DRUGS)
    by_drug = summary(plan_index, rights, by=("drug",), where=_DRUGS)
    totals = summary(plan_index, rights, by=("dataset", "fiscal_year", "year"), basis="totals", order="key")
    found = leads(link_index, rights)
    groups = repeats(link_index, rights)
    with link_index.engine.connect() as connection:
        held = holdings.holdings(connection, log, rights)
        banner = holdings.banner(markings_by_id(connection, _marking_ids(connection, rights)).values())
    viewer = log.viewer(rights.viewer)
    agency = log.registry().agency(viewer.agency)
    events = by_event.whole or SummaryRow(key=())
    summaries = (by_event, by_flow, by_time, by_drug, totals)
    return OverviewData(
        title=title,
        generated_at=clock(),
        viewer=viewer.name or viewer.id,
        agency=(agency.name if agency else "") or viewer.agency,
        purpose=rights.purpose,
        banner=banner,
        made=any(each.made for each in summaries)
        or any(each.made for each in found)
        or any(each.made for each in groups),
        counts=Counts(
            reports=sum(each.reports for each in held),
            events=events.events,
            cases=holdings.of_kind(held, Kind.CASE),
            tracks=holdings.of_kind(held, Kind.TRACK),
            leads=len(found),
        ),
        mass_kg=events.mass_kg,
        routed=sum(row.events for row in by_event.rows if row.key[4] and row.key[5]),
        flows=_flows(by_flow),
        periods=_periods(by_time),
        countries=_slices(by_event, 0, _country),
        modalities=_slices(by_event, 1, lambda code: codes.title("modality", code)),
        directions=_slices(by_event, 2, lambda code: codes.title("direction", code)),
        agencies=_slices(by_event, 3, str),
        drugs=_drugs(by_drug),
        totals=_totals(totals),
        leads=tuple(found[:LEADS_SHOWN]),
        repeats=Repeats(
            groups=len(groups),
            reports=sum(len(group.reports) for group in groups),
            settled=sum(group.settled for group in groups),
            identical=sum(group.identical for group in groups),
            waiting=tuple([group for group in groups if not group.settled][:REPEATS_SHOWN]),
        ),
        clocks=tuple(_clocks(found)),
        holdings=held,
        # On the page the measure is called mass.
        notes=tuple(dict.fromkeys(note.replace("mass_kg", "mass") for each in summaries for note in each.notes)),
        limits=_LIMITS,
    )


def _marking_ids(connection: sa.Connection, rights: Rights) -> set[int]:
    """The markings of the live reports that the viewer may see, and of their portions as far as the page shows any."""
    reports = sa.select(log_report.c.marking_id).where(
        visible(log_report.c.marking_id, rights), live(log_report.c.seq, rights)
    )
    named = sa.select(posting.c.portion_marking_id).where(
        visible(posting.c.marking_id, rights),
        visible(posting.c.portion_marking_id, rights),
        live(posting.c.seq, rights),
    )
    added_up = (
        sa.select(goods.c.marking_id)
        .join(log_report, log_report.c.seq == goods.c.seq)
        .where(
            visible(log_report.c.marking_id, rights),
            visible(goods.c.marking_id, rights),
            live(goods.c.seq, rights),
        )
    )
    return {found for each in (reports, named, added_up) for found in connection.scalars(each.distinct())}


@lru_cache(maxsize=512)
def _country(code: str) -> str:
    return place.country_name(code) or code


@lru_cache(maxsize=512)
def _place(code: str) -> Place:
    latitude_deg, longitude_deg = place.centroid(code) or (None, None)
    return Place(code=code, name=_country(code), latitude_deg=latitude_deg, longitude_deg=longitude_deg)


def _class(code: Any) -> str:
    return codes.title("drug class", str(code)) if code else ""


def _flows(by_flow: Summary) -> tuple[Flow, ...]:
    return tuple(
        Flow(
            departure=_place(str(row.key[0])),
            destination=_place(str(row.key[1])),
            drug_class=_class(row.key[2]),
            events=row.events,
            mass_kg=row.mass_kg,
        )
        for row in by_flow.rows
        if row.key[0] and row.key[1]
    )


def _periods(by_time: Summary) -> tuple[Period, ...]:
    return tuple(
        Period(
            year=int(row.key[0] or 0),
            month=None if row.key[1] is None else int(row.key[1]),
            drug_class=_class(row.key[2]),
            events=row.events,
            mass_kg=row.mass_kg,
        )
        for row in by_time.rows
    )


def _slices(by_event: Summary, at: int, named: Callable[[str], str]) -> tuple[Slice, ...]:
    """The events by the dimension at this place of the key; none of them is of goods, so that rows may be added up."""
    rows: defaultdict[str, list[SummaryRow]] = defaultdict(list)
    for row in by_event.rows:
        rows[str(row.key[at] or "")].append(row)
    return tuple(
        Slice(
            name=named(code) if code else "",
            events=sum(row.events for row in of_code),
            mass_kg=fsum(row.mass_kg for row in of_code),
        )
        for code, of_code in sorted(rows.items())
    )


def _drugs(by_drug: Summary) -> tuple[Drug, ...]:
    drugs = []
    for row in by_drug.rows:
        substance = codes.substance(str(row.key[0])) if row.key[0] else None
        drugs.append(
            Drug(
                name=substance.name if substance else str(row.key[0] or ""),
                drug_class=_class(substance.drug_class) if substance else "",
                events=row.events,
                mass_kg=row.mass_kg,
                counts=row.counts,
            )
        )
    return tuple(drugs)


def _totals(totals: Summary) -> tuple[Total, ...]:
    """Each dataset's totals by fiscal year where it has one, whose months lie in two calendar years, else by year."""
    rows: defaultdict[tuple[str, bool, int], list[SummaryRow]] = defaultdict(list)
    for row in totals.rows:
        dataset, fiscal_year, year = row.key
        rows[str(dataset), fiscal_year is not None, int(fiscal_year or year or 0)].append(row)
    return tuple(
        Total(
            dataset=dataset,
            year=year or None,
            fiscal=fiscal,
            events=sum(row.events for row in of_year),
            mass_kg=fsum(row.mass_kg for row in of_year),
            counts=_added(row.counts for row in of_year),
            money=_added_exactly(row.money for row in of_year),
        )
        for (dataset, fiscal, year), of_year in sorted(rows.items())
    )


def _added(amounts: Iterable[dict[str, float]]) -> dict[str, float]:
    by_unit: defaultdict[str, list[float]] = defaultdict(list)
    for each in amounts:
        for unit, amount in each.items():
            by_unit[unit].append(amount)
    return {unit: fsum(found) for unit, found in sorted(by_unit.items())}


def _added_exactly(money: Iterable[dict[str, Decimal]]) -> dict[str, Decimal]:
    by_currency: defaultdict[str, Decimal] = defaultdict(Decimal)
    for each in money:
        for currency, amount in each.items():
            by_currency[currency] += amount
    return dict(sorted(by_currency.items()))


def _clocks(found: Sequence[Lead]) -> Iterable[Percentiles]:
    """How long after the event its report came in, and how long after the later report the lead was seen."""
    reported = [
        (lead.clock.event_submitted - lead.clock.event).total_seconds()
        for lead in found
        if lead.clock.event is not None
    ]
    linked = [
        (lead.clock.made - max(lead.clock.event_submitted, lead.clock.other_submitted)).total_seconds()
        for lead in found
    ]
    if reported:
        yield percentiles("It happened → its report came in", "the agencies' own time", reported)
    if linked:
        yield percentiles("The later report came in → the lead could be seen", "cutset's time", linked)


def percentiles(name: str, meaning: str, seconds: Sequence[float]) -> Percentiles:
    """Nearest-rank percentiles of at least one length of time.

    >>> found = percentiles("a", "b", [4.0, 1.0, 3.0, 2.0])
    >>> found.p50_s, found.p90_s, found.longest_s
    (2.0, 4.0, 4.0)
    """
    ranked = sorted(seconds)
    p50_s, p90_s = (ranked[-(-len(ranked) * part // 100) - 1] for part in (50, 90))
    return Percentiles(name=name, meaning=meaning, count=len(ranked), p50_s=p50_s, p90_s=p90_s, longest_s=ranked[-1])
