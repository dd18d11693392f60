"""The sections of the annual report about what was seized, and about published totals and their restatements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from msgspec.structs import replace

from cutset.access.rights import Rights
from cutset.log.filters import visible
from cutset.log.liveness import live
from cutset.log.markings import markings_by_id
from cutset.log.tables import log_report
from cutset.model import codes
from cutset.model.marking import join
from cutset.plan import fiscal_years
from cutset.plan.dimensions import Value
from cutset.plan.facts import total
from cutset.plan.index import PlanIndex
from cutset.plan.publish.publication import Chart, Figure, Rests, Section, Series
from cutset.plan.summary import Summary, SummaryRow, summaries, summary
from cutset.plan.vintages import outdated, restatements

YEARS = 5
"""Fiscal years in a trend, the report's own the last of them."""
DRAWN = 12
"""Bars in a chart."""
SHOWN = 20
"""Rows of a table on the page; the CSV has all."""
_NAMED = 4

_SPLITS = (
    ("seizures-by-area", "Seizures by area of operation", "area", "area"),
    ("seizures-by-modality", "Seizures by means of transport", "modality", "means of transport"),
    ("seizures-by-direction", "Seizures by direction", "direction", "direction"),
    ("seizures-by-agency", "Seizures by reporting agency", "agency", "agency"),
)
_SOURCES = ("agency", "dataset")

_EFFORT = "Seizures measure effort as well as flow: more of them may mean more traffic, more searching, or both."


def seizures(index: PlanIndex, rights: Rights, fiscal_year: int) -> Section:
    """What was seized in the fiscal year: by drug, over the years, by area, mode, direction and agency."""
    where: dict[str, Value] = {"fiscal_year": fiscal_year, "kind": "seizure"}
    drugs, *split, sources = summaries(
        index, rights, [("drug",), *((name,) for _, _, name, _ in _SPLITS), _SOURCES], where=where
    )
    rests = _rests_on_events(sources, f"FY {fiscal_year}")
    if not rests.reports:
        return Section(
            heading="Seizures",
            paragraphs=(f"No seizure of fiscal year {fiscal_year} is among the reports that this edition rests on.",),
        )
    drugs = replace(drugs, rows=tuple(sorted(drugs.rows, key=lambda row: (-row.mass_kg, _unknown_last(row.key[0])))))
    return Section(
        heading="Seizures",
        paragraphs=(f"In fiscal year {fiscal_year} {_count(rests)} reported. {_EFFORT}",),
        figures=(
            _drugs(drugs, rests),
            *_trend(index, rights, fiscal_year, drugs),
            *(
                _split(found, id, title, heading, rests)
                for found, (id, title, _, heading) in zip(split, _SPLITS, strict=True)
            ),
        ),
    )


def _unknown_last(value: Value) -> tuple[bool, str]:
    return value in ("", None), str(value)


def _count(rests: Rests) -> str:
    return "1 seizure was" if rests.reports == 1 else f"{rests.reports:,} seizures were"


def _drugs(found: Summary, rests: Rests) -> Figure:
    rows = [(_drug(row.key[0]), row.events, row.mass_kg, _counts(row)) for row in found.rows]
    drawn = [row for row in rows if row[2] > 0][:DRAWN]
    columns, of_row = ("drug", "seizures", "kg", "counted, without a mass"), 4
    if not any(row[3] for row in rows):
        of_row = 3
    return Figure(
        id="seizures-by-drug",
        title="Mass seized, by drug",
        columns=columns[:of_row],
        rows=tuple(row[:of_row] for row in rows),
        right=("seizures", "kg"),
        rests=rests,
        chart=Chart(
            form="bars",
            labels=tuple(row[0] for row in drawn),
            series=(Series(name="kg", values=tuple(row[2] for row in drawn)),),
            unit="kilograms",
        ),
        caution="A seizure with several drugs is counted under each. Amounts with no mass are in no sum of kilograms.",
        shown=SHOWN,
    )


