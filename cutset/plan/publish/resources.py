"""The sections about gaps, budgets and the registers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec.structs import replace

from cutset.access.rights import Rights
from cutset.log.store import Log
from cutset.plan.clauses import Plan
from cutset.plan.filed import Basis
from cutset.plan.gaps import (
    EFFECTS,
    Funds,
    Money,
    RollUpRow,
    amounts_in_words,
    effect_in_words,
    funds,
    gaps,
    roll_up,
)
from cutset.plan.publish.publication import Cell, Chart, Figure, Rests, Section, Series
from cutset.plan.registers import table

_REGISTERS = (
    ("task-forces", "Task forces and their members"),
    ("agreements", "Agreements with partners, and liaison"),
    ("technology", "Technology developed, bought and fielded"),
    ("training", "Training and equipment for partners"),
    ("grants", "Grants"),
)
_SERIES = 6


def resources(log: Log, rights: Rights, plan: Plan) -> Section:
    """What is lacking, what it costs, and the budget beside it."""
    found = gaps(log, rights, plan)
    figures: list[Figure] = []
    if found:
        figures += _gaps(log, rights, plan)
    tables = [funds(log, rights, plan, by=by) for by in (("agency",), ("function",))]
    if tables[0].rows or tables[0].conflicts:
        figures += [_funds(each) for each in tables]
        if tables[0].conflicts:
            figures.append(_conflicts(tables[0]))
    paragraphs = [
        "A gap's cost is counted once: with the wider gap where it is part of one, and in a row of several areas "
        "together where it hurts duties in several. Requests, enacted and actual amounts are never added to each other."
    ]
    if not figures:
        paragraphs = ["No capability gap and no budget line is among the reports that this edition rests on."]
    return Section(heading="Gaps and resources", paragraphs=tuple(paragraphs), figures=tuple(figures))


def registers(log: Log, rights: Rights, plan: Plan, fiscal_year: int) -> Section:
    """Task forces, agreements, technology, training and grants of the fiscal year."""
    figures = []
    for name, title in _REGISTERS:
        found = table(log, rights, plan, name, fiscal_year=fiscal_year)
        if found.rows:
            figures.append(
                Figure(
                    id=name,
                    title=title,
                    columns=found.columns,
                    rows=found.rows,
                    rests=rests(found.basis, f"entries of the register of {title.lower()}", f"FY {fiscal_year}"),
                )
            )
    empty = [title for name, title in _REGISTERS if name not in {figure.id for figure in figures}]
    paragraphs = (f"No entry for fiscal year {fiscal_year} under: {'; '.join(empty)}.",) if empty else ()
    return Section(heading="Registers", paragraphs=paragraphs, figures=tuple(figures))


def rests(basis: Basis, which: str, period: str) -> Rests:
    """What a figure made from filed reports rests on."""
    return Rests(reports=basis.reports, which=which, period=period, level=basis.banner, made=basis.made)


def _gaps(log: Log, rights: Rights, plan: Plan) -> list[Figure]:
    found = gaps(log, rights, plan)
    by_agency, by_area = (roll_up(log, rights, plan, by=by) for by in ("agency", "area"))
    all_of = rests(by_agency.basis, "entries of the register of gaps", "in force when this was made")
    years = sorted({year for row in by_agency.rows for year in row.cost})
    currency = _main_currency([money for row in by_agency.rows for money in row.cost.values()])
    return [
        Figure(
            id="gaps",
            title="Capability gaps, the duties they hurt, and how far each has come",
            columns=("agency", "gap", "duties hurt", "need", "cost", "expected effect", "status", "counted with"),
            rows=tuple(
                (
                    row.agency,
                    row.gap.title,
                    ", ".join(row.gap.duties),
                    row.gap.need,
                    amounts_in_words(row.cost) or None,
                    effect_in_words(row),
                    row.gap.status.value,
                    row.counted_with,
                )
                for row in found
            ),
            rests=all_of,
            caution=EFFECTS,
        ),
        Figure(
            id="gaps-by-agency",
            title="What closing the gaps would cost, by agency",
            columns=("agency", "gaps", "with a cost", *(f"FY {year}" for year in years)),
            rows=tuple(
                (row.key, row.gaps, row.costed, *(_one_or_words(row.cost.get(year, {})) for year in years))
                for row in by_agency.rows
            ),
            right=("gaps", "with a cost", *(f"FY {year}" for year in years)),
            rests=all_of,
            chart=Chart(
                form="bars",
                labels=tuple(row.key for row in by_agency.rows),
                series=tuple(
                    Series(
                        name=f"FY {year}",
                        values=tuple(_number(row.cost.get(year, {}), currency) for row in by_agency.rows),
                    )
                    for year in years[:_SERIES]
                ),
                unit=currency,
            ),
            caution="Gaps whose cost is not yet known are counted, and are in no sum.",
        ),
        Figure(
            id="gaps-by-area",
            title="Gaps by the areas whose duties they hurt",
            columns=("area", "gaps", "with a cost", "cost"),
            rows=tuple(
                (row.key, row.gaps, row.costed, _over_years(row) or None)
                for row in (*by_area.rows, replace(by_area.whole, key="all, each gap once"))
            ),
            right=("gaps", "with a cost"),
            rests=all_of,
        ),
    ]


def _over_years(row: RollUpRow) -> str:
    return "; ".join(f"FY {year} {amounts_in_words(money)}" for year, money in row.cost.items())


def _funds(found: Funds) -> Figure:
    by = found.by[0]
    currency = _main_currency([money for row in found.rows for money in row.amounts.values()])
    stages = tuple(f"FY {column}" for column in found.columns)
    rows = [(row.key[0], *(_one_or_words(row.amounts.get(each, {})) for each in found.columns)) for row in found.rows]
    whole = ("all", *(_one_or_words(found.whole.amounts.get(each, {})) for each in found.columns))
    return Figure(
        id=f"funds-by-{by}",
        title=f"Drug control funds by {by}, {currency}",
        columns=(by, *stages),
        rows=(*rows, whole),
        right=stages,
        rests=rests(found.basis, "lines of budget tables", ", ".join(stages)),
        chart=Chart(
            form="bars",
            labels=tuple(row.key[0] for row in found.rows),
            series=tuple(
                Series(
                    name=f"FY {column}",
                    values=tuple(_number(row.amounts.get(column, {}), currency) for row in found.rows),
                )
                for column in found.columns[:_SERIES]
            ),
            unit=currency,
        )
        if found.rows
        else None,
        caution="A level that no line gives is no data. " + _disputed(found),
    )


def _disputed(found: Funds) -> str:
    count = len(found.conflicts)
    return f"{count} line{'s are' if count != 1 else ' is'} disputed and in no sum." if count else ""


def _conflicts(found: Funds) -> Figure:
    return Figure(
        id="funds-disputed",
        title="Budget lines that are in no sum until they are corrected",
        columns=("line", "functions it stands in", "years with two amounts", "reports"),
        rows=tuple(
            (each.line, ", ".join(each.functions), ", ".join(each.amounts_of), ", ".join(each.reports))
            for each in found.conflicts
        ),
        rests=rests(found.conflict_basis, "lines of budget tables", "all years"),
    )


def _main_currency(amounts: Sequence[Money]) -> str:
    """The currency that most amounts are in; the tables name any other."""
    found = Counter(currency for money in amounts for currency in money)
    return min(found, key=lambda currency: (-found[currency], currency)) if found else "USD"


def _number(money: Money, currency: str) -> float | None:
    return float(money[currency]) if currency in money else None


def _one_or_words(money: Money) -> Cell:
    """The amount as a number where there is one currency, else in words; None where there is no amount."""
    if not money:
        return None
    return next(iter(money.values())) if set(money) == {"USD"} else amounts_in_words(money)
