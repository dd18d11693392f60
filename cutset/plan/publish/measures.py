"""The section about measures: each with its value, interval, target and limits; what has no data says why."""

from __future__ import annotations

from collections.abc import Sequence

from cutset.plan.clauses import Plan
from cutset.plan.measure import Measured
from cutset.plan.publish.level import highest
from cutset.plan.publish.numbers import shown
from cutset.plan.publish.publication import Figure, Rests, Section

_COLUMNS = ("measure", "value", "unit", "interval", "good is", "duties", "reports", "marking", "limits")


def measures(plan: Plan, taken: Sequence[Measured], fiscal_year: int) -> Section | None:
    """The measures taken for the fiscal year; None where none was taken."""
    if not taken:
        return None
    targets = {each.measure: each.value for each in plan.targets if each.fiscal_year == fiscal_year}
    known = [each for each in taken if each.whole.value is not None]
    unknown = [each for each in taken if each.whole.value is None]
    duties = {each.name: sum(each.name in duty.measures for duty in plan.duties) for each in taken}
    target = ("target",) if targets else ()
    figures = []
    if known:
        figures.append(
            Figure(
                id="measures",
                title="Measures of the fiscal year",
                columns=(*_COLUMNS[:3], *target, *_COLUMNS[3:]),
                rows=tuple(
                    (
                        each.title,
                        each.whole.value,
                        each.unit,
                        *((targets.get(each.name, "none set"),) if target else ()),
                        _interval(each),
                        each.better.value,
                        duties[each.name],
                        each.reports,
                        each.banner,
                        each.limits,
                    )
                    for each in known
                ),
                right=("value", "duties", "reports"),
                rests=_rests(known, fiscal_year),
                caution="The interval is one of 95 %, where it can be told. Duties are those that it speaks to.",
            )
        )
    if unknown:
        figures.append(
            Figure(
                id="measures-without-data",
                title="Measures without data",
                columns=("measure", "duties", "why there is no data"),
                rows=tuple((each.title, duties[each.name], each.no_data or "no report tells") for each in unknown),
                right=("duties",),
                rests=_rests(unknown, fiscal_year),
            )
        )
    return Section(
        heading="Measures",
        paragraphs=(
            f"{len(known)} of {len(taken)} measures have data. One that has none is not taken for met, nor for 0.",
        ),
        figures=tuple(figures),
    )


def _interval(each: Measured) -> str:
    low, high = each.whole.low, each.whole.high
    return "" if low is None or high is None else f"{shown(low)} to {shown(high)}"


def _rests(taken: Sequence[Measured], fiscal_year: int) -> Rests:
    some = any(each.reports for each in taken)
    return Rests(
        reports=None if some else 0,
        which="of the kinds that the catalogue names for each measure",
        period=f"FY {fiscal_year}",
        level=highest(each.banner for each in taken),
        made=any(each.made for each in taken if each.reports),
    )