def _trend(index: PlanIndex, rights: Rights, fiscal_year: int, drugs: Summary) -> list[Figure]:
    years = list(range(fiscal_year - YEARS + 1, fiscal_year + 1))
    labels = tuple(f"FY {year}" for year in years)
    where: dict[str, Value | Sequence[Value]] = {"fiscal_year": years, "kind": "seizure"}
    by_year, by_drug, sources = summaries(
        index, rights, [("fiscal_year",), ("drug", "fiscal_year"), _SOURCES], where=where
    )
    rests = _rests_on_events(sources, f"FY {years[0]} to FY {years[-1]}")
    events = {row.key[0]: row.events for row in by_year.rows}
    counts = tuple(events.get(year) for year in years)
    heaviest = [row.key[0] for row in drugs.rows if row.mass_kg > 0][:4]
    masses = {(row.key[0], row.key[1]): row.mass_kg for row in by_drug.rows if row.mass_kg > 0}
    caution = f"A year without a report is no data, and not a year without seizures. {_EFFORT}"
    found = [
        Figure(
            id="seizures-by-year",
            title="Seizures over the years",
            columns=("fiscal year", "seizures"),
            rows=tuple(zip(labels, counts, strict=True)),
            right=("seizures",),
            rests=rests,
            chart=Chart(
                form="columns", labels=labels, series=(Series(name="seizures", values=counts),), unit="seizures"
            ),
            caution=caution,
        )
    ]
    if heaviest:
        series = tuple(
            Series(name=_drug(drug), values=tuple(masses.get((drug, year)) for year in years)) for drug in heaviest
        )
        found.append(
            Figure(
                id="mass-by-year",
                title="Mass seized over the years, of the heaviest drugs of this year",
                columns=("fiscal year", *(f"{each.name}, kg" for each in series)),
                rows=tuple((label, *(each.values[at] for each in series)) for at, label in enumerate(labels)),
                right=tuple(f"{each.name}, kg" for each in series),
                rests=rests,
                chart=Chart(form="lines", labels=labels, series=series, unit="kilograms"),
                caution=caution,
            )
        )
    return found


def _split(found: Summary, id: str, title: str, heading: str, rests: Rests) -> Figure:
    rows = [(_named(row.key[0]), row.events, row.mass_kg) for row in found.rows]
    drawn = rows[:DRAWN]
    return Figure(
        id=id,
        title=title,
        columns=(heading, "seizures", "kg"),
        rows=tuple(rows),
        right=("seizures", "kg"),
        rests=rests,
        chart=Chart(
            form="bars",
            labels=tuple(row[0] for row in drawn),
            series=(Series(name="seizures", values=tuple(float(row[1]) for row in drawn)),),
            unit="seizures",
        )
        if len(rows) > 1
        else None,
        shown=SHOWN,
    )


# ---- published totals ------------------------------------------------------------------------------------------------


def published(index: PlanIndex, rights: Rights, fiscal_year: int) -> Section | None:
    """Totals that agencies published for the fiscal year, with their restatements; None where there are none."""
    found = summary(
        index, rights, by=("dataset", "drug"), where={"fiscal_year": fiscal_year}, basis="totals", order="key"
    )
    if not found.rows:
        return None
    rests = _rests_on_totals(index, rights, fiscal_year)
    figures = [
        Figure(
            id="published-totals",
            title="Totals that agencies published, by drug",
            columns=("dataset", "drug", "events", "kg", "counted, without a mass"),
            rows=tuple(
                (str(row.key[0]), _drug(row.key[1]), row.events, row.mass_kg, _counts(row)) for row in found.rows
            ),
            right=("events", "kg"),
            rests=rests,
            caution="Totals of different datasets overlap: they are added neither to each other nor to the seizures.",
            shown=2 * SHOWN,
        )
    ]
    figures += _restated(index, rights, sorted({str(row.key[0]) for row in found.rows}), fiscal_year)
    return Section(heading="Published totals", figures=tuple(figures))


def _restated(index: PlanIndex, rights: Rights, datasets: Sequence[str], fiscal_year: int) -> list[Figure]:
    first, after = (day.isoformat() for day in fiscal_years.span(fiscal_year))
    found = [
        each
        for dataset in datasets
        for each in restatements(index, rights, dataset)
        if first <= each.period.date().isoformat() < after
    ]
    if not found:
        return []
    rows = [
        (each.dataset, each.record, each.period.date().isoformat(), what, before, now, each.newer_vintage)
        for each in found
        for what, (before, now) in sorted(each.changes.items())
    ]
    editions = {id for each in found for id in (each.older, each.newer)}
    return [
        Figure(
            id="restatements",
            title="Restatements: what later editions say otherwise",
            columns=("dataset", "record", "period", "what", "before", "now", "edition"),
            rows=tuple(rows),
            right=("before", "now"),
            rests=_rests_on(index, editions, "the editions compared", f"FY {fiscal_year}"),
            caution="The totals above are those of the latest edition.",
            shown=SHOWN,
        )
    ]


# ---- what it rests on ------------------------------------------------------------------------------------------------


def _rests_on_events(found: Summary, period: str) -> Rests:
    sources: Counter[tuple[str, str]] = Counter({(str(row.key[0]), str(row.key[1])): row.events for row in found.rows})
    return Rests(
        reports=found.whole.events if found.whole else 0,
        which=_which("seizures", sources),
        period=period,
        level=found.banner,
        made=found.made,
    )


def _rests_on_totals(index: PlanIndex, rights: Rights, fiscal_year: int) -> Rests:
    with index.engine.connect() as connection:
        skip = outdated(connection, rights)
        rows = [
            row
            for row in connection.execute(
                sa.select(total.c.seq, total.c.originator, total.c.dataset, total.c.marking_id, total.c.made).where(
                    total.c.fiscal_year == fiscal_year,
                    ~total.c.withdrawn,
                    visible(total.c.marking_id, rights),
                    live(total.c.seq, rights),
                )
            )
            if row.seq not in skip
        ]
        markings = markings_by_id(connection, {row.marking_id for row in rows})
    return Rests(
        reports=len(rows),
        which=_which("published totals", Counter((row.originator, row.dataset) for row in rows)),
        period=f"FY {fiscal_year}",
        level=join(*(markings[id] for id in sorted(markings))).banner if markings else "",
        made=any(row.made for row in rows),
    )


def _rests_on(index: PlanIndex, ids: Collection[str], which: str, period: str) -> Rests:
    """What a figure rests on that was made from these reports, all of which the viewer may see."""
    wanted = sorted(ids)
    rows: list[sa.Row[Any]] = []
    with index.engine.connect() as connection:
        for start in range(0, len(wanted), 500):
            query = (
                sa.select(log_report.c.marking_id, total.c.made)
                .join(total, total.c.seq == log_report.c.seq)
                .where(log_report.c.id.in_(wanted[start : start + 500]))
            )
            rows.extend(connection.execute(query))
        markings = markings_by_id(connection, {row.marking_id for row in rows})
    return Rests(
        reports=len(wanted),
        which=which,
        period=period,
        level=join(*(markings[id] for id in sorted(markings))).banner,
        made=any(row.made for row in rows),
    )


def _which(what: str, sources: Counter[tuple[str, str]]) -> str:
    """The sources in words, those of most reports first.

    >>> _which("seizures", Counter({("cbp", "forms"): 3}))
    'seizures: cbp, forms 3'
    """
    ordered = sorted(sources.items(), key=lambda each: (-each[1], each[0]))
    named = "; ".join(f"{agency}, {dataset} {count:,}" for (agency, dataset), count in ordered[:_NAMED])
    more = len(ordered) - _NAMED
    return (f"{what}: {named}" if named else what) + (f"; and {more} more sources" if more > 0 else "")


def _drug(code: Value) -> str:
    found = codes.substance(str(code)) if code else None
    return found.name if found else _named(code)


def _named(value: Value) -> str:
    return str(value) if value not in (None, "") else "not stated"


def _counts(row: SummaryRow) -> str:
    parts = [f"{amount:,.10g} {unit or 'of unknown unit'}" for unit, amount in sorted(row.counts.items())]
    parts += [f"{currency} {amount:,f}" for currency, amount in sorted(row.money.items())]
    return ", ".join(parts)
